"""Questions to a database that answers badly, or has much to say."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from sentinel.domain.errors import StoreDown, StoreError
from sentinel.store import StoreKind, StoreSettings, open_store
from sentinel.testing.recorded import Asked, recorded_server

DATABASES = pytest.mark.parametrize(
    "kind", [StoreKind.VICTORIA_METRICS, StoreKind.INFLUXDB2, StoreKind.INFLUXDB3]
)


@contextmanager
def saying(body: bytes, length: int) -> Iterator[str]:
    """Give the address of a server that promises `length` bytes and sends these, whoever asks."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            try:
                caller, _ = server.accept()
            except OSError:
                return
            with caller:
                caller.recv(10_000)
                head = f"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n".encode()
                caller.sendall(head + body)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        thread.join()


def ask(kind: StoreKind, url: str, directory: Path, limit: int | None = None) -> list[float]:
    store = open_store(StoreSettings(kind=kind, url=url), directory)
    try:
        found = store.readings("lv-01", "water_level", 0, 10**12, limit)
    finally:
        store.close()
    values: list[float] = found.value.tolist()
    return values


@DATABASES
def test_half_an_answer_is_a_store_that_is_down(kind: StoreKind, tmp_path: Path) -> None:
    with saying(b"[", 100) as url, pytest.raises(StoreDown, match="does not answer"):
        ask(kind, url, tmp_path)


@DATABASES
def test_an_answer_of_something_else_is_told(kind: StoreKind, tmp_path: Path) -> None:
    said = b"<html>\n<body>,hello,\n#datatype,x,y\n,1,2\n</body>\n"
    with saying(said, len(said)) as url, pytest.raises(StoreError, match="must be one of"):
        ask(kind, url, tmp_path)


def exporting(asked: Asked) -> tuple[int, str, bytes]:
    """Answer as VictoriaMetrics does, with a point a minute since 1970."""
    query = parse_qs(urlsplit(asked.path).query)
    start, end = (float(query[name][0]) for name in ("start", "end"))
    times = range(-int(-start // 60) * 60_000, int(end * 1000) + 1, 60_000)
    assert len(times) < 50_000
    lines = [
        {"metric": {"__name__": f"reading_{name}"}, "values": [1.0] * len(times)}
        | {"timestamps": list(times)}
        for name in ("v", "q")
    ]
    return 200, "application/json", "\n".join(json.dumps(line) for line in lines).encode()


def test_the_newest_so_many_are_asked_for_and_not_everything(tmp_path: Path) -> None:
    """An export has no limit: thirty years of it are sixteen million points."""
    with recorded_server() as recorded:
        recorded.answer = exporting
        found = ask(StoreKind.VICTORIA_METRICS, recorded.url, tmp_path, limit=200)

    assert len(found) == 200
    assert len(recorded.asked) == 3
