"""One transaction's working sheet: cases as they become, and all that is to be told of it.

Steps are pure and know only what they are handed; here is what hands it to them, and what writes
down in one transaction everything that comes of them.
"""

from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from sentinel.desk import outbox, trail
from sentinel.desk.facts import Facts
from sentinel.desk.files import LIVE, ids_where, read_files, write_files
from sentinel.desk.folding import fold_touched, gathered
from sentinel.desk.metering import metered
from sentinel.desk.quieting import explained_by, explainers, silences_of, write_silences
from sentinel.desk.signing import signed_since
from sentinel.desk.tables import cases, positions, warnings
from sentinel.desk.untold import summed, unreached
from sentinel.domain.person import SENTINEL, Person
from sentinel.warn.case import CaseFile
from sentinel.warn.city import City
from sentinel.warn.contacts import messages
from sentinel.warn.notice import Notice
from sentinel.warn.outcome import Done
from sentinel.warn.quiet import wake
from sentinel.warn.silence import Silence
from sentinel.warn.summary import catch_up
from sentinel.warn.terms import RuleTerms
from sentinel.warn.trail import Entry

_NO_RULE = RuleTerms(rule="")
_MOST_WOKEN = 1_000
"""Cases that one change wakes at once; the others look for themselves, by their own clocks."""


