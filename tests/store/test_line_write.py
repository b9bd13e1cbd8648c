"""What the database refuses, and what it means that it does not answer."""

import socket
from pathlib import Path

import pytest

from sentinel.domain.errors import StoreDown, StoreError
from sentinel.domain.rank import Rank
from sentinel.domain.rejection import Reason
from sentinel.store import ReadingStore, StoreKind, StoreSettings, open_store
from sentinel.testing.recorded import Answer, Asked, Recorded
from sentinel.testing.samples import NOON, a_finding, readings_of, stored_registry

ALWAYS = (0, NOON + 86_400_000)


def influx(recorded: Recorded, directory: Path, token_file: Path | None = None) -> ReadingStore:
    settings = StoreSettings(
        kind=StoreKind.INFLUXDB2, url=recorded.url, bucket="city", org="o", token_file=token_file
    )
    return open_store(settings, directory)


def write(store: ReadingStore, values: list[float]) -> None:
    times = [NOON + at for at in range(len(values))]
    store.write(readings_of([0] * len(values), times, values), stored_registry(["lv-01"]))


def refuses(*words: str, status: int = 400) -> Answer:
    """Answer as a server that takes nothing of a request with such a line in it."""

    def answer(asked: Asked) -> tuple[int, str, bytes]:
        if any(word in line for line in asked.body.decode().splitlines() for word in words):
            return status, "application/json", b'{"code": "invalid", "message": "bad line"}'
        return 204, "text/plain", b""

    return answer


def taken(recorded: Recorded) -> set[str]:
    """Return the lines of the requests that were taken."""
    bodies = [one.body.decode() for one in recorded.asked if recorded.answer(one)[0] == 204]
    return {line for body in bodies for line in body.splitlines()}


def test_a_batch_is_one_compressed_request_in_ms(recorded: Recorded, tmp_path: Path) -> None:
    store = influx(recorded, tmp_path)
    write(store, [1.0, 2.0])

    (asked,) = recorded.asked
    assert asked.path == "/api/v2/write?org=o&bucket=city&precision=ms"
    assert asked.headers["Content-Encoding"] == "gzip"
    assert len(asked.body.splitlines()) == 2
    store.close()


def test_large_batches_are_cut(recorded: Recorded, tmp_path: Path) -> None:
    store = influx(recorded, tmp_path)
    write(store, [0.0] * 25_000)

    assert sorted(len(one.body.splitlines()) for one in recorded.asked) == [5_000, 10_000, 10_000]
    store.close()


