"""History through the live path: files as one stream in order of time."""

import json
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from simulators.replay import SampleBook, replay
from simulators.samples import FileError, Sample, Samples

LEVELS = {"wl_*": "water_level", "rf_*": "rainfall"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "wl_1.csv").write_text(
        "timestamp,value\n2014-01-01 01:00:00,0.18\n2014-01-01 02:00:00,0.20\n"
    )
    (tmp_path / "rf_2.csv").write_text(
        "timestamp,value\n2014-01-01 01:30:00,4\n2014-01-01 02:30:00,\nnever,5\n"
    )
    (tmp_path / "many.csv").write_text(
        "metric,device,value,timestamp,remark\nflow,q_3,1.5,2013-12-31T16:45:00Z,ok\n"
    )
    return tmp_path


def test_files_are_merged_by_time_and_zoneless_times_are_local(folder: Path) -> None:
    samples = Samples(sorted(folder.glob("*.csv")), "Asia/Shanghai", LEVELS)

    found = [(sample.device, sample.metric, sample.value, sample.time_ms) for sample in samples]

    assert found == [
        ("q_3", "flow", "1.5", 1_388_508_300_000),
        ("wl_1", "water_level", "0.18", 1_388_509_200_000),
        ("rf_2", "rainfall", "4", 1_388_511_000_000),
        ("wl_1", "water_level", "0.20", 1_388_512_800_000),
    ]


def test_rows_that_are_no_reading_are_counted_by_file_and_reason(folder: Path) -> None:
    samples = Samples(sorted(folder.glob("rf_*.csv")), "Asia/Shanghai", LEVELS)

    assert len(list(samples)) == 1
    assert samples.skipped == {"rf_2.csv: no number": 1, "rf_2.csv: no time": 1}


@pytest.mark.parametrize(
    ("header", "says"),
    [("when,what", "must name the columns"), ("timestamp,value", "no metric is given for 'x'")],
)
def test_a_file_of_something_else_is_refused_in_plain_words(
    tmp_path: Path, header: str, says: str
) -> None:
    (tmp_path / "x.csv").write_text(f"{header}\n1,2\n")

    with pytest.raises(FileError, match=says):
        list(Samples([tmp_path / "x.csv"], "UTC", LEVELS))


def test_a_replay_publishes_every_reading_with_its_own_time(
    folder: Path, make_broker: Callable[..., Any]
) -> None:
    broker = make_broker()

    done = _replay(folder, broker.port)

    assert (done.messages, done.acknowledged) == (4, 4)
    assert sum(done.skipped.values()) == 2
    assert [(got.topic, json.loads(got.payload)) for got in broker.got] == [
        ("gauge/q_3/flow", {"value": 1.5, "ts": 1_388_508_300_000}),
        ("gauge/wl_1/water_level", {"value": 0.18, "ts": 1_388_509_200_000}),
        ("gauge/rf_2/rainfall", {"value": 4, "ts": 1_388_511_000_000}),
        ("gauge/wl_1/water_level", {"value": 0.2, "ts": 1_388_512_800_000}),
    ]


def test_a_replay_whose_connection_breaks_sends_the_rest_again(
    folder: Path, make_broker: Callable[..., Any]
) -> None:
    broker = make_broker(breaks_after=2)

    done = _replay(folder, broker.port)

    assert done.acknowledged == 4
    assert {got.payload for got in broker.got if got.is_dup} >= {
        b'{"value":1.5,"ts":1388508300000}'
    }
    assert len({got.payload for got in broker.got}) == 4


def test_with_a_speed_a_reading_is_due_when_its_time_has_come() -> None:
    hours = [
        Sample(time_ms=hour * 3_600_000, device="d", metric="m", value="1") for hour in (0, 1, 2)
    ]
    book = SampleBook(iter(hours), "{device}/{metric}", speed=3600.0)

    sent = []
    for now_ms in (500_000, 500_999, 501_000, 502_000):
        book.next(100, now_ms)
        sent.append(book.sent)

    assert sent == [1, 1, 2, 3]
    assert book.left == 0


def _replay(folder: Path, port: int) -> Any:  # noqa: ANN401 -- what `replay` returns
    return replay(
        sorted(folder.glob("*.csv")),
        "127.0.0.1",
        port,
        topic="gauge/{device}/{metric}",
        zone="Asia/Shanghai",
        metrics=LEVELS,
        stop=Event(),
    )
