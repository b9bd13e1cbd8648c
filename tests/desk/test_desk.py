from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from sentinel.desk.database import open_database
from sentinel.desk.desk import Desk
from sentinel.desk.tables import positions
from sentinel.domain.clock import Clock
from sentinel.domain.errors import ServiceError
from sentinel.domain.finding import LINK_RULE, Change, Ending, Finding
from sentinel.domain.person import Person
from sentinel.domain.rank import Rank, Sight
from sentinel.warn.acts import Accept, Actor, Seen
from sentinel.warn.listing import Chosen, Which, place_of
from sentinel.warn.order import How, Order, OrderState
from sentinel.warn.outcome import Code, Done, Refused
from sentinel.warn.warning import WarningState
from tests.desk.small import FACTS

Build = Callable[..., Finding]


def take_it(
    desk: Desk, warning: str, by: str, how: How = How.SCREEN, act: type[Accept | Seen] = Accept
) -> Order | Refused:
    """Accept the order of a warning's case, or see its rise; return the order as it then is."""
    opened = desk.warning(warning)
    assert opened
    done = desk.do(opened.case, act(order=1), Actor(by=by, how=how), Person(id=by, name=by))
    return done.file.orders[0] if isinstance(done, Done) else done


class StandingClock:
    def now(self) -> int:
        return 1_000_000


def subjects(desk: Desk, chosen: Chosen) -> list[str]:
    return [line.warning.subject for line in desk.warnings(chosen)]


def test_a_finding_becomes_an_open_warning_with_one_order(desk: Desk, finding: Build) -> None:
    desk.take([finding()], 1)

    (line,) = desk.warnings(Chosen())
    assert line.warning.state is WarningState.OPEN
    assert line.order
    assert (line.order.state, line.order.unit) == (OrderState.DISPATCHED, "water-affairs")
    assert line.order.dispatched_at == 1_000_000


def test_findings_taken_twice_change_nothing(desk: Desk, finding: Build) -> None:
    batch = [finding(), finding(number=2, rank=Rank.RED), finding()]
    desk.take(batch, 1)
    before = (desk.warnings(Chosen()), desk.revision, desk.warning(batch[0].warning))

    desk.take(batch, 1)

    assert (desk.warnings(Chosen()), desk.revision, desk.warning(batch[0].warning)) == before


def test_the_revision_never_goes_back(desk: Desk, finding: Build) -> None:
    desk.take([finding()], 1)
    desk.take([finding("lv-02")], 2)
    newest = desk.revision

    desk._note_revision(newest - 1)

    assert desk.revision == newest == desk.changes(0, 10)[-1].revision


def test_the_cursor_moves_with_what_it_caused_and_never_back(desk: Desk, finding: Build) -> None:
    desk.take([finding()], 7)
    desk.take([], 9)
    desk.take([finding()], 3)

    assert desk.cursor() == 9


def test_a_batch_that_fails_leaves_nothing_behind(desk: Desk, finding: Build) -> None:
    broken = finding("lv-02", title={"en": object()})

    with pytest.raises(TypeError):
        desk.take([finding(), broken], 5)

    assert (desk.warnings(Chosen()), desk.cursor(), desk.revision) == ([], 0, 0)


def test_a_delayed_warning_is_not_in_the_list_and_has_no_order(desk: Desk, finding: Build) -> None:
    desk.take([finding(delayed=True)], 1)

    assert desk.warnings(Chosen()) == desk.warnings(Chosen(which=Which.ALL)) == []
    (held,) = desk.warnings(Chosen(which=Which.HELD_BACK))
    assert held.order is None
    opened = desk.warning(held.warning.id)
    assert opened
    assert opened.case == ""


def test_a_confirmation_tells_it_and_dispatches_its_order(desk: Desk, finding: Build) -> None:
    desk.take([finding(delayed=True)], 1)
    desk.take([finding(number=2, change=Change.CONFIRMED)], 2)

    (line,) = desk.warnings(Chosen())
    assert line.order is not None


