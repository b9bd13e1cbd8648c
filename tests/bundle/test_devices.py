"""devices.csv."""

from collections.abc import Callable
from typing import Any

import pytest

Make = Callable[..., Any]

HEAD = "id,kind,area\n"


def test_devices_have_kind_area_sensors_and_attributes(city: Make) -> None:
    registry = city().registry()

    assert list(registry.device_ids) == ["lv-01", "lv-02", "pu-01"]
    assert list(registry.device_kind) == ["river", "river", "pump"]
    assert [registry.area_code(device) for device in range(3)] == [
        "pudong/hq/g07",
        "pudong/hq",
        "pudong",
    ]
    assert list(registry.attributes["role"]) == ["main", "", "side"]
    assert list(registry.attributes["bank_height"]) == ["4.20[m]", "", ""]
    assert list(registry.attributes["lon"]) == ["121.5", "", ""]
    assert registry.sensor_device.tolist() == [0, 0, 1, 1, 2]
    assert registry.sensor(0, registry.metric_number["battery"]) == 1
    assert registry.sensor(2, registry.metric_number["battery"]) == -1


def test_a_device_may_have_other_metrics_than_its_kind(city: Make) -> None:
    registry = city(devices="id,kind,metrics\na,river,battery;pump_state\n").registry()

    assert [registry.metrics[m].id for m in registry.sensor_metric] == ["battery", "pump_state"]


def test_an_offset_is_a_difference_in_the_metric_s_unit(city: Make) -> None:
    text = "id,kind,offset:water_level\na,river,-0.05\nb,river,5[cm]\nc,river,\n"
    registry = city(devices=text).registry()

    assert registry.sensor_offset[::2].tolist() == pytest.approx([-0.05, 0.05, 0])


def test_addresses_have_times(city: Make) -> None:
    text = (
        "id,kind,address:plain\n"
        "a,river,A4@..2025-06-01;B7@2025-06-01..\n"
        "b,river,A4@2025-06-01T00:00+08:00..\n"
        "c,river,C1\n"
    )
    book = city(devices=text).registry().addresses["plain"]
    june = 1_748_707_200_000

    assert [(a.device, a.valid_from, a.valid_to) for a in book["A4"]] == [
        (0, None, june),
        (1, june, None),
    ]
    assert [(a.device, a.valid_from, a.valid_to) for a in book["B7"]] == [(0, june, None)]
    assert [(a.device, a.valid_from, a.valid_to) for a in book["C1"]] == [(2, None, None)]
    assert "D9" not in book
    assert sorted(book) == ["A4", "B7", "C1"]
    assert len(book) == 3


def test_an_address_holds_while_its_device_is_there(city: Make) -> None:
    text = "id,kind,from,to,address:plain\na,river,1970-01-01T00:00Z,1970-01-02T00:00Z,X\n"
    (spell,) = city(devices=text).registry().addresses["plain"]["X"]

    assert (spell.valid_from, spell.valid_to) == (0, 86_400_000)


@pytest.mark.parametrize("word", ["yes", "true", "1", "是", "Yes"])
def test_a_retired_device_keeps_its_number(city: Make, word: str) -> None:
    registry = city(devices=f"id,kind,retired\na,river,{word}\nb,river,no\n").registry()

    assert registry.device_retired.tolist() == [True, False]
    assert registry.device_number == {"a": 0, "b": 1}


