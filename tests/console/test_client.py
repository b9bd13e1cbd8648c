import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from sentinel.console.client import DeskClient
from sentinel.console.plainly import NotFoundError
from sentinel.console.server import Server
from sentinel.console.shapes import Acceptance, OrderShape, TakenShape
from sentinel.domain.errors import ServiceError
from sentinel.domain.rank import Rank
from sentinel.warn.listing import Chosen
from tests.console.conftest import Served
from tests.console.crowd import ZHAO


@contextmanager
def answering(served: Served) -> Iterator[int]:
    """The API on a real port, without the page."""
    server = Server(served.app, host="127.0.0.1", port=0, closing=threading.Event())
    stop = threading.Event()
    thread = threading.Thread(target=server.run, args=(stop,))
    thread.start()
    try:
        yield server.port
    finally:
        stop.set()
        thread.join()


def test_a_desk_that_runs_is_asked_over_its_api(served: Served) -> None:
    with answering(served) as port, DeskClient("127.0.0.1", port, ZHAO.id) as client:
        page = client.page(Chosen(least=Rank.RED, limit=2))
        found = client.detail(page.warnings[0].id)
        first = client.accept(found.warning.id, Acceptance(how="phone", on_behalf_of="wang.fang"))
        second = client.accept(found.warning.id, Acceptance(how="radio", on_behalf_of="li.qiang"))

    assert [line.rank for line in page.warnings] == ["red", "red"]
    assert isinstance(first, OrderShape)
    assert isinstance(second, TakenShape)
    assert second.order.accepted_for == "王芳"


def test_it_answers_as_the_database_asked_directly_would(served: Served) -> None:
    with answering(served) as port, DeskClient("0.0.0.0", port, ZHAO.id) as client:  # noqa: S104 -- as told
        told = client.page(Chosen()).model_dump(mode="json")

    assert told == json.loads(served.view.page(ZHAO, Chosen()).model_dump_json())


def test_what_is_not_there_is_said_in_the_desks_words(served: Served) -> None:
    with (
        answering(served) as port,
        DeskClient("127.0.0.1", port, ZHAO.id) as client,
        pytest.raises(NotFoundError, match="there is no warning 'none'"),
    ):
        client.detail("none")


def test_a_desk_that_does_not_answer_is_said_in_plain_words() -> None:
    with (
        DeskClient("127.0.0.1", 1, "") as client,
        pytest.raises(ServiceError, match="does not answer"),
    ):
        client.page(Chosen())


def test_a_port_that_is_taken_is_said_in_plain_words(served: Served) -> None:
    app, closing = served.app, threading.Event()
    first = Server(app, host="127.0.0.1", port=0, closing=closing)

    with pytest.raises(ServiceError, match=r"choose another `desk\.port`"):
        Server(app, host="127.0.0.1", port=first.port, closing=closing)

    first.close()


def test_open_streams_do_not_keep_the_server_from_stopping(served: Served) -> None:
    with answering(served) as port, DeskClient("127.0.0.1", port, ZHAO.id) as client:
        stream = client._client.stream("GET", "/stream")
        answer = stream.__enter__()
        assert next(answer.iter_lines()).startswith("event:")
        served.closing = True

    answer.close()
