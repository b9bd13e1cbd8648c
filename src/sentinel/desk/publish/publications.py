"""Publications: every question and every act is a transaction here, with its line in the trail."""

import secrets
from collections.abc import Callable
from typing import Protocol

import msgspec
from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from sentinel.desk.people.trail import Trail
from sentinel.desk.publish import keeping
from sentinel.desk.publish.settings import PublishSettings
from sentinel.desk.publish.where import where_is
from sentinel.desk.transactions import reading, writing
from sentinel.domain.clock import Clock
from sentinel.domain.person import Person
from sentinel.domain.registry import Registry
from sentinel.observe.events.publish import PublicationIssued
from sentinel.publish.cap.draft import first_draft
from sentinel.publish.cap.grade import Basis
from sentinel.publish.cap.listing import Chosen
from sentinel.publish.cap.message import Content, Issuer, Kind
from sentinel.publish.cap.publication import Publication, State
from sentinel.publish.cap.steps import (
    approve,
    cannot_follow,
    discard,
    edit,
    issue,
    may_write,
    message_of,
)
from sentinel.publish.cap.write import write
from sentinel.warn.case import CaseFile
from sentinel.warn.outcome import Code, Refused, refuse
from sentinel.warn.trail import Entry

ReadCase = Callable[[Connection, str], CaseFile | None]
"""Reads a case with all that belongs to it, in the transaction of the connection."""


class City(Protocol):
    """What is in force."""

    @property
    def registry(self) -> Registry:
        """Areas, with their names and outlines."""
        ...

    @property
    def zone(self) -> str:
        """IANA name of the city's time zone."""
        ...


