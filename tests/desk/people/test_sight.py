import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, String, create_engine, literal, select

from sentinel.desk.people.sight import is_seen
from sentinel.domain.person import Grant, Person, Role

CODES = st.lists(st.sampled_from(["p", "P", "p_", "p%", "pq", "q"]), max_size=3).map("/".join)
ENGINE = create_engine("sqlite://")


def viewer(*areas: str) -> Person:
    return Person(id="x", name="X", grants=tuple(Grant(role=Role.VIEWER, area=a) for a in areas))


@given(areas=st.lists(CODES, max_size=3), area=CODES)
def test_sql_sees_what_python_sees(areas: list[str], area: str) -> None:
    person = viewer(*areas)
    with ENGINE.connect() as connection:
        seen = connection.scalars(select(literal(1)).where(is_seen(literal(area), person))).all()

    assert bool(seen) == person.sees(area)


@given(areas=st.lists(CODES, max_size=4), area=CODES)
def test_the_areas_of_a_person_say_the_same_as_their_grants(areas: list[str], area: str) -> None:
    person = viewer(*areas)

    assert viewer(*person.areas).sees(area) == person.sees(area)
    assert len(person.areas) <= len(set(areas))


@pytest.mark.parametrize(
    ("area", "sees", "passes"),
    [
        ("pudong/hq", True, True),
        ("pudong/hq/g07", True, False),
        ("pudong", False, True),
        ("", False, True),
        ("pudong/hq2", False, False),
        ("pu", False, False),
    ],
)
def test_what_lies_around_is_passed_and_not_seen(area: str, sees: bool, passes: bool) -> None:
    person = viewer("pudong/hq")

    assert (person.sees(area), person.passes(area)) == (sees, passes)


def test_who_holds_nothing_sees_nothing_not_even_the_city() -> None:
    nobody = viewer()

    assert nobody.areas == ()
    assert not nobody.sees("")
    assert not nobody.passes("")
    column: Column[str] = Column("area", String)
    assert "false" in str(is_seen(column, nobody)).lower() or "0 = 1" in str(
        is_seen(column, nobody)
    )
