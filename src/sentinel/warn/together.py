# ruff: noqa: RUF001 -- Chinese has punctuation of its own
"""What is done with folded cases together: told as one, seen as one, accepted in one act."""

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from sentinel.domain.person import is_inside
from sentinel.domain.rank import Rank
from sentinel.warn.acts import Accept, Actor
from sentinel.warn.case import Case, CaseFile
from sentinel.warn.city import City
from sentinel.warn.compose import Words, compose
from sentinel.warn.due import HOUR
from sentinel.warn.fold import sum_of, title_of, worst_of
from sentinel.warn.handling import do
from sentinel.warn.notice import Notice, Occasion, notice_key
from sentinel.warn.outcome import Code, Done, Refused, refuse
from sentinel.warn.step import Step
from sentinel.warn.telling import facts_of

ONE_BY_ONE = frozenset(
    {
        Occasion.URGED,
        Occasion.RETURNED,
        Occasion.REASSIGNED,
        Occasion.WITHDRAWN,
        Occasion.TAKEN_OVER,
        Occasion.DEFER_ASKED,
        Occasion.DEFER_ANSWERED,
    }
)
"""What a person did to one order is told of that order, folded or not."""


def gather(
    notices: Sequence[Notice],
    children: Mapping[str, Case],
    parents: Mapping[str, Case],
    now: int,
    city: City,
) -> tuple[Notice, ...]:
    """Return notices in which those of folded cases are told as one of their parent.

    Every batch of notices passes through here. Within one interval (`again` of the parent's rank)
    each audience hears of each occasion once; afterwards once more, if there is more to tell.

    children: The cases that the notices are about, by id, as they stand now; parents: of those.
    """
    told: dict[str, Notice] = {}
    ranks: dict[str, Rank] = {}
    for notice in notices:
        child = children.get(notice.case)
        parent = parents.get(child.parent) if child else None
        if child is None or parent is None or _is_told_alone(notice, child):
            told.setdefault(notice.key, notice)
            continue
        key = _key(notice, parent, now, city)
        if key not in told or child.weight > ranks[key]:
            ranks[key] = child.weight
            told[key] = _of_parent(notice, key, parent, child.weight, now, city)
    return tuple(told.values())


def seen_from(
    parent: Case, children: Iterable[Case], areas: Collection[str], city: City
) -> Case | None:
    """Return the parent as somebody sees it who sees these areas: with the children there alone.

    None: none of them is there.
    """
    there = [case for case in children if any(is_inside(case.area, area) for area in areas)]
    if not there:
        return None
    return msgspec.structs.replace(
        parent,
        **sum_of(there),
        title=title_of(parent, there, city),
        instruction=worst_of(there).instruction,
    )


def accept_all(
    parent: CaseFile, children: Iterable[CaseFile], actor: Actor, now: int, city: City
) -> Done | Refused:
    """Accept, in one act, every waiting order of a parent's children that this person may accept.

    Reds are left out: whoever accepts a red has looked at it.
    """
    step = Step(parent, now, city, actor)
    for child in children:
        if child.case.parent == parent.case.id and child.case.rank is not Rank.RED:
            _accept_each(step, child)
    if not step.others:
        return refuse(
            Code.CONFLICT,
            "没有您可以一并接单的工单",
            "there is no waiting order here that you may accept",
        )
    step.log("accept_all", cases=[file.case.id for file in step.others])
    return step.done()


def _accept_each(step: Step, child: CaseFile) -> None:
    file = child
    for order in child.active:
        if order.is_waiting:
            done = do(file, Accept(order=order.number), step.actor, step.now, step.city)
            if isinstance(done, Done):
                step.entries += done.entries
                step.cancelled |= done.cancelled
                file = done.file
    if file is not child:
        step.others.append(file)


def _is_told_alone(notice: Notice, child: Case) -> bool:
    return child.weight is Rank.RED or notice.occasion in ONE_BY_ONE


def _key(notice: Notice, parent: Case, now: int, city: City) -> str:
    """The same for all that one audience hears on one occasion within one interval."""
    interval = city.terms.again.get(parent.weight, HOUR)
    nth = max(0, now - parent.opened_at) // interval
    return notice_key("folded", parent.id, notice.occasion, notice.audience, notice.to, nth)


def _of_parent(notice: Notice, key: str, parent: Case, rank: Rank, now: int, city: City) -> Notice:
    """Told at the rank of those it stands for: the parent's may be that of a red in it."""
    case = msgspec.structs.replace(parent, rank=rank, worst=rank)
    title, text = compose(notice.occasion, case, Words(detail=_TOGETHER), now, city)
    return msgspec.structs.replace(
        notice,
        key=key,
        title=title,
        text=text,
        rank=max(rank, notice.rank),
        case=parent.id,
        order=None,
        facts=facts_of(parent),
    )


_TOGETHER = {"zh": "已合并为一案，可一并接单", "en": "shown as one; accept them in one act"}