def test_an_ended_warning_leaves_the_open_list(desk: Desk, finding: Build) -> None:
    desk.take([finding(), finding("lv-02")], 1)
    desk.take([finding(number=2, ending=Ending.CLEARED)], 2)

    assert subjects(desk, Chosen()) == ["lv-02"]
    assert subjects(desk, Chosen(which=Which.ENDED)) == ["lv-01"]
    assert set(subjects(desk, Chosen(which=Which.ALL))) == {"lv-01", "lv-02"}


def test_the_list_runs_from_red_down_and_newest_first(desk: Desk, finding: Build) -> None:
    desk.take(
        [
            finding("old-red", rank=Rank.RED, received_at=10),
            finding("blue", rank=Rank.BLUE, received_at=90),
            finding("new-red", rank=Rank.RED, received_at=20),
        ],
        1,
    )

    assert subjects(desk, Chosen()) == ["new-red", "old-red", "blue"]
    assert subjects(desk, Chosen(least=Rank.RED)) == ["new-red", "old-red"]


def test_an_area_takes_in_what_lies_below_it_and_nothing_beside_it(
    desk: Desk, finding: Build
) -> None:
    desk.take(
        [
            finding("in", area="pudong/hq/g07"),
            finding("at", area="pudong/hq"),
            finding("beside", area="pudong/hqx"),
            finding("under", area="pudong_hq"),
        ],
        1,
    )

    assert set(subjects(desk, Chosen(area="pudong/hq"))) == {"in", "at"}
    assert set(subjects(desk, Chosen(area="pudong"))) == {"in", "at", "beside"}


@pytest.mark.parametrize("page", [1, 2, 3, 100])
def test_pages_hold_every_warning_once_even_at_one_instant(
    desk: Desk, finding: Build, page: int
) -> None:
    batch = [finding(f"lv-{n:02}", rank=Rank(1 + n % 4), received_at=5) for n in range(10)]
    desk.take(batch, 1)

    seen: list[str] = []
    after = None
    while lines := desk.warnings(Chosen(limit=page, after=after)):
        seen += [line.warning.id for line in lines]
        after = place_of(lines[-1])

    assert seen == [line.warning.id for line in desk.warnings(Chosen())]
    assert (len(set(seen)), desk.count(Chosen(limit=page, after=after))) == (10, 10)


def test_accepting_says_who_when_and_how(desk: Desk, finding: Build) -> None:
    one = finding(rank=Rank.RED)
    desk.take([one], 1)

    order = take_it(desk, one.warning, "Wang", How.COMMAND)

    assert isinstance(order, Order)
    assert (order.accepted_by, order.how, order.accepted_at) == ("Wang", How.COMMAND, 1_000_000)
    assert desk.warnings(Chosen(which=Which.WAITING)) == []
    opened = desk.warning(one.warning)
    assert opened
    assert opened.listed.order == order
    said = [(line.entry.act, line.entry.by) for line in opened.trail]
    assert [act for act in said if act[0] != "unreached"] == [
        ("open", "sentinel"),
        ("dispatch", "sentinel"),
        ("accept", "Wang"),
    ]


def test_a_second_acceptance_changes_nothing_and_names_the_first(
    desk: Desk, finding: Build
) -> None:
    one = finding()
    desk.take([one], 1)
    first = take_it(desk, one.warning, "Wang")
    revision = desk.revision

    second = take_it(desk, one.warning, "Li")

    assert isinstance(first, Order)
    assert isinstance(second, Refused)
    assert second.code is Code.CONFLICT
    assert "Wang" in second.reason["en"]
    assert desk.revision == revision


