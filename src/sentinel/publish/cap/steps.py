# ruff: noqa: RUF001 -- Chinese has punctuation of its own
"""What people do to a publication; pure: nothing is looked up, nothing is written.

Two people answer for whatever goes out: one wrote it, another approved it, and only a publisher
approves or issues.
"""

import msgspec

from sentinel.domain.person import Person, Role
from sentinel.publish.cap.faults import faults
from sentinel.publish.cap.message import Content, Issuer, Kind, Message, Reference, Status
from sentinel.publish.cap.personal import worries
from sentinel.publish.cap.publication import Publication, State
from sentinel.warn.outcome import Code, Refused, refuse

WRITERS = (Role.OPERATOR, Role.SUPERVISOR, Role.PUBLISHER)
_SECOND_MS = 1000


def may_write(person: Person, area: str) -> bool:
    """Return whether somebody may draft for an area."""
    return any(person.holds(role, area) for role in WRITERS)


def edit(
    one: Publication, content: Content, revision: int, person: Person, now: int
) -> Publication | Refused:
    """Return it with other words; whoever wrote any of them is an author, and cannot approve."""
    no = _not_written_by(one, person) or _moved_on(one, revision)
    if no:
        return no
    authors = one.authors if person.id in one.authors else (*one.authors, person.id)
    return msgspec.structs.replace(
        _changed(one, now),
        content=content,
        authors=authors,
        state=State.DRAFT,
        approved_by="",
        approved_at=None,
        despite=0,
    )


def approve(
    one: Publication, revision: int, person: Person, now: int, *, despite_worries: bool
) -> Publication | Refused:
    """Return it approved, if it is whole and somebody else wrote it.

    despite_worries: They saw what looks like personal data, and it is none.
    """
    no = _not_published_by(one, person) or _moved_on(one, revision)
    if no:
        return no
    if one.state is State.APPROVED:
        return refuse(Code.CONFLICT, "已经审核过了", "it is approved already")
    if person.id in one.authors:
        return refuse(
            Code.FORBIDDEN,
            "须由起草人以外的人审核",
            "somebody other than who wrote it has to approve it",
        )
    wrong = faults(one.content)
    if wrong:
        return Refused(code=Code.INVALID, reason=_joined(wrong))
    worried = len(worries(one.content))
    if worried and not despite_worries:
        return refuse(
            Code.INVALID,
            f"有 {worried} 处疑似个人信息：请删除，或确认其并非个人信息",
            f"{worried} places look like personal data: take them out, or say that they are none",
        )
    return msgspec.structs.replace(
        _changed(one, now),
        state=State.APPROVED,
        approved_by=person.id,
        approved_at=now,
        despite=worried,
    )


