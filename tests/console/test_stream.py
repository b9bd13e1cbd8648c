import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
from msgspec import structs
from starlette.types import Message

from sentinel.console.case_view import CaseView
from sentinel.console.ground import Ground
from sentinel.console.ports import Limits, ServiceState
from sentinel.console.stream import EventStream
from sentinel.console.view import View
from sentinel.domain.errors import JournalError
from sentinel.domain.finding import Finding
from sentinel.domain.person import Person
from tests.console.conftest import Served
from tests.console.crowd import CHEN, LI, WANG, ZHAO

More = Callable[..., list[Finding]]


class Client:
    """Takes events until it has enough, then leaves; `deaf` takes nothing after the headers."""

    def __init__(self, enough: Callable[["Client"], bool], *, deaf: bool = False) -> None:
        self.events: list[tuple[str, str | None, Any]] = []
        self.headers: dict[bytes, bytes] = {}
        self._enough = enough
        self._deaf = deaf
        self._left = asyncio.Event()

    async def receive(self) -> Message:
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.headers = dict(message["headers"])
            return
        if self._deaf:
            await asyncio.Event().wait()
        if message["body"]:
            self.events.append(_event(message["body"].decode()))
        if self._enough(self):
            self._left.set()

    def named(self, name: str) -> list[tuple[str | None, Any]]:
        return [(number, data) for event, number, data in self.events if event == name]


def _event(text: str) -> tuple[str, str | None, Any]:
    fields = dict(line.split(": ", 1) for line in text.strip().split("\n"))
    return fields["event"], fields.get("id"), json.loads(fields["data"])


def listen(
    served: Served,
    client: Client,
    limits: Limits,
    after: int | None,
    *,
    closing: bool = False,
    who: Person = ZHAO,
) -> None:
    served.services = [ServiceState(service="desk")]
    stream = EventStream(served.view, who, limits, after, lambda: closing)
    asyncio.run(stream(client.receive, client.send))


def test_a_client_is_told_what_changed_since_the_revision_it_has(
    served: Served, limits: Limits, more: More
) -> None:
    has = served.desk.revision
    served.desk.take(more(3, seed=9), 2)
    client = Client(lambda it: bool(it.named("cases")))

    listen(served, client, limits, has)

    ((_, lines),) = client.named("warnings")
    ((number, cases),) = client.named("cases")
    assert {line["order"]["case"] for line in lines} == {case["id"] for case in cases}
    assert client.headers[b"content-type"].startswith(b"text/event-stream")
    revisions = [line["revision"] for line in lines]
    assert revisions == sorted(revisions)
    assert min(revisions) > has
    assert number == str(served.desk.revision)


def test_a_client_that_comes_back_misses_nothing_and_hears_nothing_twice(
    served: Served, limits: Limits
) -> None:
    def told(client: Client) -> list[Any]:
        return [line for _, lines in client.named("warnings") for line in lines]

    def ids(client: Client) -> list[str]:
        return [line["id"] for line in told(client)]

    whole = Client(lambda it: len(ids(it)) >= 48)
    listen(served, whole, limits, 0)
    resumed = Client(lambda it: len(ids(it)) >= 38)

    listen(served, resumed, limits, told(whole)[9]["revision"])

    assert ids(resumed) == ids(whole)[10:]
    assert len(set(ids(whole))) == 48


def test_a_warning_that_changed_often_is_told_once_to_one_who_is_slow(
    served: Served, limits: Limits
) -> None:
    line = served.desk.changes(0, 1)[0]
    served.desk.take([], 5)
    for person in (WANG, LI):
        served.of(person).post(f"/api/v1/warnings/{line.warning.id}/accept", json={})
    client = Client(lambda it: bool(it.named("beat")))

    listen(served, client, limits, 0)

    told = [one["id"] for _, lines in client.named("warnings") for one in lines]
    assert told.count(line.warning.id) == 1


def test_a_quiet_stream_says_that_it_lives_and_how_the_system_is(
    empty: Served, limits: Limits
) -> None:
    client = Client(lambda it: len(it.named("beat")) >= 2)

    listen(empty, client, limits, None)

    _, status = client.named("beat")[-1]
    assert status["services"][0]["service"] == "desk"


def test_a_client_that_knows_a_revision_that_never_was_must_begin_anew(
    served: Served, limits: Limits
) -> None:
    """The database was replaced by an older one."""
    client = Client(lambda it: bool(it.named("reset")))

    listen(served, client, limits, 10_000)

    assert client.named("reset") == [(str(served.desk.revision), {})]


def test_a_client_that_takes_nothing_is_left(served: Served) -> None:
    impatient = Limits(send_seconds=0.01, look_seconds=0.01)

    client = Client(lambda _it: False, deaf=True)

    listen(served, client, impatient, 0)

    assert client.events == []


def test_a_stream_ends_when_the_server_stops(served: Served, limits: Limits) -> None:
    client = Client(lambda _it: False)

    listen(served, client, limits, None, closing=True)

    assert client.named("warnings") == []


def test_delayed_findings_are_not_on_the_stream(empty: Served, limits: Limits, more: More) -> None:
    empty.desk.take([structs.replace(finding, delayed=True) for finding in more(5)], 1)
    client = Client(lambda it: bool(it.named("beat")))

    listen(empty, client, limits, 0)

    assert client.named("warnings") == []


def test_streams_beyond_the_limit_are_refused_until_one_has_ended(
    empty: Served, limits: Limits
) -> None:
    async def ask() -> tuple[list[int], int]:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(empty.app),
            base_url="http://localhost",
            headers={"authorization": f"Bearer {ZHAO.id}"},
        ) as client:
            asked = [
                asyncio.create_task(client.get("/api/v1/stream")) for _ in range(limits.streams + 1)
            ]
            done, _ = await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
            refused = [task.result().status_code for task in done]
            empty.closing = True
            await asyncio.wait(asked)
            return refused, (await client.get("/api/v1/stream")).status_code

    assert asyncio.run(ask()) == ([503], 200)


def test_a_stream_ends_when_its_sources_fail(served: Served, limits: Limits) -> None:
    """A page comes again by itself; a traceback helps nobody."""

    def status() -> list[ServiceState]:
        message = "journal: a file must be readable"
        raise JournalError(message)

    ground = Ground(replace(served.sources, status=status))
    view = View(ground, CaseView(ground))
    client = Client(lambda _it: False)

    stream = EventStream(view, ZHAO, limits, None, lambda: False)
    asyncio.run(stream(client.receive, client.send))

    assert client.events == []


def test_a_stream_tells_only_what_its_listener_sees(served: Served, limits: Limits) -> None:
    client = Client(lambda it: bool(it.named("beat")) and bool(it.named("cases")))

    listen(served, client, limits, 0, who=CHEN)

    for name in ("warnings", "cases"):
        told = [one["area"] for _, lines in client.named(name) for one in lines]
        assert told
        assert all(area.startswith("guqiao") for area in told)
    ((number, _),) = client.named("cases")
    assert number == str(served.desk.revision)
    assert client.named("beat")[0][1]["standing"]["open"] < 20