def test_of_many_who_accept_at_once_exactly_one_has_it(desk: Desk, finding: Build) -> None:
    one = finding()
    desk.take([one], 1)

    with ThreadPoolExecutor(8) as people:
        answers = list(people.map(lambda name: take_it(desk, one.warning, name), "ABCDEFGH"))

    assert sum(isinstance(answer, Order) for answer in answers) == 1
    assert sum(isinstance(answer, Refused) for answer in answers) == 7


def test_what_nobody_knows_cannot_be_accepted(desk: Desk) -> None:
    refused = desk.do("nothing", Accept(order=1), Actor(by="Wang"), Person(id="Wang", name="W"))

    assert isinstance(refused, Refused)
    assert refused.code is Code.UNKNOWN
    assert (desk.warning("nothing"), desk.case("nothing")) == (None, None)


def test_accepting_survives_the_findings_that_follow(desk: Desk, finding: Build) -> None:
    one = finding()
    desk.take([one], 1)
    take_it(desk, one.warning, "Wang")

    desk.take([finding(number=2, rank=Rank.RED)], 2)

    (line,) = desk.warnings(Chosen())
    assert line.order
    assert (line.order.accepted_by, line.order.accepted_rank) == ("Wang", Rank.ORANGE)


def test_a_rise_after_acceptance_waits_until_someone_has_seen_it(
    desk: Desk, finding: Build
) -> None:
    one = finding()
    desk.take([one], 1)
    take_it(desk, one.warning, "Wang")
    desk.take([finding(number=2, rank=Rank.RED)], 2)

    waiting = subjects(desk, Chosen(which=Which.WAITING))
    order = take_it(desk, one.warning, "Li", act=Seen)

    assert waiting == ["lv-01"]
    assert isinstance(order, Order)
    assert order.accepted_by == "Wang"
    assert subjects(desk, Chosen(which=Which.WAITING)) == []
    opened = desk.warning(one.warning)
    assert opened
    acts = [(line.entry.act, line.entry.by) for line in opened.trail]
    assert [act for act in acts if act[1] != "sentinel"] == [("accept", "Wang"), ("seen", "Li")]


def test_changes_come_once_each_in_order_and_can_be_resumed(desk: Desk, finding: Build) -> None:
    desk.take([finding("a"), finding("b")], 1)
    at = desk.revision
    desk.take([finding("a", 2, rank=Rank.RED), finding("c")], 2)

    assert [line.warning.subject for line in desk.changes(0, 10)] == ["b", "a", "c"]
    assert [line.warning.subject for line in desk.changes(at, 10)] == ["a", "c"]
    assert len({line.revision for line in desk.changes(0, 10)}) == 3
    assert desk.changes(desk.revision, 10) == []


def test_tallies_count_open_warnings_by_area_rank_sight_and_acceptance(
    desk: Desk, finding: Build
) -> None:
    blind = finding("c", rank=Rank.NONE, sight=Sight.BLIND, blind_since=1)
    desk.take([finding("a"), finding("b"), blind, finding("d", area="minhang")], 1)
    take_it(desk, finding("a").warning, "Wang")

    told = {(t.area, t.rank, t.sight, t.accepted): t.count for t in desk.tallies()}

    assert told == {
        ("pudong/hq/g07", Rank.ORANGE, Sight.SEEN, True): 1,
        ("pudong/hq/g07", Rank.ORANGE, Sight.SEEN, False): 1,
        ("pudong/hq/g07", Rank.NONE, Sight.BLIND, False): 1,
        ("minhang", Rank.ORANGE, Sight.SEEN, False): 1,
    }


def test_the_lost_link_of_the_listener_is_told_apart(desk: Desk, finding: Build) -> None:
    lost = finding("listener", rule=LINK_RULE, area="", rank=Rank.NONE, sight=Sight.BLIND)
    desk.take([lost, finding("stray", area="", rank=Rank.NONE, sight=Sight.BLIND)], 1)

    assert sorted(tally.everywhere for tally in desk.tallies()) == [False, True]


