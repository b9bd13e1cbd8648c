"""Where lists grow, fill up, and values are not there."""

from sentinel.detect.engine import Engine
from sentinel.detect.engine.marks import MOST_PAUSES
from sentinel.detect.engine.title import fill
from sentinel.detect.program import Func, Op, Param, Program
from sentinel.domain.finding import Change
from sentinel.domain.metric import Span
from sentinel.domain.rank import Rank
from sentinel.domain.readings import Mark
from sentinel.domain.registry import Registry
from sentinel.testing.builders import (
    MINUTE,
    START,
    Rows,
    SmallBundle,
    build_code,
    build_leaf,
    build_metric,
    build_program,
    build_registry,
)  # fmt: skip


def start(*programs: Program, registry: Registry) -> Engine:
    return Engine(SmallBundle(registry=registry, programs=programs), 0, 1, started_at=START)


def test_a_threshold_comes_from_the_registry_in_the_metric_s_unit() -> None:
    registry = build_registry(3, attributes={"bank_height": ["4.2[m]", "300[cm]", ""]})
    program = build_program(
        {Rank.RED: build_code(("leaf", 0), ("leaf", 1), Op.GE)},
        params=(Param(text="device.bank_height", source="device", column="bank_height", unit="m"),),
        leaves=[build_leaf(), build_leaf(Func.PARAM)],
    )
    rows = Rows().add(0, 0, 4.0).add(1, 0, 4.0).add(2, 0, 4.0)
    found = start(program, registry=registry).judge(rows.build())

    assert [(f.subject, f.evidence[1].value) for f in found] == [("d1", 3.0)]


def test_more_findings_than_there_is_room_for_make_room() -> None:
    registry = build_registry(1000)
    rows = Rows()
    for sensor in range(1000):
        rows.add(sensor, 0, 9.0)
    found = start(build_program(), build_program(rule="b"), registry=registry).judge(rows.build())

    assert len(found) == len({f.id for f in found}) == 2000


def test_a_city_that_falls_silent_is_told_of_device_by_device() -> None:
    registry = build_registry(400)
    rows = Rows()
    for second in range(0, 3 * MINUTE + 1000, 1000):
        rows.tick(second)
    found = start(build_program(), registry=registry).judge(rows.build())

    assert len(found) == 400


def test_outages_beyond_the_oldest_that_is_remembered_are_borne() -> None:
    rows = Rows()
    for k in range(MOST_PAUSES + 10):
        rows.tick(k * 10_000, Mark.LINK_DOWN).tick(k * 10_000 + 4000, Mark.CAUGHT_UP)
    engine = start(build_program(), registry=build_registry(1))
    found = engine.judge(rows.build())

    assert {f.rule for f in found} == {"listener-link"}
    assert engine._state.shard[0]["pauses"] == MOST_PAUSES


def test_a_long_outage_is_not_forgotten_for_many_short_ones() -> None:
    """Else a link that flaps blinds every device that the long one had kept from reporting."""
    rows = Rows().add(0, 0, 1.0).tick(MINUTE, Mark.LINK_DOWN)
    for at in range(MINUTE, 60 * MINUTE, 4000):
        rows.tick(at)
    rows.tick(60 * MINUTE, Mark.CAUGHT_UP)
    for k in range(MOST_PAUSES + 10):
        at = 60 * MINUTE + 2000 * k
        rows.tick(at + 1000, Mark.LINK_DOWN).tick(at + 1500, Mark.CAUGHT_UP).tick(at + 1600)
    program = build_program(missing_after_ms=30 * MINUTE)
    found = start(program, registry=build_registry(1)).judge(rows.build())

    assert {f.rule for f in found} == {"listener-link"}


def test_what_is_blind_stays_blind_when_outages_are_counted_as_one() -> None:
    """A device falls silent in the long time between two outages; then the link flaps."""
    rows = Rows().tick(0, Mark.LINK_DOWN).tick(4000, Mark.CAUGHT_UP).add(0, 5000, 1.0)
    for at in range(5000, 20 * MINUTE, 4000):
        rows.tick(at)
    for k in range(2 * MOST_PAUSES):
        at = 20 * MINUTE + 4000 * k
        rows.tick(at, Mark.LINK_DOWN).tick(at + 2000, Mark.CAUGHT_UP).tick(at + 2100)
    found = start(build_program(), registry=build_registry(1)).judge(rows.build())

    assert [f.change for f in found if f.subject == "d0"] == [Change.OPENED]


def test_an_outage_that_only_its_end_tells_of_lasts_until_caught_up() -> None:
    rows = Rows().add(0, 0, 1.0).tick(0).tick(10 * MINUTE, Mark.LINK_UP)
    rows.tick(10 * MINUTE + 1000, Mark.CAUGHT_UP)
    found = start(build_program(), registry=build_registry(1)).judge(rows.build())

    assert [(f.change, f.onset) for f in found] == [(Change.OPENED, START), (Change.ENDED, START)]


def test_the_first_of_two_open_checks_can_end_first() -> None:
    metric = build_metric(sensor_span=Span(low=0.0, high=10.0), jump=2.0)
    bundle = SmallBundle(registry=build_registry(1, [metric]), programs=(), builtin=True)
    rows = Rows().add(0, 0, 99.0).add(0, MINUTE, 1.0)
    for minute in range(2, 14):
        rows.add(0, minute * MINUTE, 1.0 if minute % 4 < 2 else 4.0)
    found = Engine(bundle, 0, 1, started_at=START).judge(rows.build())

    assert [(f.rule, f.change) for f in found] == [
        ("device-out-of-span", Change.OPENED),
        ("device-jump", Change.OPENED),
        ("device-out-of-span", Change.ENDED),
    ]


def test_a_title_shows_what_is_unknown_and_what_it_cannot_fill_in() -> None:
    text = fill(
        "{x.value:.1f} {y.value:.1f} {rank:d} {z}", {"x.value": None, "y.value": 2.0, "rank": "red"}
    )

    assert text == "? 2.0 red {z}"
