"""What the API says of what the desk remembers, and of rules and devices."""

from typing import Literal

from sentinel.console.duty_shapes import NamedShape
from sentinel.console.shapes import ActShape, OrderShape, RankWord, Shape, SightWord, Words

MessageWord = Literal[
    "waiting", "sent", "failed", "dead", "cancelled", "needless", "expired", "dismissed"
]


class TrailLineShape(ActShape):
    """One line of the trail. area: Whose auditors may read it. hash: Of it and all before it."""

    area: str
    hash: str


class TrailShape(Shape):
    """Lines of the trail, newest first; `next` goes into `before` for the following ones."""

    lines: list[TrailLineShape]
    next: int | None


class MessageShape(Shape):
    """One message and what became of it.

    state: `dead`: the last channel failed, and nobody was reached. occasion: Why somebody is told.
    to: The unit, person or place. next_at: When it is tried next, while it waits. reason: Of the
    last failure. receipt: What the channel said when it took it.
    """

    id: str
    state: MessageWord
    channel: str
    address: str
    occasion: str
    audience: str
    to: str
    rank: RankWord
    title: Words
    text: Words
    case: str
    order: int | None
    exercise: bool
    attempts: int
    put_at: int
    next_at: int
    done_at: int | None
    reason: str
    receipt: str


class MessagesShape(Shape):
    """Messages, newest first."""

    messages: list[MessageShape]


class TimingShape(Shape):
    """How long one thing took, for one rank (None: all), against how long there was.

    step: `accept` and `resolve` from the dispatch, `verify` from there. done: How often it
    happened. judged: How often there was a limit that was met or missed by now; in_time: of these,
    met; share: their part of them. waiting: What may still come in time.
    """

    step: Literal["accept", "resolve", "verify"]
    rank: RankWord | None
    done: int
    median_ms: int | None
    p90_ms: int | None
    target_ms: int | None
    judged: int
    in_time: int
    share: float | None
    waiting: int


class TimesShape(Shape):
    """Times to answer, of the real cases opened in since <= time < until that the asker sees."""

    since: int
    until: int
    cases: int
    times: list[TimingShape]


class PrecisionShape(Shape):
    """How often a rule was right, by verdicts. ratio: True over judged; None: none was."""

    true: int
    false: int
    unjudged: int
    ratio: float | None


class RuleShape(Shape):
    """One rule that is in force.

    watches: What it looks at, by its names. kinds: Of devices that it judges; empty: any with the
    metrics. open: Warnings by rank, of those that the asker sees; blind: of these.
    """

    rule: str
    file: str
    scenario: str
    title: Words
    watches: dict[str, str]
    kinds: list[str]
    ranks: list[RankWord]
    dispatch_to: str
    explains: list[str]
    fold_into: str
    open: dict[RankWord, int]
    blind: int
    precision: PrecisionShape


class RulesShape(Shape):
    """All rules, by name; what they found and how often they were right, in the asker's areas."""

    rules: list[RuleShape]


class SensorShape(Shape):
    """One thing that a device measures, and its last reading.

    read_at: When it was measured; None: not in the last day. quality: QARTOD's flag: 1 good, 3
    suspect, 4 bad. silent: Nothing came for three of its intervals.
    """

    metric: str
    title: Words
    unit: str
    interval_ms: int
    read_at: int | None
    value: float | None
    quality: int | None
    silent: bool


class TroubleShape(Shape):
    """An open warning of a device."""

    id: str
    rule: str
    scenario: str
    title: Words
    rank: RankWord
    sight: SightWord


class DeviceShape(Shape):
    """One device and how it is.

    health: `faulty`: a maintenance warning is open; `blind`: a rule cannot see it; `silent`: a
    sensor has not been heard; `retired`: not judged any more. silences: Ids of those about it.
    """

    id: str
    kind: str
    kind_title: Words
    area: str
    place: Words
    health: Literal["ok", "silent", "blind", "faulty", "retired"]
    sensors: list[SensorShape]
    maintenance: list[TroubleShape]
    silences: list[str]


class DevicesShape(Shape):
    """A page of devices in the order of the registry; `next` goes into `after`."""

    devices: list[DeviceShape]
    next: str | None


class ReasonShape(Shape):
    """Why a rule found what it found: one value that decided."""

    text: str
    words: Words
    value: float | None
    unit: str


class SentShape(Shape):
    """Who was told of what, how, and what became of it."""

    at: int
    to: str
    to_name: Words
    occasion: str
    channel: str
    state: MessageWord
    reason: str


class RouteShape(Shape):
    """An order, and why it went where it went. centre: Who sent it."""

    order: OrderShape
    why: Words
    centre: str


class SeerShape(Shape):
    """Somebody who sees it. roles: `operator of guqiao`, in the words of `sentinel users`."""

    id: str
    name: str
    roles: list[str]


class ExplainedShape(Shape):
    """Why a warning is where it is.

    rule, why: What was found, and what decided. seen_by: Who sees it, by what they hold. centres:
    The duty centres around it, lowest first. quiet: Why nobody was told. routes: Where orders went.
    told: What was sent to whom. steps: What rules and clocks did, with the reasons.
    """

    warning: str
    case: str
    rule: str
    subject: str
    area: str
    place: Words
    title: Words
    rank: RankWord
    why: list[ReasonShape]
    seen_by: list[SeerShape]
    centres: list[NamedShape]
    quiet: Literal["", "silence", "explained"]
    quiet_by: str
    quiet_words: Words
    routes: list[RouteShape]
    told: list[SentShape]
    steps: list[ActShape]