def test_what_has_ended_is_chosen_by_its_worst_rank(desk: Desk, finding: Build) -> None:
    for name, rank in (("a", Rank.BLUE), ("b", Rank.RED), ("c", Rank.RED)):
        desk.take([finding(name, rank=rank), finding(name, 2, rank=Rank.YELLOW)], 1)
    desk.take([finding("a", 3, ending="cleared"), finding("b", 3, ending="cleared")], 2)

    def chosen(which: Which) -> list[str]:
        asked = Chosen(which=which, least=Rank.ORANGE)
        assert desk.count(asked) == len(desk.warnings(asked))
        return [line.warning.subject for line in desk.warnings(asked)]

    assert (chosen(Which.ENDED), chosen(Which.ALL), chosen(Which.OPEN)) == (["b"], ["b"], [])


def test_a_database_from_before_there_were_cases_is_refused_with_what_to_do(tmp_path: Path) -> None:
    engine = open_database(tmp_path / "desk.sqlite")
    with engine.begin() as connection:
        schema = positions.c.name == "schema"
        connection.execute(update(positions).where(schema).values(position=2))
    engine.dispose()

    with pytest.raises(ServiceError, match=r"before there were cases .* move it away"):
        open_database(tmp_path / "desk.sqlite")


def test_a_desk_that_was_closed_and_opened_again_knows_everything(
    tmp_path: Path, clock: Clock, finding: Build
) -> None:
    first = Desk(open_database(tmp_path / "desk.sqlite"), clock, lambda: FACTS)
    first.take([finding()], 4)
    before = first.warnings(Chosen())
    first.close()

    second = Desk(open_database(tmp_path / "desk.sqlite"), clock, lambda: FACTS)

    assert (second.warnings(Chosen()), second.cursor()) == (before, 4)
    assert second.revision == first.revision
    second.close()


def test_a_database_of_a_newer_program_is_refused_in_plain_words(tmp_path: Path) -> None:
    engine = open_database(tmp_path / "desk.sqlite")
    with engine.begin() as connection:
        schema = positions.c.name == "schema"
        connection.execute(update(positions).where(schema).values(position=99))
    engine.dispose()

    with pytest.raises(ServiceError, match="was written by a newer sentinel"):
        open_database(tmp_path / "desk.sqlite")


def test_a_database_that_is_none_is_refused_in_plain_words(tmp_path: Path) -> None:
    (tmp_path / "desk.sqlite").write_text("not a database, but long enough to be read as one")

    with pytest.raises(ServiceError, match="cannot be opened"):
        open_database(tmp_path / "desk.sqlite")


@settings(max_examples=15)
@given(cuts=st.lists(st.integers(0, 12), max_size=6), repeats=st.lists(st.integers(0, 11)))
def test_however_findings_are_cut_into_batches_and_repeated_the_desk_is_the_same(
    finding: Build, cuts: Sequence[int], repeats: Sequence[int]
) -> None:
    line = [
        finding(f"lv-{n % 3}", 1 + n // 3, rank=Rank(1 + n % 4), delayed=n % 5 == 0)
        for n in range(12)
    ]
    edges = sorted({0, 12, *cuts})
    batches = [line[a:b] for a, b in pairwise(edges)]
    batches += [[line[n]] for n in repeats]

    with TemporaryDirectory() as folder:
        whole, cut = (
            Desk(open_database(Path(folder) / name), StandingClock(), lambda: FACTS)
            for name in ("a", "b")
        )
        whole.take(line, 12)
        for batch in batches:
            cut.take(batch, 12)

        assert _content(cut) == _content(whole)
        whole.close()
        cut.close()


def _content(desk: Desk) -> list[object]:
    lines = desk.warnings(Chosen(which=Which.ALL)) + desk.warnings(Chosen(which=Which.HELD_BACK))
    return [(one.warning, one.order and (one.order.unit, one.order.state)) for one in lines]
