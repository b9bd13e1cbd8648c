# ruff: noqa: RUF001 -- Chinese has punctuation of its own
"""What pages and machines ask of cases, and do to them: one method a question of the API."""

from collections.abc import Sequence

import msgspec

from sentinel.console.acts import read_act
from sentinel.console.buttons import offer_shapes
from sentinel.console.case_lines import (
    case_line,
    case_warnings,
    order_detail,
    people_in,
    report_shape,
    verified_shape,
)
from sentinel.console.case_shapes import CaseDetail, CaseLine, CasesShape
from sentinel.console.forms import ActForm, OpenForm, Speaking
from sentinel.console.fresh import BySight
from sentinel.console.ground import Ground
from sentinel.console.lines import act_shape
from sentinel.console.places import write_place
from sentinel.console.plainly import NotFoundError
from sentinel.console.who import must_see
from sentinel.domain.person import Person
from sentinel.domain.rank import RANK_WORDS, Rank
from sentinel.warn.acts import Actor, Link, Open
from sentinel.warn.case import Case, Origin, Report
from sentinel.warn.listing import ChosenCases, ListedCase, OpenedCase
from sentinel.warn.may import takes_part
from sentinel.warn.order import How
from sentinel.warn.outcome import Code, Done, Refused, refuse
from sentinel.warn.together import seen_from

_MOST_CHILDREN = 200
_PARENT_SECONDS = 30.0
"""A parent is summed up anew with every change anyway, once for all screens of one sight."""
_MOST_SUMMED = 5_000
"""Children of a parent whose own area the asker does not see."""


