"""Cases of a time from both databases, page by page."""

import pytest
from sqlalchemy import Engine

from sentinel.desk.files import write_files
from sentinel.desk.publish import cases as module
from sentinel.desk.publish.cases import cases_opened, read_case
from sentinel.desk.transactions import reading, writing
from sentinel.warn.case import CaseFile
from tests.publish.small import NOW, case, order


@pytest.fixture
def kept(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """Seven cases, four of them at one instant, read three at a time."""
    monkeypatch.setattr(module, "AT_ONCE", 3)
    areas = ["pudong", "pudong/hq", "pudong2", "PUDONG/hq", "", "pudong/hq/g07", "jiading"]
    files = [
        CaseFile(
            case=case(number, area=area, opened_at=NOW + max(number, 4), warnings=()),
            orders=(order(f"c{number}"),),
        )
        for number, area in enumerate(areas, 1)
    ]
    with writing(engine) as connection:
        write_files(connection, files, revision=0, at=NOW)
    return engine


def ids(engine: Engine, start: int = 0, end: int = 2**53, area: str = "") -> list[str]:
    with reading(engine) as connection:
        return [file.case.id for file in cases_opened(connection, start, end, area)]


def test_every_case_comes_once_oldest_first(kept: Engine) -> None:
    assert ids(kept) == ["c1", "c2", "c3", "c4", "c5", "c6", "c7"]


def test_the_end_is_not_included(kept: Engine) -> None:
    assert ids(kept, NOW + 5, NOW + 7) == ["c5", "c6"]


def test_an_area_has_what_lies_in_it_and_nothing_that_only_sounds_alike(kept: Engine) -> None:
    assert ids(kept, area="pudong") == ["c1", "c2", "c6"]


def test_a_case_is_read_with_its_orders(kept: Engine) -> None:
    with reading(kept) as connection:
        found = read_case(connection, "c2")
        assert read_case(connection, "c9") is None

    assert found
    assert [one.id for one in found.orders] == ["c2-o1"]
