"""SensorThings over HTTP, on a real store: what people and tokens see, and what is refused."""

from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import cast
from urllib.parse import quote

import numpy as np
import pytest
from fastapi import FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.console.guard import Guard
from sentinel.console.people import PeopleDesk
from sentinel.console.plainly import speak_plainly
from sentinel.console.sensorthings_api import sensorthings_router
from sentinel.console.signing import add_signing
from sentinel.domain.errors import StoreDown
from sentinel.domain.readings import READING_COLUMNS, Readings
from sentinel.domain.registry import Registry
from sentinel.publish.sensorthings.series import ReadSeries
from sentinel.store import StoredReadings, StoreSettings, open_store
from tests.publish.outward.conftest import Caller, HandClock, People
from tests.publish.sensorthings.small import MINUTE, NOW, Store, registry

AT = "/sta/v1.1"
BASE = f"http://localhost:8080{AT}"


class City:
    """The city in force; it may change."""

    def __init__(self) -> None:
        self.registry = registry()

    def __call__(self) -> "City":
        return self


def serve(city: Callable[[], City | None], read: ReadSeries) -> Caller:
    """Wang sees Pudong."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.include_router(sensorthings_router(city, read, HandClock()))
    add_signing(app, cast("PeopleDesk", People()))
    app.add_middleware(Guard, hosts=(), body_bytes=1_000)
    speak_plainly(app)
    return Caller(app, "wang")


@pytest.fixture(scope="module")
def wang(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    """Wang, at a city with two days of readings in a SQLite store."""
    store = open_store(StoreSettings(), tmp_path_factory.mktemp("store"))
    store.write(days(2), registry())
    yield serve(City(), store.readings)
    store.close()


def days(count: int) -> Readings:
    """A reading every ten minutes of the device lv-01."""
    length = count * 144
    time = NOW - 10 * MINUTE * np.arange(length)[::-1]
    columns = {name: np.zeros(length, dtype) for name, dtype in READING_COLUMNS.items()}
    columns |= {"time": time, "received": time + 400, "value": np.arange(length) / 100}
    columns["quality"] = np.ones(length, np.uint8)
    return Readings(**columns)


def test_a_program_walks_from_a_device_to_its_newest_reading(wang: Caller) -> None:
    thing = wang.get(f"{AT}/Things?$filter=startswith(name,'O')").json()["value"][0]
    stream = wang.get(thing["Datastreams@iot.navigationLink"]).json()["value"][0]
    newest = wang.get(stream["Observations@iot.navigationLink"], params={"$top": 1}).json()

    assert newest["value"][0]["result"] == 2.87
    assert newest["value"][0]["phenomenonTime"] == "2026-06-17T19:12:00.000Z"


def test_a_day_is_read_page_by_page(wang: Caller) -> None:
    begin = "2026-06-16T19:12:00Z"
    following = (
        f"{AT}/Datastreams('lv-01/level')/Observations?$top=50&$orderby=phenomenonTime"
        f"&$filter=phenomenonTime gt {begin}"
    )
    found: list[str] = []
    while following:
        answer = wang.get(following).json()
        found += [one["phenomenonTime"] for one in answer["value"]]
        following = answer.get("@iot.nextLink", "")

    assert len(found) == 144
    assert found == sorted(set(found))


def test_every_address_in_an_answer_is_whole(wang: Caller) -> None:
    root = wang.get(AT).json()

    assert root["value"][0] == {"name": "Things", "url": f"{BASE}/Things"}
    assert wang.get(f"{AT}/").json() == root


def test_a_bare_value_is_a_text(wang: Caller) -> None:
    answer = wang.get(f"{AT}/Things('lv-01')/name/$value")

    assert (answer.text, answer.headers["content-type"]) == (
        "O'Brien weir",
        "text/plain; charset=utf-8",
    )


def test_nothing_of_another_area_is_seen(wang: Caller) -> None:
    things = wang.get(f"{AT}/Things?$count=true").json()

    assert things["@iot.count"] == 3
    assert wang.get(f"{AT}/Things('lv-03')").status_code == 404
    assert wang.get(f"{AT}/Datastreams('lv-03/level')/Observations").status_code == 404


def test_strangers_are_told_to_sign_in(wang: Caller) -> None:
    assert Caller(wang.app).get(f"{AT}/Things").status_code == 401


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("Things?$filter=colour eq 'x'", 400),
        ("Things?$top=many", 400),
        ("Observations", 400),
        ("Boats", 404),
        ("Things('lv-99')", 404),
        (f"Things/{'x' * 1_001}", 400),
        ("Things?$filter=id eq 'x' or 1 eq 1 --", 400),
    ],
)
def test_a_refusal_is_plain_words(wang: Caller, path: str, status: int) -> None:
    answer = wang.get(f"{AT}/{path}")

    assert answer.status_code == status
    assert list(answer.json()) == ["error"]


def test_nothing_is_written_here(wang: Caller) -> None:
    assert wang.post(f"{AT}/Things", name="mine").status_code == 405
    assert wang.ask("DELETE", f"{AT}/Things('lv-01')").status_code == 405


def test_before_there_is_a_registry_it_says_so() -> None:
    answer = serve(lambda: None, Store({})).get(f"{AT}/Things")

    assert (answer.status_code, answer.json()["error"]) == (
        503,
        "there is no registry in force yet",
    )


def test_a_store_that_is_down_is_told_and_the_devices_are_still_there() -> None:
    def down(
        _device: str, _metric: str, _start: int, _end: int, _limit: int | None = None
    ) -> StoredReadings:
        message = "the store does not answer"
        raise StoreDown(message)

    caller = serve(City(), cast("ReadSeries", down))

    assert caller.get(f"{AT}/Datastreams('lv-01/level')/Observations").status_code == 503
    assert caller.get(f"{AT}/Things").status_code == 200


def test_a_new_registry_is_seen_at_once() -> None:
    city = City()
    caller = serve(city, Store({}))
    before = caller.get(f"{AT}/Things('lv-02')").status_code
    old = city.registry
    retired = old.device_retired | np.array([one == "lv-02" for one in old.device_ids])
    fields = {name: getattr(old, name) for name in _GIVEN} | {"device_retired": retired}
    city.registry = Registry(**fields)

    assert (before, caller.get(f"{AT}/Things('lv-02')").status_code) == (200, 404)


_GIVEN = [field.name for field in fields(Registry) if field.init]


@settings(max_examples=30)
@given(
    path=st.text(max_size=40),
    query=st.text(max_size=40),
    option=st.sampled_from(
        ["$filter", "$orderby", "$top", "$skip", "$select", "$expand", "$skiptoken", "$count", "x"]
    ),
)
def test_whatever_is_asked_there_is_no_mistake_of_our_own(
    path: str, query: str, option: str
) -> None:
    caller = serve(City(), Store({}))
    asked = [f"{AT}/{quote(path)}", f"{AT}/Datastreams?{option}={quote(query)}"]
    asked.append(f"{AT}/Datastreams('lv-01/level')/Observations?{option}={quote(query)}")

    assert {caller.get(one).status_code for one in asked} <= {200, 400, 404}