class CaseView:
    """Answers and acts through the desk; any thread may ask."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._desk = ground.desk
        self._parents: BySight[Case | None] = BySight(
            self._seen_from, seconds=_PARENT_SECONDS, version=lambda: self._desk.revision, most=256
        )

    def page(self, who: Person, chosen: ChosenCases) -> CasesShape:
        """Return one page of cases."""
        revision = self._desk.revision  # before the list is read
        area = self._ground.gazetteer().key(chosen.area)
        chosen = msgspec.structs.replace(chosen, area=area, seen=who.areas)
        found = self._desk.cases(chosen)
        return CasesShape.model_construct(
            cases=self.lines(who, found),
            total=self._desk.count_cases(chosen),
            next=write_place(found[-1].place) if len(found) == chosen.limit else None,
            revision=revision,
        )

    def lines(self, who: Person, found: Sequence[ListedCase]) -> list[CaseLine]:
        """Return cases as lists show them; a parent only with what the asker sees in it."""
        shown = [one for one in (self._as_seen(who, listed) for listed in found) if one]
        self._ground.names.learn(name for one in shown for name in people_in(one.file))
        glance = self._ground.glance()
        return [case_line(one, glance) for one in shown]

    def detail(self, who: Person, case: str) -> CaseDetail:
        """Return one case with everything that belongs to it."""
        opened, glance = self.opened(who, case), self._ground.glance()
        listed, now = opened.listed, self._ground.now()
        file = listed.file
        children = self._children(who, case) if file.case.origin is Origin.FOLDED else []
        self._ground.names.learn(told.entry.by for told in opened.trail)
        (line,) = self.lines(who, [listed]) or [case_line(listed, glance)]
        return CaseDetail(
            case=line,
            instruction=file.case.instruction,
            report=report_shape(file.case),
            verified=verified_shape(file.case, glance),
            orders=[order_detail(order, now, glance) for order in file.orders],
            warnings=case_warnings(opened, glance),
            acts=[act_shape(told, glance) for told in opened.trail],
            children=self.lines(who, children),
            offers=offer_shapes(file, who, glance.handling),
            may_accept_all=any(self._may_accept(who, child) for child in children),
        )

    def opened(self, who: Person, case: str) -> OpenedCase:
        """Return a case that somebody sees: in their areas, or because it is their unit's.

        Raises:
            NotFoundError: There is none such, or not for them.
        """
        opened, what = self._desk.case(case), f"case {case!r}"
        if opened is None:
            message = f"there is no {what}"
            raise NotFoundError(message)
        file = opened.listed.file
        if not takes_part(who, file, self._ground.handling().duty) and not (
            file.case.origin is Origin.FOLDED and self._children(who, case)
        ):
            must_see(who, file.case.area, what)
        return opened

    def do(self, who: Person, case: str, form: ActForm) -> CaseDetail | Refused:
        """Do one act; return the case as it stands then."""
        file, act = self.opened(who, case).listed.file, read_act(form.act)
        if not takes_part(who, file, self._ground.handling().duty):
            return _NO_PART
        if isinstance(act, Link):
            self._must_see_warning(who, act)
        return self._told(who, self._desk.do(case, act, self._actor(who, form), who))

    def accept_all(self, who: Person, parent: str, form: Speaking) -> CaseDetail | Refused:
        """Accept what waits below a folded case; reds are left out."""
        self.opened(who, parent)
        return self._told(who, self._desk.accept_all(parent, self._actor(who, form), who))

    def open(self, who: Person, form: OpenForm) -> CaseDetail | Refused:
        """Open a case by hand; the same key of the same person gives the same case."""
        gazetteer, duty = self._ground.gazetteer(), self._ground.handling().duty
        area = gazetteer.key(form.area)
        if area and gazetteer.by_code and area not in gazetteer.by_code:
            return refuse(Code.UNKNOWN, "没有这个区域", f"there is no area {form.area!r}")
        if form.department not in {"", *duty.departments, *duty.units}:
            return refuse(Code.UNKNOWN, "没有这个部门", "there is no such department or unit")
        report = form.report
        wanted = Open(
            title=form.title,
            area=area,
            rank=RANK_WORDS[form.rank],
            report=Report(source=report.source, text=report.text, reference=report.reference),
            department=form.department,
            scenario=form.scenario,
            exercise=form.exercise,
        )
        key = f"{who.id}\x00{form.key}"  # nobody is given the case of somebody else's key
        return self._told(who, self._desk.open(wanted, key, self._actor(who, form), who))

    def _actor(self, who: Person, said: Speaking) -> Actor:
        meant = self._ground.meant(said.on_behalf_of)
        return Actor(by=who.id, how=How(said.how), on_behalf_of=meant)

    def _told(self, who: Person, done: Done | Refused) -> CaseDetail | Refused:
        return done if isinstance(done, Refused) else self.detail(who, done.file.case.id)

    def _as_seen(self, who: Person, listed: ListedCase) -> ListedCase | None:
        case = listed.file.case
        if case.origin is not Origin.FOLDED or who.sees(case.area):
            return listed
        seen = self._parents((case.id, *who.areas))
        if seen is None:
            return None
        file = msgspec.structs.replace(listed.file, case=seen)
        return msgspec.structs.replace(listed, file=file)

    def _seen_from(self, parent_and_areas: tuple[str, ...]) -> Case | None:
        """Return a parent with what lies in these areas alone; None: nothing, or it is gone."""
        parent, *areas = parent_and_areas
        opened = self._desk.case(parent)
        if opened is None:
            return None
        chosen = ChosenCases(seen=tuple(areas), parent=parent, limit=_MOST_SUMMED)
        below = [one.file.case for one in self._desk.cases(chosen)]
        return seen_from(opened.listed.file.case, below, areas, self._ground.handling())

    def _children(self, who: Person, parent: str) -> list[ListedCase]:
        chosen = ChosenCases(seen=who.areas, parent=parent, limit=_MOST_CHILDREN)
        return self._desk.cases(chosen)

    def _may_accept(self, who: Person, child: ListedCase) -> bool:
        if child.file.case.rank is Rank.RED:
            return False
        offered = offer_shapes(child.file, who, self._ground.handling())
        return any(offer.do == "accept" and not offer.on_behalf for offer in offered)

    def _must_see_warning(self, who: Person, act: Link) -> None:
        opened, what = self._desk.warning(act.warning), f"warning {act.warning!r}"
        if opened is None:
            message = f"there is no {what}"
            raise NotFoundError(message)
        must_see(who, opened.listed.warning.area, what)


_NO_PART = refuse(
    Code.FORBIDDEN,
    "您可以查看此案，但没有参与的权限",
    "you may see this case, and have no part in it",
)