def test_windows_line_ends_quotes_and_blank_lines_are_fine(city: Make) -> None:
    text = (
        '\ufeffid,kind,name\r\n\r\na,river,"Lan, upper\r\ngauge"\r\nb,river,"say ""hi"""\r\n,,\r\n'
    )
    registry = city(devices=text).registry()

    assert list(registry.attributes["name"]) == ["Lan, upper\r\ngauge", 'say "hi"']


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            HEAD + "a,rivr,\n",
            (
                "registry/devices.csv:2:3: device 'a': no kind 'rivr' in the metrics file; "
                "did you mean 'river'?"
            ),
        ),
        (
            HEAD + "a,river,pudong/hq/g08\n",
            (
                "registry/devices.csv:2:9: device 'a': no area 'pudong/hq/g08'; "
                "did you mean 'pudong/hq/g07'?"
            ),
        ),
        (
            HEAD + "a,river,\nb,river,\na,river,\n",
            "registry/devices.csv:4:1: device 'a': an id may stand once; first: line 2",
        ),
        (HEAD + "a,,\n", "registry/devices.csv:2:3: device 'a': a device has a kind"),
        (HEAD + ",river,\n", "registry/devices.csv:2:1: a device has an id"),
        (
            HEAD + "a/b,river,\n",
            (
                "registry/devices.csv:2:1: an id has at most 128 characters, none of them a blank "
                "or one of / + # ; , \" '; got 'a/b'"
            ),
        ),
        (
            HEAD + "=A1,river,\n",
            (
                "registry/devices.csv:2:1: an id does not begin with = @ - "
                "(a spreadsheet would run it); got '=A1'"
            ),
        ),
        (HEAD + "a,river\n", "registry/devices.csv:2:1: a row has 3 cells; got 2"),
        (HEAD + "a,river,,x\n", "registry/devices.csv:2:10: a row has 3 cells; got 4"),
        (
            "id,kind,offset:water_levl\n",
            (
                "registry/devices.csv:1:9: column 'offset:water_levl': no metric 'water_levl'; "
                "did you mean 'water_level'?"
            ),
        ),
        (
            "id,kind,offset:water_level\na,river,5[s]\n",
            (
                "registry/devices.csv:2:9: device 'a': an offset of water_level converts to m; "
                "got '5[s]'"
            ),
        ),
        (
            "id,kind,offset:water_level\na,pump,5\n",
            "registry/devices.csv:2:8: device 'a': the device has no 'water_level' to offset",
        ),
        (
            "id,kind,metrics\na,river,battery;bttery\n",
            "registry/devices.csv:2:9: device 'a': no metric 'bttery'; did you mean 'battery'?",
        ),
        (
            "id,kind,lon,lat\na,river,31.2,121.5\n",
            "registry/devices.csv:2:14: device 'a': latitude lies within -90 and 90; got '121.5'",
        ),
        (
            "id,kind,lon,lat\na,river,121.5,\n",
            "registry/devices.csv:2:15: device 'a': a place has `lon` and `lat`; `lat` is empty",
        ),
        (
            "id,kind,bank\na,river,4.2[mm2x]\n",
            "registry/devices.csv:2:9: device 'a': no unit 'mm2x'; got '4.2[mm2x]'",
        ),
        (
            "id,kind,from\na,river,yesterday\n",
            (
                "registry/devices.csv:2:9: device 'a': a time is written 2026-06-18 or "
                "2026-06-18T08:00; got 'yesterday'"
            ),
        ),
        (
            "id,kind,from,to\na,river,2026-01-02,2026-01-01\n",
            "registry/devices.csv:2:20: device 'a': `to` is later than `from`",
        ),
        (
            "id,kind,retired\na,river,maybe\n",
            "registry/devices.csv:2:9: device 'a': `retired` is yes or no; got 'maybe'",
        ),
        (
            "id,kind,address:plain\na,river,X\nb,river,X\n",
            (
                "registry/devices.csv:3:9: device 'b': an address means one device at a time; "
                "'X' is 'a' too"
            ),
        ),
        (
            "id,kind,address:plain\na,river,b\nb,river,\n",
            (
                "registry/devices.csv:2:9: device 'a': an address means one device at a time; "
                "'b' is 'b' too"
            ),
        ),
        (
            "id,kind,address:plan\na,river,X\n",
            (
                "registry/devices.csv:1:9: column 'address:plan': no format 'plan'; "
                "did you mean 'plain'?"
            ),
        ),
        (
            "id, kind, role, address:plan\na,river,,X\n",
            (
                "registry/devices.csv:1:17: column 'address:plan': no format 'plan'; "
                "did you mean 'plain'?"
            ),
        ),
        ("id;kind;area\n", "registry/devices.csv:1:1: cells are parted by commas; got a semicolon"),
        ("name,kind\n", "registry/devices.csv:1:1: the column 'id' is required"),
        ("ID,kind\n", "registry/devices.csv:1:1: the column 'id' is required"),
        ("id,kind,id\n", "registry/devices.csv:1:9: a column may stand once; got 'id' again"),
        ("id,kind,\n", "registry/devices.csv:1:9: a column has a name; number 3 has none"),
        ("", "registry/devices.csv:1:1: the column 'id' is required"),
        (
            'id,kind,name\na,river,"open\n',
            "registry/devices.csv:2:1: this is not CSV: unexpected end of data",
        ),
    ],
)
def test_what_is_wrong_is_told_by_row_and_column(city: Make, text: str, expected: str) -> None:
    assert expected in city(devices=text).told()


def test_a_column_that_is_nearly_ours_is_warned_of(city: Make) -> None:
    compiled = city(devices="id,kind,aera\na,river,x\n").compile()

    assert compiled.bundle is not None
    assert next(str(p) for p in compiled.problems.in_order()) == (
        "registry/devices.csv:1:9: warning: the column 'aera' is an attribute; did you mean 'area'?"
    )


def test_a_file_that_is_broken_throughout_is_told_shortly(city: Make) -> None:
    rows = "".join(f"d{n},nonsense,\n" for n in range(200))
    told = city(devices=HEAD + rows).told()

    assert len(told) == 51
    assert told[-1] == "registry/devices.csv:52:1: and 150 more problems from here on"


def test_a_line_is_counted_over_cells_of_several_lines(city: Make) -> None:
    text = 'id,kind,name\na,river,"two\nlines"\nb,rivr,x\n'

    assert city(devices=text).told()[0].startswith("registry/devices.csv:4:3: device 'b'")


def test_columns_of_many_texts_read_like_those_of_few(city: Make) -> None:
    rows = "".join(f"d{n:04},river,name {n} 水位,{n}[cm],120.{n:04},31\n" for n in range(3000))
    registry = city(devices="id,kind,name,bank,lon,lat\n" + rows).registry()

    assert registry.attributes["name"][2999] == "name 2999 水位"
    assert registry.attributes["name"][1:3] == ["name 1 水位", "name 2 水位"]
    assert list(registry.attributes["bank"])[7] == "7[cm]"
    assert registry.attributes["lon"][12] == "120.0012"
    assert len(registry.attributes["lat"]) == 3000


def test_one_bad_cell_among_many_different_ones_is_found(city: Make) -> None:
    rows = "".join(f"d{n},river,{n}[{'foo' if n == 77 else 'cm'}]\n" for n in range(100))
    told = city(devices="id,kind,bank\n" + rows).told()

    assert told == ["registry/devices.csv:79:11: device 'd77': no unit 'foo'; got '77[foo]'"]


def test_the_name_of_a_device_out_of_service_may_be_given_on_as_an_address(city: Make) -> None:
    retired = "id,kind,retired,address:plain\nA4,river,yes,\nB7,river,,A4\n"
    before = city(devices="id,kind\nA4,river\n")
    gone = city(devices="id,kind,address:plain\nB7,river,A4\n").after(before)

    assert city(devices=retired).told() == []
    assert gone.told() == []
