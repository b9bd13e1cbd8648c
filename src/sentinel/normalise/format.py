"""A format, compiled: what devices of one make send, and where in it the readings stand."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sentinel.normalise.binary import ByteField
from sentinel.normalise.paths import Path
from sentinel.normalise.times import TimeField
from sentinel.normalise.topics import TopicPattern
from sentinel.normalise.values import ValueForm


class PayloadKind(StrEnum):
    """What a payload is."""

    JSON = "json"
    NUMBER = "number"
    """One number, or one name of a state, and nothing else."""
    SENML = "senml"
    """SenML in JSON, RFC 8428."""
    BYTES = "bytes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a word comes from: a device's address, a metric's id, a unit.

    path: In the payload; otherwise `template` says it.
    template: Text with `{field}` for a field of the topic and `{*}` for the key that a `*` met.
    map: What is written to what is meant; None: it is meant as written.
    ignore_others: A word that `map` does not have is ignored, otherwise rejected.
    default: Where the path leads nowhere; None: that is a missing field.
    """

    path: Path | None = None
    template: str = ""
    map: Mapping[str, str] | None = None
    ignore_others: bool = False
    default: str | None = None

    @property
    def constant(self) -> str | None:
        """The word itself, if it is always the same."""
        return self.template if self.path is None and "{" not in self.template else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One value of a part.

    path: Where it stands; None in a plain number and in bytes.
    but: Steps that a `*` in the path does not take, for another field names them.
    device: Instead of the format's own.
    unit: None: the metric's canonical unit.
    required: It is a missing field where there is none.
    """

    path: Path | None = None
    but: frozenset[tuple[str, ...]] = frozenset()
    metric: Source
    device: Source | None = None
    form: ValueForm
    unit: Source | None = None
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Binary data and the measures in it.

    path: Where the data stands in JSON; None: the payload itself.
    encoding: `base64` or `hex`, in JSON.
    port: Only messages of this LoRaWAN port, found at `port_path`; None: any.
    """

    path: Path | None
    encoding: str
    port: int | None
    port_path: Path
    fields: tuple[tuple[ByteField, Measure], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alive:
    """How a device, or the broker in its name, says that it is there or gone.

    path: Where the word stands in JSON; None: the payload is the word.
    offline: Empty: whatever is not `online`.
    """

    topics: tuple[TopicPattern, ...]
    path: Path | None
    online: tuple[str, ...]
    offline: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NamePattern:
    """How a SenML name holds device and metric; the groups are `fields`, in order."""

    text: str
    expression: re.Pattern[str]
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One format.

    each: Loops, the outer first; a message has a part for every element of the innermost.
    device: The device's address; None: the topic's field `device`.
    measures: What a part holds: exactly one that is required, or several that may be missing.
    layouts: Read where no measure was found.
    time: None: messages have none, the time of receipt stands in.
    historical: Where a part says that it is old on purpose.
    ignore_others: A part with no measure in it, or one that the device does not have, is
        ignored, otherwise rejected.
    name: Of a SenML record.
    """

    name: str
    topics: tuple[TopicPattern, ...]
    payload: PayloadKind = PayloadKind.JSON
    each: tuple[Path, ...] = ()
    device: Source | None = None
    measures: tuple[Measure, ...] = ()
    layouts: tuple[Layout, ...] = ()
    time: TimeField | None = None
    historical: Path | None = None
    ignore_others: bool = False
    alive: Alive | None = None
    senml: NamePattern | None = None

    @property
    def subscriptions(self) -> tuple[str, ...]:
        """The MQTT filters that bring every message of this format."""
        patterns = self.topics + (self.alive.topics if self.alive else ())
        return tuple(dict.fromkeys(pattern.subscription for pattern in patterns))
