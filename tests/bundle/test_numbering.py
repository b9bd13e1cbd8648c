"""Numbers of devices and sensors: only ever appended."""

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sentinel.bundle.compile import SENSORS
from sentinel.bundle.numbering import (
    NOTHING,
    Numbering,
    dump_numbering,
    extend_numbering,
    parse_numbering,
)
from sentinel.document import Problems

Make = Callable[..., Any]
DEVICES = st.sampled_from("abcdef")
METRICS = st.sampled_from("xyz")
CITIES = st.lists(
    st.dictionaries(DEVICES, st.sets(METRICS, max_size=3), max_size=5), min_size=1, max_size=5
)


def extended(known: Numbering, devices: dict[str, set[str]]) -> Numbering:
    ids = list(dict.fromkeys([*known.device_ids, *devices]))
    metrics = ["z", "y", "x"]
    pairs = [(ids.index(d), metrics.index(m)) for d in devices for m in sorted(devices[d])]
    table = np.array(pairs, np.int32).reshape(-1, 2)
    return extend_numbering(known, ids, metrics, table[:, 0], table[:, 1])


def sensors(numbering: Numbering) -> list[tuple[str, str]]:
    return [
        (numbering.device_ids[device], numbering.metric_ids[metric])
        for device, metric in zip(numbering.sensor_device, numbering.sensor_metric, strict=True)
    ]


@given(CITIES)
def test_numbers_are_only_appended(cities: list[dict[str, set[str]]]) -> None:
    known = NOTHING
    for devices in cities:
        after = extended(known, devices)

        assert sensors(after)[: len(sensors(known))] == sensors(known)
        assert list(after.device_ids)[: len(known.device_ids)] == list(known.device_ids)
        assert len(set(sensors(after))) == len(sensors(after))
        assert set(sensors(after)) >= {(d, m) for d, own in devices.items() for m in own}
        known = after


@given(CITIES)
def test_what_is_written_reads_back(cities: list[dict[str, set[str]]]) -> None:
    numbering = NOTHING
    for devices in cities:
        numbering = extended(numbering, devices)
    problems = Problems()

    found = parse_numbering(dump_numbering(numbering), "sensors.txt", problems)

    assert found is not None
    assert problems.found == []
    assert list(found.device_ids) == list(numbering.device_ids)
    assert sensors(found) == sensors(numbering)


@given(st.binary(max_size=40))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    problems = Problems()

    assert (parse_numbering(data, "sensors.txt", problems) is None) == bool(problems.found)


def test_a_device_keeps_its_number_wherever_its_row_goes(city: Make) -> None:
    first = city(devices="id,kind\na,river\nb,river\n")
    second = city(devices="id,kind\nnew,pump\nb,river\na,river\n").after(first)
    registry = second.registry()

    assert list(registry.device_ids) == ["a", "b", "new"]
    assert list(registry.device_kind) == ["river", "river", "pump"]
    assert registry.sensor_device.tolist() == [0, 0, 1, 1, 2]


def test_a_device_without_a_row_is_out_of_service_and_keeps_its_numbers(city: Make) -> None:
    first = city(devices="id,kind,name\na,river,A\nb,river,B\n")
    registry = city(devices="id,kind,name\nb,river,B\n").after(first).registry()

    assert registry.device_retired.tolist() == [True, False]
    assert list(registry.attributes["name"]) == ["", "B"]
    assert list(registry.device_kind) == ["", "river"]
    assert registry.sensor_metric.tolist() == [-1, -1, 0, 1]
    assert registry.sensor(0, 0) == -1
    assert registry.sensor(1, 0) == 2
    assert registry.sensors(np.array([0, 1], np.int32), 0).tolist() == [-1, 2]


def test_a_metric_that_comes_back_finds_its_old_number(city: Make) -> None:
    with_battery = city(devices="id,kind\na,river\nb,river\n")
    without = city(devices="id,kind,metrics\na,river,water_level\nb,river,\n").after(with_battery)
    again = city(devices="id,kind\na,river\nb,river\n").after(without)

    assert without.registry().sensor(0, 1) == -1
    assert again.registry().sensor(0, 1) == with_battery.registry().sensor(0, 1)


def test_a_new_metric_of_an_old_device_goes_to_the_end(city: Make) -> None:
    first = city(devices="id,kind,metrics\na,river,water_level\nb,river,\n")
    registry = city(devices="id,kind,metrics\na,river,\nb,river,\n").after(first).registry()

    assert registry.sensor(0, registry.metric_number["battery"]) == 3


def test_a_metric_taken_out_of_the_file_leaves_its_numbers(city: Make) -> None:
    first = city()
    text = "metrics:\n  battery: {unit: '%', interval: 1h}\nkinds:\n  river: {metrics: [battery]}\n"
    rules = city().rules.replace("water_level", "battery")
    second = city(metrics=text, devices="id,kind\nlv-01,river\n", rules=rules).after(first)
    registry = second.registry()

    assert registry.sensor(0, 0) == first.registry().sensor(0, 1)
    assert registry.sensor_metric.tolist() == [-1, 0, -1, -1, -1]


def test_a_damaged_numbering_refuses_the_bundle(city: Make) -> None:
    spoilt = city(more={SENSORS: b"a\tx\nno line end"})

    assert spoilt.told() == ["sensors.txt: the numbering of the sensors is damaged"]


def test_the_same_files_give_the_same_bundle(city: Make) -> None:
    first = city().compile()
    again = city().compile()
    numbered = city().after(city()).compile()

    assert first.bundle.hash == again.bundle.hash == numbered.bundle.hash
