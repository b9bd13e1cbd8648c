"""Whatever is sent that the API's own description allows, or not, it answers plainly."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, cast

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from sentinel.domain.person import Grant, Person, Role
from tests.console.asking import get
from tests.console.conftest import Served
from tests.console.night import NOW

pytestmark = pytest.mark.slow

EVERYBODY = Person(
    id="all",
    name="All",
    grants=(
        *(Grant(role=role) for role in Role if role is not Role.HANDLER),
        Grant(role=Role.HANDLER, department="water"),
    ),
)
"""Gets as far in as anybody can."""
ENDLESS = "/api/v1/stream"


@pytest.fixture
def known(served: Served) -> dict[str, list[Any]]:
    """Values that lead somewhere, by the name of the parameter."""
    served.crowd[EVERYBODY.id] = EVERYBODY
    cases = get(served, "cases", limit=20)["cases"]
    warnings = get(served, "warnings", limit=20)["warnings"]
    wanted = {"key": "k", "reason": "r", "ends_at": NOW + 1_000, "area": "guqiao"}
    silence = served.of(EVERYBODY).post("/api/v1/silences", json=wanted).json()["id"]
    return {
        "case": [one["id"] for one in cases],
        "warning": [one["id"] for one in warnings],
        "silence": [silence],
        "unit": ["water-affairs", "guqiao-desk"],
        "area": ["guqiao", "lancheng", ""],
        "within": ["guqiao", "lancheng", ""],
        "device": [one["subject"] for one in warnings],
        "metric": ["water_level", "gas"],
        "after": ["4.1781740800000.ab12", "lj-01"],
    }


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_nothing_that_is_sent_makes_a_mistake_of_our_own(
    served: Served, known: dict[str, list[Any]], mode: GenerationMode
) -> None:
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", served.app, headers=_headers())
    broken = [
        told
        for result in schema.get_all_operations()
        for told in _tried(cast("Any", result).ok(), known, mode)
    ]

    assert broken == []


def _headers() -> dict[str, str]:
    return {"authorization": f"Bearer {EVERYBODY.id}", "host": "localhost"}


def _tried(operation: Any, known: dict[str, list[Any]], mode: GenerationMode) -> Iterator[str]:  # noqa: ANN401
    if operation.path == ENDLESS:
        return
    found: list[str] = []

    @settings(
        max_examples=30,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), data=st.data())
    def try_one(case: Any, data: st.DataObject) -> None:  # noqa: ANN401 -- any operation
        for given_values in (case.path_parameters, case.query):
            for name in given_values or ():
                if name in known and data.draw(st.booleans()):
                    given_values[name] = data.draw(st.sampled_from(known[name]))
        answer = case.call(headers=_headers())
        if answer.status_code >= 500:
            found.append(f"{case.as_curl_command()} -> {answer.status_code} {answer.text[:200]}")

    with suppress(Unsatisfiable):  # nothing can be wrong with a question that has no parameters
        try_one()
    yield from found[:1]
