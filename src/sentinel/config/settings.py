"""What one deployment's file says: a section a stage, each with the settings its stage declares."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from sentinel.bundle.settings import BundleSettings, Zone
from sentinel.desk.settings import DeskSettings
from sentinel.document.scalars import DurationMs, SizeBytes
from sentinel.ingest.settings import IngestSettings
from sentinel.journal.settings import JournalSettings
from sentinel.store.settings import StoreSettings


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


Patterns = Annotated[tuple[str, ...], Field(min_length=1)]
"""Files, `*` in a name for any; `**` for any folders."""


class RegistrySettings(_Strict):
    """Where things are, what they are, and what they measure.

    areas: GeoJSON. devices: CSV. metrics: YAML.
    """

    areas: Path
    devices: Path
    metrics: Path


class NormaliseSettings(_Strict):
    """How what arrives becomes readings.

    formats: Files that describe what devices send.
    skew: How far a reading's time may lie after its receipt.
    past: How far before it; beyond, the device's clock is off.
    max_payload: A larger payload is rejected.
    """

    formats: Patterns
    skew: DurationMs = Field(default=60_000, ge=0, le=86_400_000)
    past: DurationMs = Field(default=7 * 86_400_000, ge=1000, le=36_525 * 86_400_000)
    max_payload: SizeBytes = Field(default=256_000, ge=1)


class DetectSettings(_Strict):
    """How readings are judged.

    rules: Rule files; tests beside them (`*.test.yaml`) are passed over.
    models: Folder of trained models; None: there are none.
    shards: Parts in which state is kept; more make each checkpoint shorter. It stays as it is
        for the life of the data folder.
    checkpoint_every: Each shard's state is written to disk so often.
    builtin: Whether the built-in device checks run.
    max_state: The most bytes that rules may cost a sensor on average; None: 4 GB for all.
    """

    rules: Patterns
    models: Path | None = None
    shards: int = Field(default=16, ge=1, le=4096)
    checkpoint_every: DurationMs = Field(default=60_000, ge=1000)
    builtin: bool = True
    max_state: SizeBytes | None = None


class RecordSettings(_Strict):
    """How readings are taken to the store.

    checkpoint_every: What it must remember of each sensor is written to disk so often.
    """

    checkpoint_every: DurationMs = Field(default=60_000, ge=1000)


class ObserveSettings(_Strict):
    """What services say of themselves.

    host: Where `/health` and `/metrics` answer. level: The least serious log line that is written.
    """

    host: str = "127.0.0.1"
    level: Literal["debug", "info", "warning", "error"] = "info"


class Config(_Strict):
    """One deployment; paths are absolute once it is loaded.

    name: For people: in notices and on screens.
    data: Folder of journals, store and state.
    zone: IANA name of the city's time zone.
    """

    name: str = Field(min_length=1, max_length=64)
    data: Path
    zone: Zone = "Asia/Shanghai"
    registry: RegistrySettings
    normalise: NormaliseSettings
    detect: DetectSettings
    ingest: IngestSettings = Field(default_factory=IngestSettings)
    journal: JournalSettings = Field(default_factory=JournalSettings)
    findings: JournalSettings = Field(default_factory=JournalSettings)
    record: RecordSettings = Field(default_factory=RecordSettings)
    store: StoreSettings = Field(default_factory=StoreSettings)
    desk: DeskSettings = Field(default_factory=DeskSettings)
    observe: ObserveSettings = Field(default_factory=ObserveSettings)

    _file: Path = PrivateAttr(default=Path("sentinel.yaml"))

    @property
    def file(self) -> Path:
        """The file that this was loaded from, as it was called."""
        return self._file

    @property
    def folder(self) -> Path:
        """The folder that the file's paths start from."""
        return self._file.absolute().parent

    def read_from(self, file: Path) -> "Config":
        """Return the same, with the file that it was loaded from."""
        copy = self.model_copy()
        copy._file = file  # noqa: SLF001 -- our own class
        return copy

    def bundle_settings(self) -> BundleSettings:
        """Return what of this decides what a reading means."""
        return BundleSettings(
            zone=self.zone,
            skew=self.normalise.skew,
            past=self.normalise.past,
            max_payload=self.normalise.max_payload,
            builtin=self.detect.builtin,
            max_state=self.detect.max_state,
        )


def config_schema() -> dict[str, object]:
    """Return the JSON Schema of a configuration file, for editors that complete it."""
    return Config.model_json_schema()
