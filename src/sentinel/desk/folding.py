"""Folding within one transaction: which parents the touched cases have, or get."""

from collections.abc import Sequence
from typing import Protocol

import msgspec
from sqlalchemy import or_, true
from sqlalchemy.engine import Connection

from sentinel.desk.facts import Facts
from sentinel.desk.files import LIVE, read_cases
from sentinel.desk.tables import cases
from sentinel.domain.person import EVERYWHERE, is_inside
from sentinel.warn.case import Case, CaseFile, Origin
from sentinel.warn.city import City
from sentinel.warn.fold import fold, fold_place
from sentinel.warn.notice import Notice
from sentinel.warn.outcome import Done
from sentinel.warn.together import gather

_MOST_FOLDED = 20_000


class Cases(Protocol):
    """The sheet, as far as folding needs it."""

    connection: Connection
    facts: Facts
    city: City
    now: int

    def files(self, ids: Sequence[str]) -> dict[str, CaseFile]:
        """Return files as they stand."""
        ...

    def changed(self) -> list[CaseFile]:
        """Return those that are going to be written."""
        ...

    def put(self, file: CaseFile) -> None:
        """Take in a file as it now stands."""
        ...

    def take(self, done: Done) -> None:
        """Take in all that a step changes."""
        ...


def fold_touched(sheet: Cases) -> None:
    """Fold, count again or unfold wherever a case of a rule that folds has changed."""
    touched = {
        (file.case.rule, where, file.case.exercise)
        for file in sheet.changed()
        if file.case.origin is Origin.DETECTED and (where := _where(sheet, file.case)) is not None
    }
    for rule, where, exercise in sorted(touched):
        _fold_one(sheet, rule, where, exercise=exercise)


def gathered(sheet: Cases, notices: Sequence[Notice]) -> tuple[Notice, ...]:
    """Return notices in which those of folded cases are told as one of their parent."""
    ids = [notice.case for notice in notices if notice.case]
    children = {one: file.case for one, file in sheet.files(ids).items()}
    above = [case.parent for case in children.values() if case.parent]
    parents = {
        one: file.case
        for one, file in sheet.files(above).items()
        if file.case.origin is Origin.FOLDED
    }
    return gather(notices, children, parents, sheet.now, sheet.city)


def _where(sheet: Cases, case: Case) -> str | None:
    """Return the area into which the case's rule folds it; None: it does not."""
    terms = sheet.city.rules.get(case.rule)
    return fold_place(case.area, terms) if terms else None


def _fold_one(sheet: Cases, rule: str, where: str, *, exercise: bool) -> None:
    there = _cases_there(sheet, rule, where, exercise=exercise)
    parents = [case.id for case in there if case.origin is Origin.FOLDED and case.area == where]
    parent = next(iter(sheet.files(parents).values()), None)
    children = [case for case in there if case.origin is Origin.DETECTED]
    subjects = sheet.facts.subjects(rule, where)
    terms = sheet.city.rules[rule]
    folded = fold(terms, where, children, parent, subjects, sheet.now, sheet.city)
    if folded is None:
        return
    sheet.take(folded.done)
    files = sheet.files([case.id for case in folded.children])
    for case in folded.children:
        sheet.put(msgspec.structs.replace(files[case.id], case=case))


def _cases_there(sheet: Cases, rule: str, where: str, *, exercise: bool) -> list[Case]:
    """Return the rule's live cases in the area as they stand on the sheet, its parent included."""
    inside = or_(cases.c.area == where, cases.c.area.startswith(f"{where}/", autoescape=True))
    kept = read_cases(
        sheet.connection,
        true() if where == EVERYWHERE else inside,
        cases.c.rule == rule,
        cases.c.state.in_(LIVE),
        cases.c.exercise == exercise,
        limit=_MOST_FOLDED,
    )
    found = {case.id: case for case in kept}
    found |= {file.case.id: file.case for file in sheet.changed()}
    return [case for case in found.values() if _belongs(case, rule, where, exercise=exercise)]


def _belongs(case: Case, rule: str, where: str, *, exercise: bool) -> bool:
    of_rule = (case.rule, case.exercise) == (rule, exercise)
    return of_rule and case.is_live and is_inside(case.area, where)
