from collections.abc import Callable
from threading import Event
from typing import Any, cast

import pytest
from typing_extensions import override

from sentinel.desk import Clocks, Desk, DeskService, DeskSettings, Intake
from sentinel.domain.clock import Clock
from sentinel.domain.errors import JournalError, ServiceError
from sentinel.domain.finding import Finding, encode_findings
from sentinel.domain.rows import Row, RowKind
from sentinel.warn.listing import Chosen

Build = Callable[..., Finding]


class ListedRows:
    """A findings journal in memory; `broken` makes the next reads fail."""

    def __init__(self, *rows: tuple[RowKind, bytes]) -> None:
        self.rows = [
            Row(id=n, received_at=n, kind=kind, count=1, body=body)
            for n, (kind, body) in enumerate(rows, 1)
        ]
        self.broken: Exception | None = None

    def read(self, after: int, *, max_rows: int, max_count: int) -> list[Row]:
        assert max_count > 0
        if self.broken:
            raise self.broken
        return self.rows[after : after + max_rows]


def findings_row(*findings: Finding) -> tuple[RowKind, bytes]:
    return (RowKind.FINDINGS, encode_findings(list(findings)))


def intake_of(desk: Desk, rows: ListedRows, clock: Clock) -> Intake:
    return Intake(desk, rows, DeskSettings(), clock)


def test_intake_takes_findings_and_notes_the_row(desk: Desk, clock: Clock, finding: Build) -> None:
    rows = ListedRows(findings_row(finding("a"), finding("b")), findings_row(finding("c")))
    intake = intake_of(desk, rows, clock)

    assert intake.step()
    assert not intake.step()
    assert len(desk.warnings(Chosen())) == 3
    assert (intake.cursor, desk.cursor(), intake.lag_seconds()) == (2, 2, 0.0)
    assert list(intake.troubles()) == []


def test_intake_goes_on_where_the_desk_left_off(desk: Desk, clock: Clock, finding: Build) -> None:
    rows = ListedRows(findings_row(finding("a")), findings_row(finding("b")))
    desk.take([finding("a")], 1)

    intake = intake_of(desk, rows, clock)
    intake.step()

    assert intake.cursor == 2
    assert len(desk.warnings(Chosen())) == 2


def test_each_look_tells_the_row_that_is_needed_no_more(
    desk: Desk, clock: Clock, finding: Build
) -> None:
    desk.take([finding("a")], 1)
    told: list[int] = []
    rows = ListedRows(findings_row(finding("a")))
    intake = Intake(desk, rows, DeskSettings(), clock, on_taken=told.append)

    intake.step()
    rows.rows += ListedRows(findings_row(finding("a")), findings_row(finding("b"))).rows[1:]
    intake.step()

    assert told == [1, 2]


def test_a_row_that_cannot_be_read_is_counted_and_the_next_is_taken(
    desk: Desk, clock: Clock, finding: Build
) -> None:
    rows = ListedRows((RowKind.FINDINGS, b"\xc1 garbled"), findings_row(finding("b")))
    intake = intake_of(desk, rows, clock)

    intake.step()

    assert intake.losses == 1
    assert [one["en"] for one in intake.troubles()] == [
        "1 rows of findings were lost or unreadable; the log says which"
    ]
    assert len(desk.warnings(Chosen())) == 1


def test_rows_that_were_given_up_are_counted(desk: Desk, clock: Clock) -> None:
    intake = intake_of(desk, ListedRows((RowKind.GAP, b"")), clock)

    intake.step()

    assert (intake.losses, intake.cursor) == (1, 1)


def test_a_journal_that_fails_is_told_and_tried_again(
    desk: Desk, clock: Clock, finding: Build
) -> None:
    rows = ListedRows(findings_row(finding("a")))
    rows.broken = JournalError("findings: the file is locked")
    intake = intake_of(desk, rows, clock)
    told: list[str] = []

    class StopAfterRecovery(Event):
        @override
        def wait(self, timeout: float | None = None) -> bool:
            assert timeout is not None
            told.append(intake.fault)
            rows.broken = None
            if intake.cursor == 1 and not intake.fault:
                self.set()
            return self.is_set()

    intake.run(StopAfterRecovery())

    assert told[0] == "findings: the file is locked"
    assert (intake.fault, len(desk.warnings(Chosen()))) == ("", 1)


class ServingUntilStopped:
    def run(self, stop: Event) -> None:
        stop.wait()


def test_when_intake_dies_of_a_mistake_the_service_stops_and_says_so(
    desk: Desk, clock: Clock
) -> None:
    rows = ListedRows()
    rows.broken = ZeroDivisionError("our own mistake")
    service = DeskService(ServingUntilStopped(), {"intake": intake_of(desk, rows, clock).run})

    with pytest.raises(ServiceError, match="our own mistake"):
        service.run(Event())


def test_when_serving_ends_intake_ends_too(desk: Desk, clock: Clock) -> None:
    class ServingNothing:
        def run(self, stop: Event) -> None:
            """End at once."""

    stop = Event()
    DeskService(ServingNothing(), {"intake": intake_of(desk, ListedRows(), clock).run}).run(stop)

    assert stop.is_set()


class Broken:
    """A desk whose database does its work only sometimes."""

    def __init__(self, *answers: Exception | None) -> None:
        self.answers = list(answers)

    def tick(self) -> int:
        answer = self.answers.pop(0)
        if answer:
            raise answer
        return 0

    def look_again(self) -> int:
        return 0


def test_clocks_that_cannot_be_minded_are_told_and_tried_again() -> None:
    clocks = Clocks(cast("Desk", Broken(ServiceError("desk: the disk is full"), None)))

    clocks.step()
    told = [one["en"] for one in clocks.troubles()]
    clocks.step()

    assert told == ["times to answer are not minded now, it is tried again: desk: the disk is full"]
    assert list(clocks.troubles()) == []


def test_clocks_are_minded_until_stopped_and_do_what_else_there_is(
    desk: Desk, clock: Clock, finding: Build
) -> None:
    """The order of a finding is late an hour after it was sent."""
    stop = Event()
    desk.take([finding("a")], 1)
    before = desk.revision
    cast("Any", clock).at += 3_600_000

    Clocks(desk, stop.set).run(stop)

    assert desk.revision > before
