"""A day's file: small runs are merged, and nothing is lost or turned round by it."""

import sqlite3
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.domain.errors import StoreError
from sentinel.store.sqlite import day as day_module
from sentinel.store.sqlite.day import Day, read_day
from sentinel.store.sqlite.page import Codec, Columns, decode_page, encode_page

LAST = 86_399_999
reading = st.tuples(st.integers(0, 40), st.integers(0, 9), st.floats(allow_nan=False))
batches = st.lists(st.lists(reading, min_size=1, max_size=30), min_size=1, max_size=40)


def columns_of(readings: list[tuple[int, int, float]]) -> Columns:
    count = len(readings)
    return Columns(
        series=np.array([series for series, _, _ in readings], np.uint32),
        offset=np.array([offset for _, offset, _ in readings], np.uint32),
        lag=np.arange(count, dtype=np.int64) - 5,
        value=np.array([value for _, _, value in readings], np.float64),
        quality=np.full(count, 3, np.uint8),
        flags=np.full(count, 128, np.uint16),
    )


def spread(start: int, count: int, series: int) -> Columns:
    numbers = np.arange(start, start + count)
    return columns_of([(int(n % series), int(n // series), float(n)) for n in numbers])


def runs_of(path: Path) -> list[int]:
    with sqlite3.connect(path) as connection:
        return [count for (count,) in connection.execute("SELECT count FROM run ORDER BY id")]


@given(batches)
def test_whatever_the_batches_the_first_of_each_time_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, written: list[list[tuple[int, int, float]]]
) -> None:
    path = tmp_path_factory.mktemp("day") / "day.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(day_module, "_SIZES", (20, 60, 200))
        patch.setattr(day_module, "_YOUNG", 30)
        patch.setattr(day_module, "_PAGE", 8)
        day = Day(path)
        for batch in written:
            day.add(columns_of(batch))
        day.close()

    expected: dict[int, dict[int, float]] = {}
    for series, offset, value in (one for batch in written for one in batch):
        expected.setdefault(series, {}).setdefault(offset, value)
    for series in range(41):
        found = read_day(path, series, 0, LAST)
        pairs = [] if found is None else list(zip(found.offset, found.value, strict=True))
        assert pairs == sorted(expected.get(series, {}).items())


def test_tiny_writes_leave_few_runs(tmp_path: Path) -> None:
    day = Day(tmp_path / "day.db")
    for number in range(300):
        day.add(spread(number * 50, 50, series=1000))
    day.close()

    assert sum(runs_of(day.path)) == 15_000
    assert len(runs_of(day.path)) <= 3 * 16


def test_merging_writes_each_reading_few_times(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(day_module, "_SIZES", (64, 1024, 16_384))
    day = Day(tmp_path / "day.db")
    rewritten: list[int] = []
    put = day._put

    def count_and_put(run: Columns) -> None:
        rewritten.append(len(run))
        put(run)

    monkeypatch.setattr(day, "_put", count_and_put)
    for number in range(2_000):
        day.add(spread(number * 16, 16, series=500))
    day.close()

    assert sum(rewritten) <= 6 * 2_000 * 16


def test_a_large_run_is_looked_up_a_page_at_a_time(tmp_path: Path) -> None:
    day = Day(tmp_path / "day.db")
    day.add(spread(0, 100_000, series=10_000))
    day.close()

    with sqlite3.connect(day.path) as connection:
        pages = [decode_page(body) for (body,) in connection.execute("SELECT body FROM page")]
    assert max(len(page) for page in pages) < 4096
    assert sum(len(page) for page in pages) == 100_000
    found = read_day(day.path, 9_999, 3, 7)
    assert found is not None
    assert found.value.tolist() == [9_999.0 + 10_000 * step for step in range(3, 8)]


def test_a_page_comes_back_whichever_way_it_was_written() -> None:
    columns = spread(0, 100, series=7).in_order()

    for codec in Codec:
        back = decode_page(encode_page(columns, codec))
        for name in ("series", "offset", "lag", "value", "quality", "flags"):
            assert np.array_equal(getattr(back, name), getattr(columns, name))


@pytest.mark.parametrize("harm", [b"", b"\x07\0\0\0\1\0\0\0", b"\1\0\0\0\1\0\0\0not zlib"])
def test_a_harmed_page_is_an_error_in_our_words(harm: bytes) -> None:
    with pytest.raises(StoreError, match="a page"):
        decode_page(harm)


def test_a_page_cut_short_is_an_error_in_our_words() -> None:
    page = encode_page(spread(0, 10, series=2), Codec.PLAIN)

    with pytest.raises(StoreError, match="must be 270 bytes; got 269"):
        decode_page(page[:-1])
