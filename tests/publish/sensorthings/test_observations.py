"""Readings as Observations: by time, by page, never more than an answer holds."""

from itertools import pairwise
from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sentinel.publish.sensorthings.observations as module
from sentinel.domain.quality import Quality
from sentinel.domain.readings import ReadingFlag
from sentinel.publish.sensorthings.refusal import BadQueryError
from tests.publish.sensorthings.small import BASE, MINUTE, NOW, Asker, Store, readings

AT = "Datastreams('lv-01/level')/Observations"


def times(asker: Asker, address: str, *, pages: bool = True) -> list[int]:
    """Minutes before NOW of what is at an address, and behind its further pages."""
    found = asker.pages(address) if pages else asker.ids(address)
    return [(NOW - int(ident.rsplit("/", 1)[1])) // MINUTE for ident in found]


def asker(count: int = 10) -> Asker:
    return Asker(store=Store({"lv-01/level": readings(count)}))


def test_a_reading_says_when_what_and_how_good() -> None:
    marked = readings(
        2, quality=[1, Quality.SUSPECT], flags=[0, ReadingFlag.EXERCISE | ReadingFlag.LATE]
    )
    one = Asker(store=Store({"lv-01/level": marked})).ask(f"{AT}?$top=1")["value"][0]

    assert one == {
        "@iot.id": f"lv-01/level/{NOW}",
        "@iot.selfLink": f"{BASE}/Observations('lv-01/level/{NOW}')",
        "phenomenonTime": "2026-06-17T19:12:00.000Z",
        "resultTime": "2026-06-17T19:12:00.400Z",
        "result": 1.0,
        "resultQuality": "suspect",
        "parameters": {"exercise": True, "late": True},
        "Datastream@iot.navigationLink": f"{BASE}/Observations('lv-01/level/{NOW}')/Datastream",
        "FeatureOfInterest@iot.navigationLink": (
            f"{BASE}/Observations('lv-01/level/{NOW}')/FeatureOfInterest"
        ),
    }


def test_a_state_is_told_by_its_name_and_an_unknown_one_by_nothing() -> None:
    store = Store({"pump-1/state": readings(3, value=[0.0, nan, 1.0])})
    at = "Datastreams('pump-1/state')/Observations"
    found = Asker(store=store).ask(f"{at}?$select=result")["value"]

    assert [one["result"] for one in found] == ["RUN", None, "IDLE"]
    assert len(Asker(store=store).ids(f"{at}?$filter=result eq 'RUN'")) == 1
    assert len(Asker(store=store).ids(f"{at}?$filter=result eq null")) == 1


@pytest.mark.parametrize(
    ("query", "minutes"),
    [
        ("", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
        ("$orderby=phenomenonTime desc&$top=3", [0, 1, 2]),
        ("$orderby=phenomenonTime&$top=3", [9, 8, 7]),
        ("$orderby=phenomenonTime asc&$skip=8", [1, 0]),
        ("$skip=7", [7, 8, 9]),
        ("$filter=result gt 7", [0, 1]),
        ("$filter=result ge 2 and result lt 4", [6, 7]),
        ("$orderby=result", [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]),
        ("$orderby=result desc&$top=2&$skip=1", [1, 2]),
        ("$orderby=Datastream/id,result desc&$top=1", [0]),
        ("$filter='lv-01/level' eq Datastream/id and result eq 3", [6]),
        ("$filter=phenomenonTime ge 2026-06-17T19:10:00Z", [0, 1, 2]),
        ("$filter=phenomenonTime gt 2026-06-17T19:10:00Z", [0, 1]),
        ("$filter=phenomenonTime lt 2026-06-17T19:04:30Z", [8, 9]),
        ("$filter=phenomenonTime le 2026-06-17T19:04:00Z", [8, 9]),
        ("$filter=phenomenonTime eq 2026-06-18T03:11:00%2B08:00", [1]),
        ("$filter=phenomenonTime ge 2026-06-18T03:11:00+08:00", [0, 1]),
        ("$filter=phenomenonTime ge '2026-06-17T19:11:00Z'", [0, 1]),
        ("$filter=2026-06-17T19:11:00Z le phenomenonTime", [0, 1]),
        ("$filter=not (phenomenonTime ge 2026-06-17T19:04:00Z)", [9]),
        ("$filter=phenomenonTime lt 2026-06-17T19:04:00Z or result eq 9", [0, 9]),
        ("$filter=resultTime gt 2026-06-17T19:11:00.400Z", [0]),
        ("$filter=resultQuality eq 'pass' and parameters/exercise eq true", []),
        ("$filter=Datastream/id eq 'lv-02/level'", []),
    ],
)
def test_readings_are_chosen_and_ordered(query: str, minutes: list[int]) -> None:
    assert minutes == times(asker(), f"{AT}?{query}", pages=False)


def test_the_newest_are_found_without_reading_the_rest() -> None:
    many = asker(50_000)
    answer = many.ask(f"{AT}?$top=5")

    assert len(answer["value"]) == 5
    assert many.store.handed == 6
    following = many.ask(answer["@iot.nextLink"])
    assert following["value"][0]["@iot.id"] == f"lv-01/level/{NOW - 5 * MINUTE}"


def test_years_without_readings_are_passed_over_in_a_few_steps() -> None:
    """A store may have to read all of a time to find its newest: first it is asked for little."""
    old = readings(5)
    old.time[:] -= 3 * 365 * 24 * 60 * MINUTE
    one = Asker(store=Store({"lv-01/level": old}))
    nothing = Asker(store=Store({}))

    assert len(one.ask(f"{AT}?$top=3")["value"]) == 3
    assert one.store.asked[0] == (NOW - 60 * MINUTE, 253_370_764_800_000)
    assert all(later[1] == earlier[0] for earlier, later in pairwise(one.store.asked))
    assert len(one.store.asked) == 6
    assert nothing.ids(AT) == []
    assert nothing.store.asked[-1][0] == 0


def test_what_a_time_excludes_is_not_read() -> None:
    many = asker(50_000)
    begin, end = "2026-06-17T18:00:00Z", "2026-06-17T19:00:00Z"
    many.ask(f"{AT}?$filter=phenomenonTime lt {end} and phenomenonTime gt {begin}")

    assert many.store.handed == 59


@pytest.mark.parametrize("order", ["", "&$orderby=phenomenonTime", "&$orderby=result desc"])
@pytest.mark.parametrize("chosen", ["", "&$filter=result ge 100"])
def test_pages_go_on_until_every_reading_was_seen_once(order: str, chosen: str) -> None:
    found = times(asker(250), f"{AT}?$select=id{order}{chosen}")

    assert len(found) == len(set(found)) == (150 if chosen else 250)
    ordered = sorted(found, reverse="asc" in order or order.endswith("phenomenonTime"))
    assert ordered == found


def test_a_top_that_is_too_large_is_given_in_pages() -> None:
    first = asker(3_000).ask(f"{AT}?$top=2500")

    assert len(first["value"]) == 1_000
    assert len(times(asker(3_000), f"{AT}?$top=2500")) == 3_000


def test_readings_that_come_meanwhile_shift_no_page() -> None:
    store = Store({"lv-01/level": readings(20)})
    first = Asker(store=store).ask(f"{AT}?$top=3")
    store.kept["lv-01/level"] = readings(20)
    store.kept["lv-01/level"].time[:] += 2 * MINUTE
    second = Asker(store=store).ask(first["@iot.nextLink"])

    assert second["value"][0]["@iot.id"] == f"lv-01/level/{NOW - 3 * MINUTE}"


def test_a_filter_that_finds_little_goes_on_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """No answer looks at more than a window; an empty page with a next one is an answer too."""
    monkeypatch.setattr(module, "_LOOKED_AT", 20)
    one = asker(100)
    first = one.ask(f"{AT}?$filter=result lt 3")

    assert first["value"] == []
    assert one.store.handed == 20
    assert times(asker(100), f"{AT}?$filter=result lt 3") == [97, 98, 99]
    assert times(asker(100), f"{AT}?$filter=result lt 50&$skip=45") == [95, 96, 97, 98, 99]


def test_count_counts_what_is_chosen_not_what_is_shown() -> None:
    assert asker().ask(f"{AT}?$count=true&$top=2&$filter=result ge 4")["@iot.count"] == 6


def test_more_than_an_answer_can_hold_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_READ", 50)
    many = asker(100)

    for query in ("$orderby=result", "$orderby=phenomenonTime", "$count=true", "$skip=51"):
        with pytest.raises(BadQueryError, match=r"shorter|phenomenonTime"):
            many.ask(f"{AT}?{query}")
    assert times(many, f"{AT}?$orderby=result&$filter=phenomenonTime gt 2026-06-17T19:10:00Z") == [
        1,
        0,
    ]


@pytest.mark.parametrize(
    "query",
    [
        "$filter=phenomenonTime ge yesterday",
        "$filter=phenomenonTime ge '2026-06-18'",
        "$filter=phenomenonTime ge 2026-06-18T00:00:00",
        "$filter=phenomenonTime ge 2026-02-30T00:00:00Z",
        "$filter=phenomenonTime ge 5",
        "$filter=result eq 'high'",
        "$filter=Thing/id eq 'lv-01'",
        "$orderby=colour",
        "$expand=Thing",
        "$select=colour",
        "$skiptoken=yesterday",
        f"$skiptoken={'9' * 16}",
    ],
)
def test_what_makes_no_sense_is_refused(query: str) -> None:
    with pytest.raises(BadQueryError):
        asker().ask(f"{AT}?{query}")


def test_one_reading_is_known_by_its_series_and_time() -> None:
    found = asker().ask(f"Observations('lv-01/level/{NOW - MINUTE}')?$select=result")

    assert found == {"result": 8.0}


def test_readings_are_asked_for_by_a_filter_too() -> None:
    address = "Observations?$filter=Datastream/id eq 'lv-01/level' and result gt 7&$top=1"

    mirrored = "Observations?$filter='lv-01/level' eq Datastream/id&$top=2"

    assert times(asker(), mirrored, pages=False) == [0, 1]
    assert times(asker(), address, pages=False) == [0]
    assert times(asker(), address) == [0, 1]


def test_a_reading_brings_its_series_and_its_place() -> None:
    one = asker().ask(f"{AT}?$top=1&$expand=Datastream($select=id),FeatureOfInterest")["value"][0]

    assert one["Datastream"] == {"@iot.id": "lv-01/level"}
    assert one["FeatureOfInterest"]["@iot.id"] == "pudong/hq"
    nowhere = Asker(store=Store({"free-1/state": readings(1)}))
    at = "Datastreams('free-1/state')/Observations?$expand=FeatureOfInterest"
    assert nowhere.ask(at)["value"][0]["FeatureOfInterest"] is None


def test_the_newest_of_many_series_in_one_answer() -> None:
    store = Store({"lv-01/level": readings(10), "lv-02/level": readings(3)})
    streams = Asker(store=store).ask(
        "Datastreams?$filter=startswith(id,'lv')&$select=id&$expand=Observations($top=1;$select=result)"
    )["value"]

    assert [(one["@iot.id"], one["Observations"]) for one in streams] == [
        ("lv-01/level", [{"result": 9.0}]),
        ("lv-02/level", [{"result": 2.0}]),
        ("lv-03/level", []),
    ]
    assert store.handed == 4


def test_readings_brought_along_are_bounded_and_go_on() -> None:
    one = asker(500).ask(
        "Datastreams('lv-01/level')?$expand=Observations($top=400;$filter=result lt 450)"
    )

    assert len(one["Observations"]) == 100
    more = asker(500).ask(one["Observations@iot.nextLink"])
    assert more["value"][0]["result"] == 349.0


@given(
    count=st.integers(0, 40),
    top=st.integers(1, 50),
    least=st.integers(-1, 41),
    window=st.integers(1, 45),
    order=st.sampled_from(["", "&$orderby=phenomenonTime", "&$orderby=result"]),
)
def test_whatever_the_window_pages_show_each_chosen_reading_once_in_order(
    count: int, top: int, least: int, window: int, order: str
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_LOOKED_AT", window)
        patch.setattr("sentinel.publish.sensorthings.pages.PAGE", top)
        found = times(asker(count), f"{AT}?$filter=result ge {least}{order}")

    expected = [minute for minute in range(count) if count - 1 - minute >= least]
    assert found == (expected[::-1] if order else expected)
