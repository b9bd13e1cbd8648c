"""The chain on both databases: what is appended, by how many at once, and what tampering shows."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select, text, update
from sqlalchemy.engine import Connection

from sentinel.desk import open_database, trail
from sentinel.desk.trail import Asked, Broken, Fault, Head, Whole
from sentinel.desk.trail.chain import BEGINNING, canonical, link
from sentinel.desk.trail.tables import trail as table
from sentinel.desk.trail.tables import trail_head
from sentinel.desk.transactions import reading, writing
from sentinel.domain.errors import ServiceError
from sentinel.warn.trail import Entry

Tamper = Callable[[Connection], object]


def entry(case: str = "c1", **changes: object) -> Entry:
    values: dict[str, object] = {
        "act": "accept",
        "by": "wang",
        "how": "phone",
        "case": case,
        "order": 1,
        "area": "pudong/hq",
        "detail": {"rank": ["orange", "红"], "share": 0.1},
    }
    return Entry(**(values | changes))  # type: ignore[arg-type]


def append(engine: Engine, *entries: Entry, at: int = 1) -> Head:
    with writing(engine) as connection:
        return trail.append(connection, entries, at)


def verify(engine: Engine, *kept: Head) -> Whole | Broken:
    with reading(engine) as connection:
        return trail.verify(connection, kept)


def force(engine: Engine, tamper: Tamper) -> None:
    """Do what only somebody who rules the database can: the triggers go first."""
    with writing(engine) as connection:
        if engine.dialect.name == "sqlite":
            for when in ("UPDATE", "DELETE"):
                connection.execute(text(f"DROP TRIGGER IF EXISTS trail_never_{when}"))
        else:
            connection.execute(text("ALTER TABLE trail DISABLE TRIGGER USER"))
        tamper(connection)


@pytest.fixture
def ten(engine: Engine) -> Engine:
    """A trail of ten rows in three transactions."""
    append(engine, *[entry(f"c{n}") for n in range(1, 5)], at=10)
    append(engine, *[entry(f"c{n}") for n in range(5, 10)], at=20)
    append(engine, entry("c10"), at=30)
    return engine


def test_an_empty_trail_is_whole(engine: Engine) -> None:
    assert verify(engine) == Whole(head=Head(number=0, hash=BEGINNING))


def test_a_trail_is_whole_and_its_head_is_the_last_row(ten: Engine) -> None:
    head = append(ten, entry("c11"), at=40)

    assert head.number == 11
    assert verify(ten) == Whole(head=head)


def test_anyone_can_compute_the_hashes_by_what_the_documents_say(ten: Engine) -> None:
    previous = "0" * 64
    with reading(ten) as connection:
        for row in connection.execute(select(table).order_by(table.c.number)):
            told = [row.number, row.at, json.loads(row.entry), previous]
            words = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            previous = sha256(words.encode()).hexdigest()
            assert row.hash == previous


def test_what_a_transaction_undoes_is_not_in_the_trail(ten: Engine) -> None:
    def fail() -> None:
        with writing(ten) as connection:
            trail.append(connection, [entry("c11")], 40)
            _ = 1 // 0

    with pytest.raises(ZeroDivisionError):
        fail()

    assert append(ten, entry("c12"), at=50).number == 11
    assert isinstance(verify(ten), Whole)


def test_the_database_itself_refuses_to_change_or_remove_a_row(ten: Engine) -> None:
    for statement in (table.update().values(by="li"), table.delete()):
        with pytest.raises(ServiceError, match="only ever added to"), writing(ten) as connection:
            connection.execute(statement)

    assert isinstance(verify(ten), Whole)


def change_a_word(connection: Connection) -> None:
    changed = canonical(entry("c4", by="li"))
    connection.execute(update(table).where(table.c.number == 4).values(entry=changed, by="li"))


def change_a_word_and_its_hash(connection: Connection) -> None:
    row = connection.execute(select(table).where(table.c.number == 4)).one()
    changed = canonical(entry("c4", by="li"))
    values = {"entry": changed, "by": "li", "hash": link(4, row.at, changed, row.previous)}
    connection.execute(update(table).where(table.c.number == 4).values(values))


def change_the_time(connection: Connection) -> None:
    connection.execute(update(table).where(table.c.number == 4).values(at=11))


def file_it_elsewhere(connection: Connection) -> None:
    connection.execute(update(table).where(table.c.number == 4).values(case="c9"))


def remove_one(connection: Connection) -> None:
    connection.execute(table.delete().where(table.c.number == 4))


def remove_one_and_close_the_gap(connection: Connection) -> None:
    remove_one(connection)
    for number in range(5, 11):
        moved = update(table).where(table.c.number == number).values(number=number - 1)
        connection.execute(moved)


def exchange_two(connection: Connection) -> None:
    for now, then in ((4, 99), (5, 4), (99, 5)):
        connection.execute(update(table).where(table.c.number == now).values(number=then))


def insert_below_the_first(connection: Connection) -> None:
    _insert(connection, -3)


def insert_beyond_the_last(connection: Connection) -> None:
    _insert(connection, 11)


def _insert(connection: Connection, number: int) -> None:
    last = connection.execute(select(table).where(table.c.number == 10)).one()
    made = link(number, 30, last.entry, last.hash)
    row = dict(last._mapping) | {"number": number, "previous": last.hash, "hash": made}
    connection.execute(table.insert().values(row))


def remove_the_end(connection: Connection) -> None:
    connection.execute(table.delete().where(table.c.number > 7))


def remove_all(connection: Connection) -> None:
    connection.execute(table.delete())


@pytest.mark.parametrize(
    ("tamper", "number", "fault"),
    [
        (change_a_word, 4, Fault.ALTERED),
        (change_a_word_and_its_hash, 5, Fault.UNLINKED),
        (change_the_time, 4, Fault.ALTERED),
        (file_it_elsewhere, 4, Fault.MISLABELLED),
        (remove_one, 4, Fault.MISSING),
        (remove_one_and_close_the_gap, 4, Fault.ALTERED),
        (exchange_two, 4, Fault.ALTERED),
        (insert_below_the_first, 1, Fault.MISSING),
        (insert_beyond_the_last, 11, Fault.CUT),
        (remove_the_end, 8, Fault.CUT),
        (remove_all, 1, Fault.CUT),
    ],
)
def test_the_first_broken_link_is_named(
    ten: Engine, tamper: Tamper, number: int, fault: Fault
) -> None:
    force(ten, tamper)

    found = verify(ten)

    assert isinstance(found, Broken)
    assert (found.number, found.fault) == (number, fault)
    assert "row" in found.detail


def cut_and_note_it(connection: Connection) -> None:
    remove_the_end(connection)
    made = connection.scalars(select(table.c.hash).where(table.c.number == 7)).one()
    connection.execute(update(trail_head).values(number=7, hash=made))


def make_it_all_anew(connection: Connection) -> None:
    rows = connection.execute(select(table).order_by(table.c.number)).all()
    connection.execute(table.delete())
    connection.execute(update(trail_head).values(number=0, hash=BEGINNING))
    for row in rows:
        trail.append(connection, [entry(row.case, by="li" if row.number == 4 else "wang")], row.at)


@pytest.mark.parametrize(("tamper", "number"), [(cut_and_note_it, 8), (make_it_all_anew, 10)])
def test_what_the_chain_cannot_show_a_head_kept_outside_does(
    ten: Engine, tamper: Tamper, number: int
) -> None:
    with reading(ten) as connection:
        kept = trail.head(connection)
    force(ten, tamper)

    assert isinstance(verify(ten), Whole)
    found = verify(ten, kept)
    assert isinstance(found, Broken)
    assert (found.number, found.fault) == (number, Fault.REWRITTEN)


def test_heads_that_were_kept_are_found_in_the_trail(ten: Engine) -> None:
    first = append(ten, entry("c11"))
    append(ten, entry("c12"))
    second = append(ten, entry("c13"))

    found = verify(ten, first, second, Head(number=0, hash=BEGINNING))

    assert found == Whole(head=second, heads=2)


def test_a_long_trail_is_walked_in_pieces(engine: Engine) -> None:
    append(engine, *[entry(f"c{n}") for n in range(2_500)])
    assert verify(engine) == Whole(head=append(engine))

    force(
        engine, lambda connection: connection.execute(table.delete().where(table.c.number == 2_001))
    )
    found = verify(engine)

    assert isinstance(found, Broken)
    assert (found.number, found.fault) == (2_001, Fault.MISSING)


def test_desks_that_append_at_once_make_one_chain(database_url: str) -> None:
    engines = [open_database(database_url) for _ in range(3)]

    def work(n: int) -> None:
        with writing(engines[n % 3]) as connection:
            trail.append(connection, [entry(f"c{n}"), entry(f"d{n}")], n)

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(work, range(60)))

    found = verify(engines[0])
    assert isinstance(found, Whole)
    assert found.head.number == 120
    with reading(engines[0]) as connection:
        assert connection.scalar(select(func.count(table.c.case.distinct()))) == 120
    for engine in engines:
        engine.dispose()


def test_verifying_while_others_append_finds_it_whole(database_url: str) -> None:
    writer, reader = open_database(database_url), open_database(database_url)

    def work(n: int) -> None:
        append(writer, *[entry(f"c{n}")] * 40)

    with ThreadPoolExecutor(1) as threads:
        busy = threads.map(work, range(60))
        found = [verify(reader) for _ in range(10)]
        list(busy)

    assert all(isinstance(one, Whole) for one in found)
    writer.dispose()
    reader.dispose()


def asked(engine: Engine, **what: object) -> list[int]:
    with reading(engine) as connection:
        return [line.number for line in trail.lines(connection, Asked(**what))]  # type: ignore[arg-type]


def test_lines_are_chosen_by_case_person_act_area_and_time(ten: Engine) -> None:
    append(ten, entry("c4", by="li", act="note", area="pudong/hq_2"), at=40)

    assert asked(ten, limit=3) == [11, 10, 9]
    assert asked(ten, after=8) == [9, 10, 11]
    assert asked(ten, case="c4") == [11, 4]
    assert asked(ten, by="li") == [11]
    assert asked(ten, act="note") == [11]
    assert asked(ten, area="pudong/hq", limit=1) == [10]
    assert asked(ten, area="pudong", limit=1) == [11]
    assert asked(ten, since=20, until=40) == [10, 9, 8, 7, 6, 5]


def test_a_line_says_everything_its_entry_said(engine: Engine) -> None:
    said = entry(on_behalf_of="zhang", detail={"found": "闸门\u0000\n\"'", "n": [1, 2.5, None]})
    head = append(engine, said, at=7)

    with reading(engine) as connection:
        (line,) = trail.lines(connection, Asked())

    assert (line.at, line.entry, line.hash) == (7, said, head.hash)


words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
details = st.dictionaries(
    words,
    st.recursive(
        words | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False),
        st.lists,
    ),
)


@pytest.fixture(scope="module")
def kept() -> Iterator[Engine]:
    with TemporaryDirectory() as folder:
        engine = open_database(Path(folder) / "desk.sqlite")
        yield engine
        engine.dispose()


@settings(max_examples=25)
@given(said=st.lists(st.builds(Entry, act=words, by=words, detail=details), max_size=4))
def test_whatever_entries_say_they_come_back_and_the_chain_holds(
    kept: Engine, said: list[Entry]
) -> None:
    head = append(kept, *said, at=3)

    with reading(kept) as connection:
        last = list(trail.lines(connection, Asked(after=head.number - len(said))))
    assert [line.entry for line in last] == said
    assert verify(kept) == Whole(head=head)