def issue(
    one: Publication,
    revision: int,
    person: Person,
    issuer: Issuer,
    earlier: tuple[Publication, ...],
    now: int,
) -> tuple[Publication, Message] | Refused:
    """Return it issued, with the message as it goes out.

    issuer: Who speaks; without a sender nothing goes out.
    earlier: What was issued before in its thread, oldest first.
    """
    no = _not_published_by(one, person) or _moved_on(one, revision)
    no = no or _not_ready(one, issuer) or _nothing_to_change(one, earlier, now)
    if no:
        return no
    sent_at = max(now // _SECOND_MS, *(_second_after(old) for old in earlier), 0) * _SECOND_MS
    issued = msgspec.structs.replace(
        _changed(one, now),
        state=State.ISSUED,
        issued_by=person.id,
        sent_at=sent_at,
        expires_at=sent_at + one.content.valid_ms,
    )
    return issued, message_of(issued, issuer, earlier, sent_at)


def discard(
    one: Publication, revision: int, reason: str, person: Person, now: int
) -> Publication | Refused:
    """Return it discarded: it never goes out."""
    no = _not_written_by(one, person) or _moved_on(one, revision)
    return no or msgspec.structs.replace(_changed(one, now), state=State.DISCARDED, reason=reason)


def message_of(
    one: Publication, issuer: Issuer, earlier: tuple[Publication, ...], sent_at: int
) -> Message:
    """Return what goes out, or would: a look at a draft has the status Draft."""
    if one.state is not State.ISSUED:
        status = Status.DRAFT
    else:
        status = Status.EXERCISE if one.exercise else Status.ACTUAL
    heeded = [old for old in earlier if (old.expires_at or 0) > sent_at]
    return Message(
        identifier=one.id,
        issuer=issuer,
        sent_at=sent_at,
        status=status,
        kind=one.kind,
        content=one.content,
        where=one.where,
        rank=one.rank,
        scenario=one.scenario,
        references=tuple(
            Reference(sender=issuer.sender, identifier=old.id, sent_at=old.sent_at or 0)
            for old in heeded
        ),
        incident=one.case,
    )


def cannot_follow(last: Publication, now: int) -> Refused | None:
    """Return why nothing can update or cancel a message any more; None: it can be."""
    if last.state is not State.ISSUED:
        return refuse(
            Code.CONFLICT, "它尚未发布：直接修改草稿", "it is not issued: change the draft itself"
        )
    if last.kind is Kind.CANCEL:
        return refuse(Code.CONFLICT, "它已被取消：请另行起草", "it was cancelled: draft a new one")
    if not last.stands(now):
        return refuse(
            Code.CONFLICT,
            "它已失效或已被更新：请更新最新的一条，或另行起草",
            "it has expired or was replaced: update the newest one, or draft a new one",
        )
    return None


def offered(one: Publication, person: Person, now: int) -> tuple[str, ...]:
    """Return what somebody may do to it as it stands: the buttons that are worth showing."""
    writes, publishes = may_write(person, one.area), person.holds(Role.PUBLISHER, one.area)
    is_draft = one.state is State.DRAFT
    acts = {
        "edit": one.is_open and writes,
        "approve": is_draft and publishes and person.id not in one.authors,
        "issue": one.state is State.APPROVED and publishes,
        "discard": one.is_open and writes,
        "update": one.stands(now) and writes,
        "cancel": one.stands(now) and writes,
    }
    return tuple(act for act, may in acts.items() if may)


def _changed(one: Publication, now: int) -> Publication:
    return msgspec.structs.replace(one, revision=one.revision + 1, changed_at=now)


def _not_written_by(one: Publication, person: Person) -> Refused | None:
    if may_write(person, one.area):
        return None
    return refuse(
        Code.FORBIDDEN,
        "须有该区域的值守员、督导或发布员角色",
        "this needs the role operator, supervisor or publisher for the area",
    )


def _not_published_by(one: Publication, person: Person) -> Refused | None:
    if person.holds(Role.PUBLISHER, one.area):
        return None
    return refuse(
        Code.FORBIDDEN, "须有该区域的发布员角色", "this needs the role publisher for the area"
    )


def _moved_on(one: Publication, revision: int) -> Refused | None:
    if not one.is_open:
        return refuse(Code.CONFLICT, "它已发布或已作废", "it is issued or discarded already")
    if one.revision != revision:
        return refuse(
            Code.CONFLICT,
            "它刚刚被改动过：请重新阅读",
            "it has been changed since you read it: read it again",
        )
    return None


def _not_ready(one: Publication, issuer: Issuer) -> Refused | None:
    if one.state is not State.APPROVED:
        return refuse(Code.CONFLICT, "尚未审核", "nobody has approved it yet")
    if not issuer.sender:
        return refuse(
            Code.INVALID,
            "尚未设定发布者：请在配置中填写 desk.publish.sender",
            "nobody is named as the sender: set `desk.publish.sender` in the configuration",
        )
    return None


def _nothing_to_change(
    one: Publication, earlier: tuple[Publication, ...], now: int
) -> Refused | None:
    if one.kind is Kind.ALERT:
        return None
    return cannot_follow(earlier[-1], now)


def _second_after(old: Publication) -> int:
    """A message and its update are told apart, and put in order, by their times too."""
    return (old.sent_at or 0) // _SECOND_MS + 1


def _joined(reasons: list[dict[str, str]]) -> dict[str, str]:
    return {
        "zh": "；".join(reason["zh"] for reason in reasons),
        "en": "; ".join(reason["en"] for reason in reasons),
    }
