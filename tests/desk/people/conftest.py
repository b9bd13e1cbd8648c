"""People on both databases, with a clock wound by hand, a trail in a list and quick passwords."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from sentinel.desk.people.passwords import Passwords
from sentinel.desk.people.people import People
from sentinel.desk.people.staff import Staff
from sentinel.desk.tables import metadata
from sentinel.domain.access import SignedIn
from sentinel.domain.person import Grant, Role
from sentinel.warn.trail import Entry
from tests.desk.conftest import HandClock

PASSWORD = "correct horse battery"  # noqa: S105 -- of nobody
ADDRESS = "10.1.2.3"
QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@dataclass
class Trail:
    """Keeps the entries that it is handed, in a transaction."""

    entries: list[Entry] = field(default_factory=list)
    fails: bool = False

    def __call__(self, connection: Connection, entries: Sequence[Entry]) -> None:
        assert connection.in_transaction()
        if self.fails:
            raise RuntimeError
        self.entries += entries

    def acts(self) -> list[tuple[str, str]]:
        """Return what was done by whom."""
        return [(entry.act, entry.by) for entry in self.entries]


@dataclass
class Desk:
    """The parts, and what most tests do with them."""

    engine: Engine
    clock: HandClock
    trail: Trail
    people: People
    staff: Staff

    def sign_in(
        self, name: str = "wang.fang", address: str = ADDRESS, device: str = "", former: str = ""
    ) -> SignedIn:
        """Sign in with the right password."""
        done = self.people.sign_in(name, PASSWORD, address, device=device, former=former)
        assert isinstance(done, SignedIn)
        return done

    def dump(self) -> str:
        """Return all that was written down anywhere."""
        with self.engine.connect() as connection:
            rows = [connection.execute(table.select()).all() for table in metadata.sorted_tables]
        return repr(rows) + repr(self.trail.entries)


@pytest.fixture
def desk(engine: Engine, clock: HandClock) -> Desk:
    """Wang Fang is an operator in Pudong, Li Qiang a handler there; `PASSWORD` lets both in."""
    trail = Trail()
    people = People(engine, clock, trail, passwords=QUICK)
    staff = Staff(engine, clock, trail, by="terminal:root", passwords=QUICK)
    staff.add_user("wang.fang", "王芳", PASSWORD, [Grant(role=Role.OPERATOR, area="pudong")])
    handler = Grant(role=Role.HANDLER, area="pudong/hq", department="water")
    staff.add_user("li.qiang", "李强", PASSWORD, [handler])
    trail.entries.clear()
    return Desk(engine, clock, trail, people, staff)
