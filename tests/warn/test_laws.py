"""What no sequence of warnings, acts and clocks can break."""

from collections.abc import Callable
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from sentinel.domain.rank import Rank
from sentinel.warn.acts import (
    Accept,
    Act,
    Actor,
    AnswerDefer,
    AskDefer,
    Dispatch,
    GiveBack,
    Merge,
    Mute,
    OnSite,
    Reassign,
    Reopen,
    Resolve,
    RunPlan,
    TakeOver,
    Urge,
    Verify,
)
from sentinel.warn.case import CaseFile, CaseState, Verdict
from sentinel.warn.condition import still_open
from sentinel.warn.escalate import next_at, overdue
from sentinel.warn.handling import do
from sentinel.warn.may import resolvers
from sentinel.warn.notice import Notice
from sentinel.warn.opening import Known, told
from sentinel.warn.order import How
from sentinel.warn.outcome import Done
from sentinel.warn.plan import Plan, PlanOrder
from sentinel.warn.silence import Silence
from sentinel.warn.warning import EarlyWarning
from tests.warn.town import CITY, HOUR, MINUTE, NOW, PEOPLE, warning

PLAN = Plan(id="p", title={}, orders=(PlanOrder(to="water"), PlanOrder(to="parks")))


class Desk:
    """A desk that keeps everything in memory, and checks the laws after each step."""

    def __init__(self) -> None:
        self.now = NOW
        self.files: dict[str, CaseFile] = {}
        self.warnings: dict[str, EarlyWarning] = {}
        self.silences: list[Silence] = []
        self.notices: dict[str, Notice] = {}

    def warn(self, rank: Rank, subject: str, ended: bool) -> None:
        known = [one for one in self.warnings.values() if one.subject == subject]
        over = not known or known[-1].newest.ending is not None
        number = 1 if over else known[-1].newest.number + 1
        onset = 1_000 + len(known) if over else known[-1].onset
        new = warning(rank, number=number, subject=subject, onset=onset, ended=ended)
        self.warnings[new.id] = new
        done = told(new, self._known(new), self.now, self._city())
        self._keep(done)

    def act(self, name: str, act: Act, nth: int, on_behalf: bool) -> None:
        if not self.files:
            return
        file = list(self.files.values())[nth % len(self.files)]
        city = msgspec.structs.replace(self._city(), person=PEOPLE[name])
        actor = Actor(by=name)
        if on_behalf:
            actor = Actor(by=name, how=How.PHONE, on_behalf_of="zhang")
        if isinstance(act, Merge):
            others = list(self.files)
            act = Merge(into=others[int(act.into) % len(others)])
        done = do(file, act, actor, self.now, city)
        assert done == do(file, act, actor, self.now, city)
        self._keep(done if isinstance(done, Done) else None)

    def act_well(self, nth: int, choice: int) -> None:
        """Do one of all the things that somebody may do to a case."""
        file = list(self.files.values())[nth % len(self.files)]
        numbers = [order.number for order in file.active]
        known = [act for number in numbers for act in _of_order(number)] + _OF_CASE
        made = [(name, act) for act in known for name in _NAMES if self._would(file, name, act)]
        if made:
            name, act = made[choice % len(made)]
            self.act(name, act, nth, on_behalf=False)

    def _would(self, file: CaseFile, name: str, act: Act) -> bool:
        city = msgspec.structs.replace(self._city(), person=PEOPLE[name])
        return isinstance(do(file, act, Actor(by=name), self.now, city), Done)

    def wait(self, minutes: int) -> None:
        self.now += minutes * MINUTE
        for file in list(self.files.values()):
            self._keep(overdue(file, self.now, self._city()))
            at = next_at(self.files[file.case.id])
            assert at is None or at > self.now

    def _city(self) -> Any:  # noqa: ANN401 -- a city
        return msgspec.structs.replace(
            CITY, cases=self.files, silences=tuple(self.silences), plans={"p": PLAN}
        )

    def _known(self, new: EarlyWarning) -> Known:
        mine = [file for file in self.files.values() if new.id in file.case.warnings]
        same = [file for file in self.files.values() if file.case.subject == new.subject]
        return Known(file=self._newest(mine), last=self._newest(same))

    def _newest(self, files: list[CaseFile]) -> CaseFile | None:
        live = [file for file in files if file.case.is_live]
        if not live:
            live = [self._carrier(file) for file in files]
        return live[-1] if live else None

    def _carrier(self, file: CaseFile) -> CaseFile:
        while file.case.state is CaseState.MERGED:
            file = self.files[file.case.parent]
        return file

    def _keep(self, done: Done | None) -> None:
        if done is None:
            return
        for notice in done.notices:
            assert notice.key not in self.notices
            self.notices[notice.key] = notice
            assert all(len(text) <= 280 for text in notice.text.values())
        self.silences += done.silences
        for file in (done.file, *done.others, *done.follow):
            _nothing_lost(self.files.get(file.case.id), file)
            self.files[file.case.id] = file
        self._check()

    def _check(self) -> None:
        for file in self.files.values():
            _is_sound(file)
        held = {one.id for one in self.warnings.values() if one.newest.ending is None}
        kept = {
            one.id for file in self.files.values() if file.case.is_live for one in still_open(file)
        }
        assert held <= kept