class Sheet:
    """What one transaction has read and is going to write.

    Made first in its transaction: it waits there for every other desk to be done, so that no two
    ever do one step.

    Args:
        connection: In a transaction that may write.
        facts: The city now.
        now: The desk's time, milliseconds since 1970 UTC.
        person: Who acts.
    """

    def __init__(
        self, connection: Connection, facts: Facts, now: int, person: Person = SENTINEL
    ) -> None:
        self.connection = connection
        self.now = now
        self.facts = facts
        self.revision = lock(connection)
        silences = silences_of(connection, now)
        self.city: City = msgspec.structs.replace(facts.city, person=person, silences=silences)
        self._files: dict[str, CaseFile] = {}
        self._before: dict[str, CaseFile] = {}
        self._changed: dict[str, None] = {}
        self._silences: dict[str, Silence] = {}
        self._entries: list[Entry] = []
        self._fresh: list[Notice] = []
        self._late: list[Notice] = []
        self._summaries: list[Notice] = []
        self._cancelled: set[tuple[str, int]] = set()

    def files(self, ids: Sequence[str]) -> dict[str, CaseFile]:
        """Return files as they stand on this sheet."""
        unread = [one for one in ids if one not in self._files]
        self._files |= read_files(self.connection, unread) if unread else {}
        return {one: self._files[one] for one in ids if one in self._files}

    def file(self, case: str) -> CaseFile | None:
        """Return one file as it stands on this sheet; None: there is no such case."""
        return self.files([case]).get(case) if case else None

    def newest_of(self, rule: str, subject: str, *, exercise: bool) -> CaseFile | None:
        """Return the newest case of a rule and subject, or the one that it was merged into."""
        mine = [
            file
            for file in self._files.values()
            if (file.case.rule, file.case.subject) == (rule, subject)
            and file.case.exercise == exercise
        ]
        asked = (
            select(cases.c.id)
            .where(cases.c.subject == subject, cases.c.rule == rule)
            .where(cases.c.exercise == exercise)
            .order_by(cases.c.opened_at.desc(), cases.c.id)
            .limit(1)
        )
        kept = self.file(self.connection.scalars(asked).one_or_none() or "")
        found = max([*mine, *([kept] if kept else [])], key=_age, default=None)
        return self._carried_on(found)

    def city_around(self, rule: str, area: str, *more: str) -> City:
        """Return the city with the cases that a step may look at.

        Those that may explain one of `rule` in `area`, kept or new on this sheet, and `more`.
        """
        kept = explainers(self.connection, rule, area, self.city)
        new = [
            one
            for one in self._changed
            if rule in self.city.rules.get(self._files[one].case.rule, _NO_RULE).explains
        ]
        others = self.files([one for one in dict.fromkeys([*kept, *new, *more]) if one])
        return msgspec.structs.replace(self.city, cases=others)

    def take(self, done: Done | None, *, late: bool = False) -> None:
        """Take in all that a step changes. late: Detection is catching up."""
        if done is None:
            return
        for silence in done.silences:
            self.silence(silence)
        for file in (done.file, *done.follow, *done.others):
            self.put(file)
        self._entries += done.entries
        (self._late if late else self._fresh).extend(done.notices)
        self._cancelled |= done.cancelled

    def put(self, file: CaseFile) -> None:
        """Take in one file as it now stands."""
        known = self._files.get(file.case.id)
        if known is not None:
            self._before.setdefault(file.case.id, known)
        self._files[file.case.id] = file
        self._changed[file.case.id] = None

    def silence(self, silence: Silence) -> None:
        """Take in a silence, new or lifted."""
        self._silences[silence.id] = silence
        others = [one for one in self.city.silences if one.id != silence.id]
        self.city = msgspec.structs.replace(self.city, silences=(*others, silence))

    def log(self, *entries: Entry) -> None:
        """Take in lines for the trail."""
        self._entries += entries

    def summarise(self, notices: Sequence[Notice]) -> int:
        """Take in summaries, which no limit holds back; return how many."""
        self._summaries += notices
        return len(notices)

    def changed(self) -> list[CaseFile]:
        """Return the files that are going to be written."""
        return [self._files[one] for one in self._changed]

    def write(self) -> int:
        """Write it all down; return the newest revision. Last in the transaction, and once."""
        self._wake()
        fold_touched(self)
        revision = write_files(self.connection, self.changed(), self.revision, self.now)
        write_silences(self.connection, self._silences.values())
        note_revision(self.connection, revision)
        self._send()
        trail.append(self.connection, self._entries, self.now)
        return revision

    def _carried_on(self, file: CaseFile | None) -> CaseFile | None:
        """Follow a merged case to the one that carries on for it."""
        seen: set[str] = set()
        while file and not file.case.is_live and not file.case.verified and file.case.parent:
            if file.case.id in seen:
                return None
            seen.add(file.case.id)
            file = self.file(file.case.parent)
        return file

    def _wake(self) -> None:
        """Tell of what nothing keeps quiet any more."""
        for one in list(self._changed):
            before, now = self._before.get(one), self._files[one]
            if before is not None and _explained(before) and not _explained(now):
                self._wake_each(explained_by(self.connection, one, _MOST_WOKEN))
        for silence in self._silences.values():
            if silence.lifted_at is not None:
                quiet = cases.c.quiet == f"silence {silence.id}"
                live = cases.c.state.in_(LIVE)
                self._wake_each(ids_where(self.connection, quiet, live, limit=_MOST_WOKEN))

    def _wake_each(self, ids: Iterable[str]) -> None:
        for file in self.files(list(ids)).values():
            self.take(wake(file, self.now, self.city_around(file.case.rule, file.case.area)))

    def _send(self) -> None:
        """Put what is to be told into the outbox, and take needless reminders out of it."""
        fresh, late = gathered(self, self._fresh), gathered(self, self._late)
        told = [*fresh, *catch_up(late, self.now)]
        passed = metered(self.connection, told, self.facts, self.now)
        alone = {notice.key for notice in passed}
        self._entries += [summed(one) for one in (*fresh, *late) if one.key not in alone]
        duty, channels = self.city.duty, self.facts.channels
        signed = signed_since(self.connection, self.now)
        for notice in [*passed, *self._summaries]:
            addressed = messages(notice, duty, channels, self.now, signed)
            outbox.put(self.connection, addressed.messages, self.now)
            self._entries += [unreached(notice, name) for name in addressed.unreached]
        outbox.cancel(self.connection, self._cancelled, self.now)


def lock(connection: Connection) -> int:
    """Return the last revision; until the end of the transaction nobody else gets past here."""
    asked = select(positions.c.position).where(positions.c.name == "revision")
    return int(connection.scalars(asked.with_for_update()).one())


def note_revision(connection: Connection, revision: int) -> None:
    """Keep the last revision."""
    name = positions.c.name == "revision"
    connection.execute(update(positions).where(name).values(position=revision))


def case_of(connection: Connection, warning: str) -> str:
    """Return the newest case that has a warning; empty: none has."""
    asked = select(warnings.c["case"]).where(warnings.c.id == warning)
    return connection.scalars(asked).one_or_none() or ""


def _age(file: CaseFile) -> tuple[int, str]:
    return file.case.opened_at, file.case.id


def _explained(file: CaseFile) -> bool:
    """Return whether a case may keep others quiet."""
    return file.case.is_live and file.case.holds and not file.case.quiet
