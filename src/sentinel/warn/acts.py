"""What people do to cases and orders, as values; `handling` says what each changes."""

import msgspec

from sentinel.domain.rank import Rank
from sentinel.warn.case import Report, Verdict
from sentinel.warn.order import How


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts, and how the word reached the desk.

    by: Id of the person at the desk. on_behalf_of: Of whom, if they act for somebody who called.
    """

    by: str
    how: How = How.SCREEN
    on_behalf_of: str = ""


class _Act(msgspec.Struct, frozen=True, kw_only=True, tag_field="do"):
    pass


class _OrderAct(_Act, frozen=True, kw_only=True):
    """order: Its number in the case."""

    order: int


class Accept(_OrderAct, frozen=True, kw_only=True, tag="accept"):
    """The unit has it."""


class Seen(_OrderAct, frozen=True, kw_only=True, tag="seen"):
    """Its rise of rank after acceptance was noticed."""


class OnSite(_OrderAct, frozen=True, kw_only=True, tag="on_site"):
    """The unit is there."""


class Tick(_OrderAct, frozen=True, kw_only=True, tag="tick"):
    """One item of the checklist is done. item: Its place, from 0."""

    item: int


class Resolve(_OrderAct, frozen=True, kw_only=True, tag="resolve"):
    """The unit is done. found, done: What it found and what it did. links: To pictures."""

    found: str
    done: str
    links: tuple[str, ...] = ()


class GiveBack(_OrderAct, frozen=True, kw_only=True, tag="return"):
    """The unit cannot or must not do it; a second return goes up a tier."""

    reason: str


class AskDefer(_OrderAct, frozen=True, kw_only=True, tag="defer"):
    """The unit asks for more time. until: Milliseconds since 1970 UTC."""

    reason: str
    until: int


class AnswerDefer(_OrderAct, frozen=True, kw_only=True, tag="answer_defer"):
    """The tier that dispatched answers it."""

    granted: bool


class Note(_Act, frozen=True, kw_only=True, tag="note"):
    """Something worth keeping, and links to pictures."""

    text: str
    links: tuple[str, ...] = ()


class Dispatch(_Act, frozen=True, kw_only=True, tag="dispatch"):
    """Send one more unit. unit: Its id."""

    unit: str
    reason: str = ""


class RunPlan(_Act, frozen=True, kw_only=True, tag="plan"):
    """Send everybody whom a plan names, each with a checklist."""

    plan: str


class Urge(_Act, frozen=True, kw_only=True, tag="urge"):
    """A higher tier asks to hurry."""

    reason: str


class Reassign(_OrderAct, frozen=True, kw_only=True, tag="reassign"):
    """A higher tier, or the dispatching one, gives it to another unit."""

    unit: str
    reason: str


class TakeOver(_Act, frozen=True, kw_only=True, tag="take_over"):
    """A higher tier makes the case its own. centre: Code of its area."""

    centre: str
    reason: str


class Mute(msgspec.Struct, frozen=True, kw_only=True):
    """What keeps a stuck sensor from reopening at once: quiet for the case's device, with an end.

    until: Milliseconds since 1970 UTC. cap: The highest rank that it quiets. out_of_service: The
        device is known to be broken: all its rules, at any rank.
    """

    until: int
    cap: Rank = Rank.RED
    out_of_service: bool = False


class Verify(_Act, frozen=True, kw_only=True, tag="verify"):
    """Somebody other than who resolved it looked, and closes the case.

    mute: Offered with a false alarm; None: the device goes on speaking.
    """

    verdict: Verdict
    reason: str = ""
    mute: Mute | None = None


class Reopen(_Act, frozen=True, kw_only=True, tag="reopen"):
    """It was not dealt with after all."""

    reason: str


class Merge(_Act, frozen=True, kw_only=True, tag="merge"):
    """Another case carries on for this one. into: Its id."""

    into: str
    reason: str = ""


class Link(_Act, frozen=True, kw_only=True, tag="link"):
    """A warning belongs to this (reported) case too."""

    warning: str


class Open(_Act, frozen=True, kw_only=True, tag="open"):
    """A case opened by hand: a call, a patrol, one voice.

    department: Who is to act; empty: the desk itself sees to it.
    """

    title: str
    area: str
    rank: Rank
    report: Report
    department: str = ""
    scenario: str = ""
    exercise: bool = False


OrderAct = Accept | Seen | OnSite | Tick | Resolve | GiveBack | AskDefer | AnswerDefer | Reassign
CaseAct = Note | Dispatch | RunPlan | Urge | TakeOver | Verify | Reopen | Merge | Link
Act = OrderAct | CaseAct