def test_the_token_comes_from_a_file(recorded: Recorded, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("secret\n")
    store = influx(recorded, tmp_path, token_file=tmp_path / "token")
    write(store, [1.0])

    assert recorded.asked[0].headers["Authorization"] == "Token secret"
    store.close()


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_refused_line_is_kept_as_a_rejection_and_the_others_are_written(
    recorded: Recorded, tmp_path: Path, status: int
) -> None:
    recorded.answer = refuses("v=7.0", "v=50.0", status=status)
    store = influx(recorded, tmp_path)
    write(store, [float(at) for at in range(100)])

    assert len(taken(recorded)) == 98
    kept = store.rejections(reason=Reason.REFUSED_BY_STORE)
    assert {one.rejection.row for one in kept} == {8, 51}
    assert {one.rejection.found for one in kept} == {"bad line"}
    assert b"v=50.0" in kept[0].rejection.payload
    assert (kept[0].rejection.device, kept[0].rejection.metric) == ("lv-01", "water_level")

    write(store, [float(at) for at in range(100)])
    assert len(store.rejections()) == 2
    store.close()


def test_lines_named_in_the_answer_are_not_searched_for(recorded: Recorded, tmp_path: Path) -> None:
    """InfluxDB 3 names lines that it refuses."""
    said = b"""{"error": "partial write of line protocol occurred", "data": [
        {"original_line": "...", "line_number": 3, "error_message": "invalid column type"}]}"""
    answers = [(400, "application/json", said), (204, "text/plain", b"")]
    recorded.answer = lambda _: answers[len(recorded.asked) - 1]
    store = influx(recorded, tmp_path)
    write(store, [0.0, 1.0, 2.0, 3.0])

    assert len(recorded.asked) == 2
    (kept,) = store.rejections()
    assert (kept.rejection.row, kept.rejection.found) == (3, "invalid column type")
    store.close()


def test_a_batch_beyond_the_database_s_retention_is_refused_at_once(
    recorded: Recorded, tmp_path: Path
) -> None:
    """InfluxDB 2 tells how many it dropped: all of them."""
    said = b'{"code": "unprocessable entity", "message": "points beyond retention, dropped=200"}'
    recorded.answer = lambda _: (422, "application/json", said)
    store = influx(recorded, tmp_path)
    write(store, [1.0] * 200)

    assert len(recorded.asked) == 1
    assert len(store.rejections()) == 200
    store.close()


def test_a_bucket_that_takes_no_line_is_a_down_store(recorded: Recorded, tmp_path: Path) -> None:
    recorded.answer = refuses("v=")
    store = influx(recorded, tmp_path)

    with pytest.raises(StoreDown, match="refuses every line: bad line"):
        write(store, [1.0] * 1000)
    assert store.rejections() == []
    store.close()


def test_a_bucket_that_takes_no_line_is_a_down_store_at_live_rates_too(
    recorded: Recorded, tmp_path: Path
) -> None:
    """A few lines a call are never a hundred at once."""
    recorded.answer = refuses("v=")
    store = influx(recorded, tmp_path)
    for _ in range(9):
        write(store, [1.0] * 10)

    for _ in range(3):
        with pytest.raises(StoreDown, match="refuses every line: bad line"):
            write(store, [1.0] * 10)
    recorded.answer = refuses("v=7.0")
    write(store, [1.0, 7.0])
    write(store, [7.0])
    store.close()


def test_lines_refused_between_lines_taken_are_never_a_down_store(
    recorded: Recorded, tmp_path: Path
) -> None:
    recorded.answer = refuses("v=7.0")
    store = influx(recorded, tmp_path)
    for _ in range(300):
        write(store, [7.0])
        write(store, [1.0])

    assert len(store.rejections()) == 1
    store.close()


@pytest.mark.parametrize("together", [1, 250])
def test_lines_refused_by_a_database_that_takes_others_are_never_a_down_store(
    recorded: Recorded, tmp_path: Path, together: int
) -> None:
    """One bad device on a quiet night, or after a silence, says nothing of the bucket."""
    recorded.answer = refuses("v=7.0")
    store = influx(recorded, tmp_path)
    for _ in range(250 // together):
        write(store, [7.0] * together)
    write(store, [1.0, 7.0])

    assert "v=1.0" in "".join(taken(recorded))
    assert len(recorded.asked) < 1_000
    assert len(store.rejections(limit=1_000)) == max(together, 2)
    store.close()


def test_lines_that_the_answer_names_are_refused_for_good_however_many(
    recorded: Recorded, tmp_path: Path
) -> None:
    """A device that sends what is too old, one by one, says nothing of the bucket."""
    said = b'{"code": "unprocessable entity", "message": "points beyond retention, dropped=1"}'
    recorded.answer = lambda _: (422, "application/json", said)
    store = influx(recorded, tmp_path)
    for _ in range(150):
        write(store, [1.0])

    assert len(recorded.asked) == 150
    store.close()


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "does not accept the token"),
        (403, "does not accept the token"),
        (404, "no such bucket"),
        (429, "answers 429"),
        (500, "answers 500"),
        (503, "answers 503: please wait"),
    ],
)
def test_an_answer_that_is_not_about_the_lines_loses_none(
    recorded: Recorded, tmp_path: Path, status: int, words: str
) -> None:
    recorded.answer = lambda _: (status, "application/json", b'{"message": "please wait"}')
    store = influx(recorded, tmp_path)

    with pytest.raises(StoreDown, match=words):
        write(store, [1.0])
    assert store.rejections() == []
    store.close()


def test_no_answer_is_a_store_that_is_down(tmp_path: Path) -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        settings = StoreSettings(kind=StoreKind.VICTORIA_METRICS, url=url)
        store = open_store(settings, tmp_path)

        with pytest.raises(StoreDown, match="does not answer"):
            write(store, [1.0])
        with pytest.raises(StoreDown, match="does not answer"):
            store.readings("lv-01", "water_level", *ALWAYS)
        store.close()


def test_an_answer_that_takes_too_long_is_a_store_that_is_down(tmp_path: Path) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        settings = StoreSettings(kind=StoreKind.INFLUXDB3, url=url, timeout=50)
        store = open_store(settings, tmp_path)

        with pytest.raises(StoreDown, match="timed out"):
            write(store, [1.0])
        with pytest.raises(StoreDown, match="timed out"):
            store.readings("lv-01", "water_level", *ALWAYS)
        store.close()


def test_a_refused_finding_stops_nothing(recorded: Recorded, tmp_path: Path) -> None:
    recorded.answer = refuses("finding")
    store = influx(recorded, tmp_path)

    store.write_findings([a_finding(1, Rank.RED, at=NOON)])

    assert store.rejections() == []
    store.close()


def test_a_refused_question_is_an_error_in_its_words(recorded: Recorded, tmp_path: Path) -> None:
    recorded.answer = lambda _: (422, "text/plain", b"cannot parse match[]")
    settings = StoreSettings(kind=StoreKind.VICTORIA_METRICS, url=recorded.url)
    store = open_store(settings, tmp_path)

    with pytest.raises(StoreError, match=r"answers 422: cannot parse match\[\]"):
        store.readings("lv-01", "water_level", *ALWAYS)
    store.close()
