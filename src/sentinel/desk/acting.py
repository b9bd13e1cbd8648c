"""Acts of people, each in one transaction."""

import msgspec

from sentinel.desk.files import LIVE, ids_where, read_warnings
from sentinel.desk.quieting import find_silence
from sentinel.desk.sheet import Sheet, case_of
from sentinel.desk.signing import sign
from sentinel.desk.tables import cases
from sentinel.warn.acts import Act, Actor, Link, Merge, Open
from sentinel.warn.case import Origin
from sentinel.warn.handling import do
from sentinel.warn.may import takes_part
from sentinel.warn.opening import open_by_hand
from sentinel.warn.outcome import Code, Done, Refused, refuse
from sentinel.warn.roster import on_duty
from sentinel.warn.silence import Silence
from sentinel.warn.silencing import Silenced, lift_silence, make_silence
from sentinel.warn.together import accept_all
from sentinel.warn.trail import Entry

_MOST_CHILDREN = 5_000
NO_CASE = refuse(Code.UNKNOWN, "没有这个案件", "there is no such case")
NO_SILENCE = refuse(Code.UNKNOWN, "没有这个静默", "there is no such silence")


def act(sheet: Sheet, case: str, wanted: Act, actor: Actor) -> Done | Refused:
    """Do one act on a case."""
    file = sheet.file(case)
    if file is None or not takes_part(sheet.city.person, file, sheet.city.duty):
        return NO_CASE
    more = [case_of(sheet.connection, wanted.warning)] if isinstance(wanted, Link) else []
    more += [wanted.into] if isinstance(wanted, Merge) else []
    city = sheet.city_around(file.case.rule, file.case.area, *more)
    if isinstance(wanted, Link):
        linked = read_warnings(sheet.connection, [wanted.warning])
        city = msgspec.structs.replace(city, warnings=linked)
    return _taken(sheet, do(file, wanted, actor, sheet.now, city))


def act_on_all(sheet: Sheet, parent: str, actor: Actor) -> Done | Refused:
    """Accept what waits below a folded parent, as far as this person may."""
    file = sheet.file(parent)
    if file is None or file.case.origin is not Origin.FOLDED:
        return NO_CASE
    below = ids_where(
        sheet.connection,
        cases.c.parent == parent,
        cases.c.state.in_(LIVE),
        limit=_MOST_CHILDREN,
    )
    children = sheet.files(below).values()
    return _taken(sheet, accept_all(file, children, actor, sheet.now, sheet.city))


def open_case(sheet: Sheet, wanted: Open, key: str, actor: Actor) -> Done | Refused:
    """Open a reported case; the same key gives the case that it gave before."""
    done = open_by_hand(wanted, key, actor, sheet.now, sheet.city)
    if isinstance(done, Done):
        before = sheet.file(done.file.case.id)
        if before is not None:
            return Done(file=before)
    return _taken(sheet, done)


def silence(sheet: Sheet, wanted: Silence, actor: Actor) -> Silence | Refused:
    """Make a silence."""
    return _silenced(sheet, make_silence(wanted, actor, sheet.now, sheet.city))


def lift(sheet: Sheet, name: str, reason: str, actor: Actor) -> Silence | Refused:
    """End a silence early; what it kept quiet is told."""
    kept = find_silence(sheet.connection, name)
    if kept is None:
        return NO_SILENCE
    return _silenced(sheet, lift_silence(kept, reason, actor, sheet.now, sheet.city))


def sign_for(sheet: Sheet, unit: str, actor: Actor) -> Entry | Refused:
    """Sign, coming on duty, for the list of a unit."""
    known = sheet.city.duty.units.get(unit)
    if known is None:
        return refuse(Code.UNKNOWN, "没有这个单位", "there is no such unit")
    watch = on_duty(known, sheet.now, sheet.city.duty.zone)
    if actor.by not in watch.who:
        return refuse(
            Code.FORBIDDEN,
            "只有本班人员可以接班签字",
            "only somebody of the watch that has begun can sign for its list",
        )
    if not sign(sheet.connection, unit, watch.starts_at, actor.by, sheet.now):
        return refuse(Code.CONFLICT, "本班已签字", "somebody has signed for this watch already")
    entry = Entry(
        act="hand_over",
        by=actor.by,
        how=actor.how.value,
        area=known.area,
        detail={"unit": unit, "watch": watch.shift, "watch_at": watch.starts_at},
    )
    sheet.log(entry)
    return entry


def _taken(sheet: Sheet, done: Done | Refused) -> Done | Refused:
    if isinstance(done, Done):
        sheet.take(done)
    return done


def _silenced(sheet: Sheet, made: Silenced | Refused) -> Silence | Refused:
    if isinstance(made, Refused):
        return made
    sheet.silence(made.silence)
    sheet.log(made.entry)
    return made.silence
