"""The desk: every question and every act is one transaction here."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import TypeVar

from sqlalchemy import Engine, update

from sentinel.desk import acting, asking, ticking, trail
from sentinel.desk.facts import NOBODY, FactsReader
from sentinel.desk.quieting import silences_of
from sentinel.desk.sheet import Sheet
from sentinel.desk.signing import signed_since
from sentinel.desk.tables import positions
from sentinel.desk.taking import take_findings
from sentinel.desk.transactions import reading, writing
from sentinel.domain.clock import Clock
from sentinel.domain.finding import Finding
from sentinel.domain.person import SENTINEL, Person
from sentinel.observe.events.desk import ActDone, ActRefused, ClocksMinded, FindingsTaken
from sentinel.warn.acts import Act, Actor, Open
from sentinel.warn.listing import Chosen, ChosenCases, Listed, ListedCase, Opened, OpenedCase
from sentinel.warn.outcome import Done, Refused
from sentinel.warn.picture import Tally
from sentinel.warn.roster import Signed
from sentinel.warn.silence import Silence
from sentinel.warn.trail import Entry

ALL = ("",)
"""Sees everything."""
Made = TypeVar("Made")


class Desk:
    """Warnings, cases and orders in SQL. Any thread may call; writers wait for one another.

    Every method raises ServiceError while the database does not do its work; nothing of the call
    is kept then, and the same call may succeed later.

    Args:
        engine: From `open_database`.
        clock: The desk's time, for acts.
        facts: The city now: who is where, how long things may take, by which channels.
    """

    def __init__(self, engine: Engine, clock: Clock, facts: FactsReader = lambda: NOBODY) -> None:
        self._engine = engine
        self._clock = clock
        self._facts = facts
        self._noting = Lock()
        with reading(engine) as connection:
            self._revision = asking.position(connection, "revision")

    @property
    def revision(self) -> int:
        """The number of the last change that this desk knows of; cheap."""
        return self._revision

    def look_again(self) -> int:
        """Return the number of the last change, also of other desks on the same database."""
        with reading(self._engine) as connection:
            self._note_revision(asking.position(connection, "revision"))
        return self._revision

    def cursor(self) -> int:
        """Return the last row of the findings journal that was taken."""
        with reading(self._engine) as connection:
            return asking.position(connection, "findings")

    def take(self, findings: Sequence[Finding], cursor: int) -> None:
        """Take the findings up to journal row `cursor`, and note that row, in one transaction.

        Findings that were taken before change nothing.
        """
        with self._sheet(SENTINEL) as sheet:
            taken = take_findings(sheet, findings)
            name = positions.c.name == "findings"
            ahead = positions.c.position < cursor
            sheet.connection.execute(update(positions).where(name, ahead).values(position=cursor))
        if findings:
            FindingsTaken(count=taken.new, repeated=taken.repeated, opened=taken.opened).emit()

    def tick(self) -> int:
        """Do what clocks ask for; return how many cases and summaries that were. Call it often."""
        now = self._clock.now()
        with reading(self._engine) as connection:
            if not ticking.is_due(connection, now):
                return 0
        with self._sheet(SENTINEL) as sheet:
            done = ticking.tick(sheet) + ticking.tell_summaries(sheet)
        ClocksMinded(count=done).emit()
        return done

    def do(self, case: str, act: Act, actor: Actor, person: Person) -> Done | Refused:
        """Do one act on a case, once, or say why not."""
        done = self._act(person, lambda sheet: acting.act(sheet, case, act, actor))
        _tell(str(act.__struct_config__.tag), done)
        return done

    def accept_all(self, parent: str, actor: Actor, person: Person) -> Done | Refused:
        """Accept in one act what waits below a folded parent; reds are left out."""
        done = self._act(person, lambda sheet: acting.act_on_all(sheet, parent, actor))
        _tell("accept_all", done)
        return done

    def open(self, wanted: Open, key: str, actor: Actor, person: Person) -> Done | Refused:
        """Open a case by hand; the same key again gives the same case."""
        done = self._act(person, lambda sheet: acting.open_case(sheet, wanted, key, actor))
        _tell("open", done)
        return done

    def silence(self, wanted: Silence, actor: Actor, person: Person) -> Silence | Refused:
        """Make a silence."""
        return self._act(person, lambda sheet: acting.silence(sheet, wanted, actor))

    def lift(self, silence: str, reason: str, actor: Actor, person: Person) -> Silence | Refused:
        """End a silence early; what it kept quiet and still holds is told."""
        return self._act(person, lambda sheet: acting.lift(sheet, silence, reason, actor))

    def sign_for(self, unit: str, actor: Actor, person: Person) -> Entry | Refused:
        """Sign, coming on duty, for the list of a unit."""
        return self._act(person, lambda sheet: acting.sign_for(sheet, unit, actor))

    def log(self, entries: Sequence[Entry]) -> None:
        """Put lines into the trail that belong to no act here: exports, changed files."""
        with writing(self._engine) as connection:
            trail.append(connection, entries, self._clock.now())

    def silences(self) -> tuple[Silence, ...]:
        """Return the silences that count now, or will."""
        with reading(self._engine) as connection:
            return silences_of(connection, self._clock.now())

    def signed(self) -> frozenset[Signed]:
        """Return who has signed for which watch lately."""
        with reading(self._engine) as connection:
            return signed_since(connection, self._clock.now())

    def warnings(self, chosen: Chosen) -> list[Listed]:
        """Return the chosen warnings, from red down, newest change first."""
        with reading(self._engine) as connection:
            return asking.list_warnings(connection, chosen)

    def count(self, chosen: Chosen) -> int:
        """Return how many warnings are chosen, whatever the limit."""
        with reading(self._engine) as connection:
            return asking.count_warnings(connection, chosen)

    def warning(self, warning: str) -> Opened | None:
        """Return one warning with its findings and its case's trail; None if there is none."""
        with reading(self._engine) as connection:
            return asking.open_warning(connection, warning)

    def cases(self, chosen: ChosenCases) -> list[ListedCase]:
        """Return the chosen cases, from red down, newest change first."""
        with reading(self._engine) as connection:
            return asking.list_cases(connection, chosen)

    def count_cases(self, chosen: ChosenCases) -> int:
        """Return how many cases are chosen, whatever the limit."""
        with reading(self._engine) as connection:
            return asking.count_cases(connection, chosen)

    def case(self, case: str) -> OpenedCase | None:
        """Return one case with all that belongs to it; None if there is none."""
        with reading(self._engine) as connection:
            return asking.open_case(connection, case)

    def changes(self, after: int, limit: int, seen: Sequence[str] = ALL) -> list[Listed]:
        """Return warnings changed after revision `after`, each once, in order of change.

        A warning that changed twice comes once, as it is now: whoever is slow has less to read.
        """
        with reading(self._engine) as connection:
            return asking.changed_warnings(connection, after, limit, seen)

    def changed_cases(self, after: int, limit: int, seen: Sequence[str] = ALL) -> list[ListedCase]:
        """Return cases changed after revision `after`, each once, in order of change."""
        with reading(self._engine) as connection:
            return asking.changed_cases(connection, after, limit, seen)

    def tallies(self, seen: Sequence[str] = ALL) -> list[Tally]:
        """Return the open warnings of each area in numbers."""
        with reading(self._engine) as connection:
            return asking.tally_open(connection, seen)

    def close(self) -> None:
        """Free the connections; the desk is not used again."""
        self._engine.dispose()

    def _act(self, person: Person, step: Callable[[Sheet], Made | Refused]) -> Made | Refused:
        with self._sheet(person) as sheet:
            return step(sheet)

    @contextmanager
    def _sheet(self, person: Person) -> Iterator[Sheet]:
        with writing(self._engine) as connection:
            sheet = Sheet(connection, self._facts(), self._clock.now(), person)
            yield sheet
            revision = sheet.write()
        self._note_revision(revision)

    def _note_revision(self, revision: int) -> None:
        """Never go back: of two that committed, the later may come here first."""
        with self._noting:
            self._revision = max(self._revision, revision)


def _tell(act: str, done: Done | Refused) -> None:
    if isinstance(done, Refused):
        ActRefused(act=act, code=done.code.value).emit()
    else:
        ActDone(act=act, case=done.file.case.id).emit()
