"""Where a deployment keeps what it writes: one folder, one part each."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Paths:
    """All below the configuration's `data` folder."""

    data: Path

    @property
    def journal(self) -> Path:
        """What the listener received."""
        return self.data / "journal"

    @property
    def findings(self) -> Path:
        """What detect concluded."""
        return self.data / "findings"

    @property
    def bundles(self) -> Path:
        """Every bundle that ever was in force."""
        return self.data / "bundles"

    @property
    def detect(self) -> Path:
        """Position and checkpoints of detect."""
        return self.data / "detect"

    @property
    def record(self) -> Path:
        """Position and checkpoints of record."""
        return self.data / "record"

    @property
    def store(self) -> Path:
        """Readings (unless they are kept elsewhere), findings mirrored, rejections."""
        return self.data / "store"

    @property
    def desk(self) -> Path:
        """Warnings and orders."""
        return self.data / "desk"

    @property
    def run(self) -> Path:
        """One small file for each service that runs."""
        return self.data / "run"
