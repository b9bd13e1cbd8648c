"""What the API says, in JSON: ranks by word, instants in milliseconds since 1970 UTC."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from sentinel.domain.rank import Rank, Sight

PREFIX = "/api/v1"
"""Where the API is on its server."""
Words = dict[str, str]
"""A text by language: `{"zh": ..., "en": ...}`."""
RankWord = Literal["none", "blue", "yellow", "orange", "red"]
OpWord = Literal[">", ">=", "<", "<=", "==", "!="]
SightWord = Literal["seen", "blind"]
RANK_WORD: dict[Rank, RankWord] = {
    Rank.NONE: "none",
    Rank.BLUE: "blue",
    Rank.YELLOW: "yellow",
    Rank.ORANGE: "orange",
    Rank.RED: "red",
}
SIGHT_WORD: dict[Sight, SightWord] = {Sight.SEEN: "seen", Sight.BLIND: "blind"}


class Shape(BaseModel):
    """A part of an answer; it cannot be changed."""

    model_config = ConfigDict(frozen=True)


OrderWord = Literal["dispatched", "accepted", "on site", "resolved", "returned", "withdrawn"]
HowWord = Literal["screen", "phone", "radio", "command", "api", "timer", "rule"]
HowTyped = Literal["screen", "phone", "radio", "command", "api"]
"""How people say that the word reached the desk; clocks and rules speak for themselves."""


class OrderShape(Shape):
    """One unit's task, in short; people are named as colleagues know them, ids beside.

    number: Of its case. unit: Its id. waits: Somebody has still to accept it, or to see that its
    rank rose. accepted_for: Who called, if the desk entered it for them. accepted_rank: The highest
    that somebody accepted or has seen since.
    """

    case: str
    number: int
    unit: str
    unit_name: Words
    state: OrderWord
    waits: bool
    dispatched_at: int
    accepted_at: int | None
    accepted_by: str
    accepted_by_id: str
    accepted_for: str
    how: HowWord | None
    accepted_rank: RankWord | None


class PlacedDeviceShape(Shape):
    """A device as people know it; `lon` and `lat` in degrees, None where nobody has said."""

    id: str
    name: Words
    kind: str
    kind_title: Words
    area: str
    lon: float | None
    lat: float | None


class Line(Shape):
    """One warning in a list.

    order: Of its case the one that waits, or is in hand, or the last.
    place: Names of its areas, widest first, below the city. worst: The highest rank so far.
    title: As it is now; of one that has ended, as it was at its worst. said_at: When that was so.
    device: What is judged, if it is a device that the registry has.
    rose: Above the rank at which it was accepted. holds_back: A delayed change is unconfirmed.
    """

    id: str
    state: Literal["open", "ended", "held back", "never told"]
    rank: RankWord
    worst: RankWord
    sight: SightWord
    blind_since: int | None
    onset: int
    told_at: int | None
    changed_at: int
    ending: str | None
    unjudged: tuple[str, ...]
    rule: str
    scenario: str
    subject: str
    area: str
    place: Words
    title: Words
    said_at: int
    device: PlacedDeviceShape | None
    exercise: bool
    holds_back: bool
    rose: bool
    order: OrderShape | None
    revision: int


class ListShape(Shape):
    """A page of warnings; `next` goes into `after` for the following one.

    total: How many the whole list has. revision: Changes after it come on the stream.
    """

    warnings: list[Line]
    total: int
    next: str | None
    revision: int


class EvidenceShape(Shape):
    """One value that decided; `words` says `text` for people who write no rules.

    note: Why it is unknown, or what is odd about it; `note_words` says it by language.
    state: The name of the value, where the metric has named states.
    """

    text: str
    words: Words
    value: float | None
    unit: str
    note: str
    note_words: Words
    state: str


class ReasonShape(Shape):
    """A comparison that holds, and with its like makes the rank: `value` `op` `limit`.

    words: What is compared. state, limit_state: Names of value and limit, where it has states.
    """

    words: Words
    value: float
    unit: str
    op: OpWord
    limit: float
    state: str
    limit_state: str


class FindingShape(Shape):
    """One change of a warning's condition.

    reasons: What holds of its rank; none where the values that decided do not show it, and none
        for a finding of another bundle than the one in force.
    """

    number: int
    change: str
    rank: RankWord
    previous_rank: RankWord
    sight: SightWord
    decided_at: int
    received_at: int
    ending: str | None
    delayed: bool
    unjudged: tuple[str, ...]
    title: Words
    evidence: list[EvidenceShape]
    reasons: list[ReasonShape]
    bundle: str


class EpisodeShape(Shape):
    """A stretch of one condition; `end` None: it lasts."""

    start: int
    end: int | None
    rank: RankWord
    sight: SightWord


class ActShape(Shape):
    """One line of the trail: who did what when.

    number: In the trail of the whole desk. by: As colleagues know them. on_behalf_of: Who called.
    order: Of which order of the case; None: of the case. detail: What changed, by act.
    """

    number: int
    at: int
    act: str
    by: str
    by_id: str
    how: str
    on_behalf_of: str
    case: str
    order: int | None
    detail: dict[str, Any]


class ThresholdShape(Shape):
    """A rank is raised where the value goes `above` (or else below) `value`.

    strict: The value itself does not yet count. words: What tells it from another mark of its rank.
    """

    rank: RankWord
    value: float
    above: bool
    strict: bool
    words: Words


class InputShape(Shape):
    """A series to draw behind a warning. states: Name to number; empty for what is measured.

    thresholds: As they are in force; none for a warning that ended under another bundle.
    """

    name: str
    device: str
    metric: str
    title: Words
    unit: str
    interval_ms: int
    states: dict[str, float]
    thresholds: list[ThresholdShape]


class Detail(Shape):
    """One warning with all that belongs to it.

    case: Id of the newest that has it; empty while it is held back.
    missing: Numbers of findings that ought to be there and are not.
    """

    warning: Line
    case: str
    instruction: Words
    findings: list[FindingShape]
    missing: list[int]
    episodes: list[EpisodeShape]
    acts: list[ActShape]
    inputs: list[InputShape]


Said = Annotated[str, StringConstraints(strip_whitespace=True, max_length=80)]


class Acceptance(BaseModel):
    """How the word reached the desk, and of whom, if the one who is signed in only enters it."""

    model_config = ConfigDict(extra="forbid")

    how: HowTyped = "screen"
    on_behalf_of: Said = Field(default="", examples=["wang.fang"])


class Refusal(Shape):
    """Why not, in plain words."""

    error: str


class RefusedShape(Refusal):
    """Why an act is refused. words: By language.

    code: `forbidden`: this person may not; `conflict`: it does not stand so, look again;
    `invalid`: what was said is not enough; `unknown`: there is no such order, unit, plan or case.
    """

    code: Literal["forbidden", "conflict", "invalid", "unknown"]
    words: Words


class TakenShape(RefusedShape):
    """Someone was first."""

    order: OrderShape
