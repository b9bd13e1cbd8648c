"""What of the kept messages can be read now, and how the listener is asked to take it."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from sentinel.domain.messages import MessageFlag, Messages, decode_messages
from sentinel.domain.readings import ReadingFlag, Readings
from sentinel.domain.rejection import Reason, Rejection
from sentinel.domain.rows import RowKind
from sentinel.ingest.left import take_away
from sentinel.ingest.retry import read_retry, request_retry, requested_retries
from sentinel.store import KeptState, RejectionLog
from sentinel.store.retry import plan_retry
from sentinel.testing.samples import NOON, a_rejection, readings_of

HOUR_MS = 3_600_000


@dataclass
class Outcome:
    readings: Readings
    rejections: list[Rejection] = field(default_factory=list)


def normalise(messages: Messages) -> Outcome:
    """Read payloads that are a time, or `untimed`; reject others, and times yet to come."""
    done = Outcome(Readings.empty())
    rows = []
    for index, payload in enumerate(messages.payloads):
        untimed = payload == b"untimed"
        time = messages.received_at if untimed else int(payload) if payload.isdigit() else None
        if time is None or time > messages.received_at:
            done.rejections.append(replace(a_rejection(0), index=index))
            continue
        flags = ReadingFlag.UNTIMED if untimed else 0
        row = readings_of([0], [time], [1.0], flags=flags)
        rows.append(replace(row, index=np.array([index], np.int32)))
    done.readings = Readings.join(rows)
    return done


def kept(row: int, payload: bytes, *, part: int = 0, flags: int = 0) -> Rejection:
    return replace(a_rejection(row, part=part), payload=payload, flags=flags)


def test_what_is_readable_now_is_ready_oldest_first() -> None:
    first, second = kept(1, b"1000"), kept(2, b"2000", flags=MessageFlag.EXERCISE)

    plan = plan_retry([second, kept(3, b"?"), first], normalise, NOON + HOUR_MS)

    assert plan.ready == [("v/9/up", b"1000", 0), ("v/9/up", b"2000", MessageFlag.EXERCISE)]
    assert plan.retried == [first, second]
    assert [one.row for one in plan.still] == [3]


def test_the_parts_of_a_message_are_one_message() -> None:
    parts = [kept(1, b"1000"), kept(1, b"1000", part=1)]

    plan = plan_retry(parts, normalise, NOON)

    assert len(plan.ready) == 1
    assert plan.retried == parts


def test_a_message_without_a_time_of_its_own_stays() -> None:
    """In the journal it would be taken for a reading of the time of the retry."""
    plan = plan_retry([kept(1, b"untimed")], normalise, NOON + HOUR_MS)

    assert plan.ready == []
    assert [one.row for one in plan.untimed] == [1]


def test_a_clock_that_was_ahead_is_not_right_because_time_has_passed() -> None:
    ahead = kept(1, str(NOON + HOUR_MS // 2).encode())

    plan = plan_retry([ahead], normalise, NOON + HOUR_MS)

    assert plan.still == [ahead]


def test_what_a_database_refused_is_not_a_message() -> None:
    refused = a_rejection(1, Reason.REFUSED_BY_STORE)

    plan = plan_retry([refused], normalise, NOON)

    assert plan.foreign == [refused]
    assert plan.ready == []


def test_a_request_becomes_rows_for_the_journal(tmp_path: Path) -> None:
    messages = [("t", str(n).encode(), n % 2) for n in range(1500)]
    request_retry(tmp_path, messages)
    request_retry(tmp_path, messages)

    lefts = requested_retries(tmp_path)
    entries = [read_retry(tmp_path, left.name) for left in lefts]

    assert sorted(entry.count for entry in entries if entry) == [500, 1000]
    assert {entry.kind for entry in entries if entry} == {RowKind.MESSAGES}
    found = [decode_messages(1, NOON, entry.body) for entry in entries if entry]
    assert {p for one in found for p in one.payloads} == {body for _, body, _ in messages}
    for left in lefts:
        take_away(tmp_path, left)
    assert requested_retries(tmp_path) == []


def test_other_files_in_the_folder_are_no_requests(tmp_path: Path) -> None:
    assert requested_retries(tmp_path) == []
    (tmp_path / "retry").mkdir()
    (tmp_path / "retry" / "~unfinished").write_bytes(b"")
    garbage = tmp_path / "retry" / ("0" * 32)
    garbage.write_bytes(b"no such thing")

    assert [left.name for left in requested_retries(tmp_path)] == [garbage.name]
    assert read_retry(tmp_path, garbage.name) is None


def test_a_retried_rejection_is_counted_no_more(tmp_path: Path) -> None:
    log = RejectionLog(tmp_path / "rejections.db", keep_ms=1, most=10, most_bytes=10**9)
    one, other = a_rejection(1), a_rejection(2, Reason.BAD_UNIT)
    log.write([one, other])

    log.mark([one], KeptState.RETRIED)
    log.write([one])

    assert log.counts() == {Reason.BAD_UNIT: 1}
    assert log.counts(KeptState.RETRIED) == {Reason.UNKNOWN_DEVICE: 1}
    assert [kept.rejection for kept in log.find(state=KeptState.KEPT)] == [other]
    log.close()
