"""What a bundle changes, and rows drafted from what was rejected."""

import csv
from collections.abc import Callable
from io import StringIO
from typing import Any

from sentinel.bundle.change import BundleChange, compare
from sentinel.bundle.enrol import draft_devices, draft_rows
from sentinel.domain.rejection import Reason, Rejection

Make = Callable[..., Any]


def change(before: Any, after: Any) -> BundleChange:  # noqa: ANN401 -- a City of conftest
    after.after(before)
    return compare(before.compile().bundle, after.compile().bundle)


def test_the_same_files_change_nothing(city: Make) -> None:
    assert not change(city(), city())


def test_a_rule_in_other_words_goes_on(city: Make) -> None:
    rules = city().rules.replace("{device.id}: river", "{device.id}: the river is high")
    found = change(city(), city(rules=rules))

    assert (found.rules_reworded, found.rules_anew) == (["river-level"], [])


def test_a_rule_that_means_something_else_begins_anew(city: Make) -> None:
    rules = city().rules.replace("level >= 3", "level >= 3.1")
    found = change(city(), city(rules=rules))

    assert (found.rules_reworded, found.rules_anew) == ([], ["river-level"])


def test_a_renamed_rule_is_one_gone_and_one_new(city: Make) -> None:
    found = change(city(), city(rules=city().rules.replace("id: river-level", "id: river")))

    assert (found.rules_added, found.rules_removed) == (["river"], ["river-level"])


def test_devices_come_go_and_change(city: Make) -> None:
    before = "id,kind,role,offset:battery\n" + "a,river,x,\nb,river,,\nc,river,,\nd,river,,\n"
    after = "id,kind,role,offset:battery\n" + "a,river,y,\nb,river,,2\nd,river,,\ne,river,,\n"
    found = change(city(devices=before), city(devices=after))

    assert found.devices_added == ["e"]
    assert found.devices_retired == ["c"]
    assert found.devices_changed == ["a", "b"]


def test_a_column_or_a_metric_more_changes_those_who_have_it(city: Make) -> None:
    before = "id,kind,metrics\na,river,battery\nb,river,battery\n"
    after = "id,kind,metrics,role\na,river,battery,x\nb,river,battery;water_level,\n"

    assert change(city(devices=before), city(devices=after)).devices_changed == ["a", "b"]


def test_metrics_formats_areas_and_settings_are_compared(city: Make, place: Make) -> None:
    other = city(
        metrics=city().metrics.replace("[0, 10]", "[0, 12]"),
        formats=city().formats.replace("value: value", "value: v"),
        areas=[*city().areas, place("minhang", "district")],
        more={"settings.yaml": b'{"zone": "UTC"}'},
    )
    found = change(city(), other)

    assert found.metrics_changed == ["water_level"]
    assert found.formats_changed == ["plain"]
    assert found.areas_changed == ["minhang"]
    assert found.settings_changed == ["zone"]


def rejection(device: str, metric: str = "", **other: Any) -> Rejection:  # noqa: ANN401
    values: dict[str, Any] = {
        "row": 1,
        "index": 0,
        "part": 0,
        "received_at": 0,
        "reason": Reason.UNKNOWN_DEVICE,
        "topic": f"city/{device}/{metric}",
        "payload": b"",
        "format": "plain",
        "found": "",
    }
    return Rejection(device=device, metric=metric, **(values | other))


def rows(registry: Any, *rejections: Rejection) -> list[dict[str, str]]:  # noqa: ANN401
    text = draft_rows(draft_devices(rejections, registry), registry)
    return list(csv.DictReader(StringIO(text)))


def test_an_unknown_device_becomes_a_row_with_its_likely_kind(city: Make) -> None:
    (row,) = rows(
        city().registry(), rejection("lv-09", "water_level"), rejection("lv-09", "battery")
    )

    assert (row["id"], row["kind"], row["metrics"]) == ("lv-09", "river", "water_level;battery")
    assert row["seen"] == "2x at city/lv-09/water_level"


def test_the_device_rejected_most_often_comes_first(city: Make) -> None:
    found = rows(city().registry(), rejection("a"), rejection("b"), rejection("b"))

    assert [row["id"] for row in found] == ["b", "a"]


def test_a_known_device_gets_its_row_with_the_metric_added(city: Make) -> None:
    (row,) = rows(city().registry(), rejection("lv-02", "pump_state", reason=Reason.UNKNOWN_METRIC))

    assert (row["id"], row["kind"], row["area"]) == ("lv-02", "river", "pudong/hq")
    assert row["metrics"] == "water_level;battery;pump_state"


def test_an_address_that_is_no_id_goes_to_its_format_s_column(city: Make) -> None:
    (row,) = rows(city().registry(), rejection("00:1A/7", "battery"))

    assert (row["id"], row["address:plain"]) == ("", "00:1A/7")


def test_other_rejections_are_passed_over(city: Make) -> None:
    found = rows(
        city().registry(),
        rejection(""),
        rejection("lv-01", "water_level", reason=Reason.NOT_A_NUMBER),
        rejection("lv-01", "nonsense", reason=Reason.UNKNOWN_METRIC),
    )

    assert found == []


def test_text_of_a_device_is_no_formula_for_a_spreadsheet(city: Make) -> None:
    (row,) = rows(city().registry(), rejection("=cmd|x", topic="@x"))

    assert row["address:plain"] == "'=cmd|x"


def test_drafted_rows_load_once_a_person_has_edited_them(city: Make) -> None:
    registry = city().registry()
    text = draft_rows(draft_devices([rejection("lv-09", "battery")], registry), registry)
    edited = text.replace("lv-09,,", "lv-09,river,")

    assert city(devices=edited).registry().device_number == {"lv-09": 0}


def test_a_place_west_of_greenwich_stays_a_number(city: Make) -> None:
    registry = city(devices="id,kind,lon,lat\nlv-02,river,-0.12,51.5\n").registry()
    (row,) = rows(registry, rejection("lv-02", "battery", reason=Reason.UNKNOWN_METRIC))

    assert (row["lon"], row["lat"]) == ("-0.12", "51.5")
