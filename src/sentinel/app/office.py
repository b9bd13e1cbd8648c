"""The desk put together: its database, and everybody who asks it or writes to it."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Engine

from sentinel.app.paths import Paths
from sentinel.app.people import people_of, trail_at
from sentinel.bundle import Bundle
from sentinel.config import BundleStore, Config
from sentinel.config.handling import FactsBook
from sentinel.console.fresh import Fresh
from sentinel.console.ports import Sources, StatusReader
from sentinel.desk import Desk, FactsReader, open_database
from sentinel.desk.people.people import People
from sentinel.desk.publish.cases import read_case
from sentinel.desk.publish.publications import Publications
from sentinel.desk.records import Records
from sentinel.domain.clock import Clock
from sentinel.domain.person import SENTINEL
from sentinel.publish.sensorthings.series import ReadSeries
from sentinel.warn.trail import Entry

_LOOK_SECONDS = 0.5
"""Between looks whether there is another bundle: every answer asks for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Everything around one database; all of it may be asked by any thread.

    facts: Who is where, and how long things may take.
    fault: Why that is as it was, though files have changed; empty: it is not.
    noted: What has still to go into the trail.
    city: What is in force; None before the first bundle.
    """

    engine: Engine
    clock: Clock
    facts: FactsReader
    fault: Callable[[], str]
    noted: "Noted"
    city: Callable[[], Bundle | None]
    desk: Desk
    people: People
    publications: Publications

    def sources(self, readings: ReadSeries, status: StatusReader) -> Sources:
        """Return what pages and API are made of."""
        return Sources(
            desk=self.desk,
            people=self.people,
            publications=self.publications,
            records=Records(self.engine),
            handling=lambda: self.facts().city,
            city=self.city,
            readings=readings,
            status=status,
            clock=self.clock,
        )


@contextmanager
def opened_office(config: Config, clock: Clock, key: str = "") -> Iterator[Office]:
    """Open the desk's database with all that belongs to it; it is closed at the end.

    key: Of commands on this machine; empty: they have none.
    """
    paths = Paths(config.data)
    engine = open_database(config.desk.where(paths.desk))
    city = newest_bundle(BundleStore(paths.bundles))
    noted = Noted()
    facts, fault = _facts(config, city, noted)
    try:
        yield Office(
            engine=engine,
            clock=clock,
            facts=facts,
            fault=fault,
            noted=noted,
            city=city,
            desk=Desk(engine, clock, facts),
            people=people_of(config, engine, clock, key),
            publications=Publications(
                engine,
                clock,
                trail_at(clock),
                cases=read_case,
                city=city,
                settings=config.desk.publish,
            ),
        )
    finally:
        engine.dispose()


def newest_bundle(bundles: BundleStore) -> Callable[[], Bundle | None]:
    """Return a reader of what is in force; cheap, and half a second behind at most."""

    def newest() -> Bundle | None:
        names = bundles.names()
        return bundles.load(names[-1]) if names else None

    return Fresh(newest, seconds=_LOOK_SECONDS)


class Noted:
    """Lines for the trail that cannot be written where they come up: in a transaction of others."""

    def __init__(self) -> None:
        self._waiting: deque[Entry] = deque()

    def files_read(self, files: Mapping[str, str]) -> None:
        """Note what the duty roster and plans now are, by path."""
        found = {path: _digest(Path(path)) for path in files}
        entry = Entry(act="roster_read", by=SENTINEL.id, how="rule", detail={"files": found})
        self._waiting.append(entry)

    def write(self, desk: Desk) -> None:
        """Write what waits; what cannot be written now waits on.

        Raises:
            ServiceError: The database does not do its work.
        """
        waiting = list(self._waiting)
        if waiting:
            desk.log(waiting)
        for _ in waiting:
            self._waiting.popleft()


def _digest(path: Path) -> str:
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        return (error.strerror or str(error)).lower()


def _facts(
    config: Config, city: Callable[[], Bundle | None], noted: Noted
) -> tuple[FactsReader, Callable[[], str]]:
    """Return the city as files and bundle say, and what is wrong with the files."""
    book = FactsBook(config, city, noted.files_read)
    return book, lambda: book.fault