def _nothing_lost(before: CaseFile | None, after: CaseFile) -> None:
    numbers = [order.number for order in after.orders]
    assert numbers == list(range(1, len(numbers) + 1))
    if before is None:
        assert after.case.version == 1
        return
    assert after.case.version == before.case.version + 1
    assert [order.id for order in before.orders] == [
        order.id for order in after.orders[: len(before.orders)]
    ]
    assert set(before.case.warnings) <= set(after.case.warnings)


def _is_sound(file: CaseFile) -> None:
    case = file.case
    if not case.is_live:
        assert not file.active
        assert next_at(file) is None
    if case.state is CaseState.CLOSED:
        assert case.verified is not None
        assert case.verified.by not in resolvers(file)
    if case.state is CaseState.RESOLVED:
        assert not file.active
        assert not case.unmet
    if case.state is CaseState.OPEN:
        assert bool(case.quiet) != bool(file.active or case.unmet)
    if case.is_live:
        assert next_at(file) is not None
    assert case.worst >= case.rank
    assert all(order.case == case.id for order in file.orders)
    assert msgspec.json.decode(msgspec.json.encode(file), type=CaseFile) == file


def _of_order(number: int) -> list[Act]:
    return [
        Accept(order=number),
        Resolve(order=number, found="a", done="b"),
        GiveBack(order=number, reason="x"),
        AskDefer(order=number, reason="x", until=NOW + 90 * HOUR),
        AnswerDefer(order=number, granted=True),
        Reassign(order=number, unit="water-pd", reason="x"),
    ]


_OF_CASE: list[Act] = [
    Dispatch(unit="fire-city"),
    RunPlan(plan="p"),
    TakeOver(centre="pudong", reason="x"),
    Verify(verdict=Verdict.TRUE),
    Verify(verdict=Verdict.FALSE_ALARM, mute=Mute(until=NOW + 20 * HOUR, cap=Rank.ORANGE)),
    Reopen(reason="x"),
]
_NAMES = ("zhang", "wu", "feng", "olga", "oscar", "sun")
NUMBERS = st.integers(1, 4)
RANKS = st.sampled_from([Rank.BLUE, Rank.YELLOW, Rank.ORANGE, Rank.RED])
UNITS = st.sampled_from(["water-hq", "water-pd", "fire-city", "desk-hq"])
ACTS: st.SearchStrategy[Act] = st.one_of(
    st.builds(Accept, order=NUMBERS),
    st.builds(OnSite, order=NUMBERS),
    st.builds(Resolve, order=NUMBERS, found=st.just("a"), done=st.just("b")),
    st.builds(GiveBack, order=NUMBERS, reason=st.just("x")),
    st.builds(AskDefer, order=NUMBERS, reason=st.just("x"), until=st.just(NOW + 90 * HOUR)),
    st.builds(AnswerDefer, order=NUMBERS, granted=st.booleans()),
    st.builds(Reassign, order=NUMBERS, unit=UNITS, reason=st.just("x")),
    st.builds(Dispatch, unit=UNITS),
    st.just(RunPlan(plan="p")),
    st.just(Urge(reason="x")),
    st.builds(TakeOver, centre=st.sampled_from(["pudong", ""]), reason=st.just("x")),
    st.builds(
        Verify,
        verdict=st.sampled_from(Verdict),
        mute=st.one_of(st.none(), st.builds(Mute, until=st.just(NOW + 20 * HOUR), cap=RANKS)),
    ),
    st.just(Reopen(reason="x")),
    st.builds(Merge, into=st.sampled_from("0123")),
)
NAMES = st.sampled_from(["zhang", "wu", "feng", "olga", "oscar", "petra", "sun", "carl"])
Step = Callable[[Desk], None]


def _warns(rank: Rank, subject: str, ended: bool) -> Step:
    return lambda desk: desk.warn(rank, subject, ended)


def _acts(name: str, act: Act, nth: int, on_behalf: bool) -> Step:
    return lambda desk: desk.act(name, act, nth, on_behalf)


def _waits(minutes: int) -> Step:
    return lambda desk: desk.wait(minutes)


def _acts_well(nth: int, choice: int) -> Step:
    return lambda desk: desk.act_well(nth, choice)


STEPS: st.SearchStrategy[Step] = st.one_of(
    st.builds(_warns, RANKS, st.sampled_from(["lv-01", "lv-02"]), st.booleans()),
    st.builds(_acts, NAMES, ACTS, st.integers(0, 5), st.booleans()),
    st.builds(_acts_well, st.integers(0, 5), st.integers(0, 500)),
    st.builds(_acts_well, st.integers(0, 5), st.integers(0, 500)),
    st.builds(_waits, st.integers(1, 300)),
)


@given(st.lists(STEPS, min_size=5, max_size=40))
def test_no_order_warning_or_notice_is_lost_and_nobody_verifies_their_own(
    steps: list[Step],
) -> None:
    desk = Desk()
    desk.warn(Rank.ORANGE, "lv-01", ended=False)
    for step in steps:
        step(desk)