class Publications:
    """Drafts, approvals and issues. Any thread may call.

    Every method raises ServiceError while the database does not do its work; nothing of the call
    is kept then.

    Args:
        engine: From `open_database`.
        clock: The desk's time.
        trail: Writes entries in the transaction that it is handed.
        cases: Reads the case that a message is about.
        city: What is in force; None before the first bundle.
        settings: Who speaks.
        new_id: Makes ids; no two alike.
    """

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        trail: Trail,
        *,
        cases: ReadCase,
        city: Callable[[], City | None],
        settings: PublishSettings,
        new_id: Callable[[], str] = lambda: secrets.token_hex(12),
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._trail = trail
        self._cases = cases
        self._city = city
        self._settings = settings
        self._new_id = new_id

    @property
    def issuer(self) -> Issuer:
        """Who speaks now."""
        city = self._city()
        return self._settings.issuer(city.zone if city else "UTC")

    def draft(self, person: Person, case: str, basis: Basis | None = None) -> Publication | Refused:
        """Begin a first message about a case. basis: None: what the case itself tells."""
        with writing(self._engine) as connection:
            file = self._cases(connection, case)
            if file is None or not person.sees(file.case.area):
                return _no_case(case)
            return self._drafted(connection, person, file, Kind.ALERT, "", basis)

    def follow_up(
        self, person: Person, number: str, kind: Kind, basis: Basis | None = None
    ) -> Publication | Refused:
        """Begin a message that updates or cancels one that was issued."""
        with writing(self._engine) as connection:
            last = self._seen(connection, number, person)
            if last is None:
                return _none(number)
            no = cannot_follow(last, self._clock.now())
            if no:
                return no
            if keeping.has_open_draft(connection, last.thread):
                return refuse(
                    Code.CONFLICT,
                    "已有人在起草后续消息",
                    "somebody is drafting what follows it already",
                )
            file = self._cases(connection, last.case)
            if file is None:
                return _no_case(last.case)
            return self._drafted(connection, person, file, kind, last.thread, basis)

    def edit(
        self, person: Person, number: str, content: Content, revision: int
    ) -> Publication | Refused:
        """Change the words; the revision is that of what was read."""
        return self._moved(
            person, number, "edited", lambda one, now: edit(one, content, revision, person, now)
        )

    def approve(
        self, person: Person, number: str, revision: int, *, despite_worries: bool = False
    ) -> Publication | Refused:
        """Answer for what somebody else wrote."""
        return self._moved(
            person,
            number,
            "approved",
            lambda one, now: approve(one, revision, person, now, despite_worries=despite_worries),
        )

    def discard(
        self, person: Person, number: str, revision: int, reason: str
    ) -> Publication | Refused:
        """Say that it shall never go out."""
        return self._moved(
            person,
            number,
            "discarded",
            lambda one, now: discard(one, revision, reason, person, now),
        )

    def issue(self, person: Person, number: str, revision: int) -> Publication | Refused:
        """Let it go out; from now on it stays as it is."""
        issuer, now = self.issuer, self._clock.now()
        with writing(self._engine) as connection:
            one = self._seen(connection, number, person)
            if one is None:
                return _none(number)
            thread = keeping.thread_of(connection, one.thread)
            one = next(kept for kept in thread if kept.id == number)
            earlier = keeping.in_order(thread)
            done = issue(one, revision, person, issuer, earlier, now)
            if isinstance(done, Refused):
                return done
            out, message = done
            keeping.change(connection, out, write(message))
            if earlier and out.kind is not Kind.ALERT:
                replaced = msgspec.structs.replace(earlier[-1], replaced_by=out.id)
                keeping.change(connection, replaced)
            self._trail(connection, [_entry("issued", out, person)])
        PublicationIssued(publication=out.id, kind=out.kind.value, scope=out.content.scope).emit()
        return out

    def find(self, person: Person, number: str) -> Publication | None:
        """Return one that the person sees."""
        with reading(self._engine) as connection:
            return self._seen(connection, number, person)

    def listed(self, person: Person, chosen: Chosen) -> list[Publication]:
        """Return those that the person sees, what changed last first."""
        with reading(self._engine) as connection:
            return keeping.listed(connection, chosen, person)

    def preview(self, person: Person, number: str) -> bytes | None:
        """Return the document as it would go out now, or did."""
        issuer, now = self.issuer, self._clock.now()
        with reading(self._engine) as connection:
            one = self._seen(connection, number, person)
            if one is None:
                return None
            if one.state is State.ISSUED:
                return keeping.document(connection, number, person)
            earlier = keeping.in_order(keeping.thread_of(connection, one.thread, to_change=False))
        return write(message_of(one, issuer, earlier, now))

    def issued(self, person: Person | None) -> list[Publication]:
        """Return what is in the feed, newest first; a stranger sees what is public."""
        with reading(self._engine) as connection:
            return keeping.issued(connection, person, self._settings.most_entries)

    def document(self, person: Person | None, number: str) -> bytes | None:
        """Return what was issued, as it went out; None: nothing was, or not for these eyes."""
        with reading(self._engine) as connection:
            return keeping.document(connection, number, person)

    def _drafted(
        self,
        connection: Connection,
        person: Person,
        file: CaseFile,
        kind: Kind,
        thread: str,
        basis: Basis | None,
    ) -> Publication | Refused:
        case, now, number = file.case, self._clock.now(), self._new_id()
        if not may_write(person, case.area):
            return refuse(
                Code.FORBIDDEN,
                "须有该区域的值守员、督导或发布员角色",
                "this needs the role operator, supervisor or publisher for the area",
            )
        city = self._city()
        where = where_is(case.area, city.registry if city else None)
        one = Publication(
            id=number,
            thread=thread or number,
            case=case.id,
            scenario=case.scenario,
            rank=case.weight,
            area=case.area,
            kind=kind,
            exercise=case.exercise,
            where=where,
            content=first_draft(file, kind, where.place, self._settings.usual(), basis),
            authors=(person.id,),
            made_at=now,
            changed_at=now,
        )
        keeping.add(connection, one)
        self._trail(connection, [_entry("drafted", one, person)])
        return one

    def _moved(
        self,
        person: Person,
        number: str,
        act: str,
        move: Callable[[Publication, int], Publication | Refused],
    ) -> Publication | Refused:
        with writing(self._engine) as connection:
            one = self._seen(connection, number, person, to_change=True)
            if one is None:
                return _none(number)
            moved = move(one, self._clock.now())
            if isinstance(moved, Refused):
                return moved
            keeping.change(connection, moved)
            self._trail(connection, [_entry(act, moved, person)])
            return moved

    def _seen(
        self, connection: Connection, number: str, person: Person, *, to_change: bool = False
    ) -> Publication | None:
        one = keeping.find(connection, number, to_change=to_change)
        return one if one and person.sees(one.area) else None


def _entry(act: str, one: Publication, person: Person) -> Entry:
    """What was said is kept word for word, so that nobody can say later that it was not."""
    detail = {
        "publication": one.id,
        "kind": one.kind.value,
        "scope": one.content.scope.value,
        "revision": one.revision,
        "despite": one.despite,
        "reason": one.reason,
        "content": msgspec.to_builtins(one.content),
    }
    return Entry(
        act=f"publication_{act}", by=person.id, case=one.case, area=one.area, detail=detail
    )


def _no_case(case: str) -> Refused:
    return refuse(Code.UNKNOWN, f"没有案件 {case}", f"there is no case {case!r}")


def _none(number: str) -> Refused:
    return refuse(Code.UNKNOWN, f"没有发布 {number}", f"there is no publication {number!r}")
