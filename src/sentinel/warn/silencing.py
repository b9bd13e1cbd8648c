"""Making silences and lifting them: who may, for how long, how far up."""

from hashlib import blake2b

import msgspec

from sentinel.domain.person import EVERYWHERE
from sentinel.domain.rank import Rank
from sentinel.warn.acts import Actor, Mute
from sentinel.warn.case import Case
from sentinel.warn.city import City
from sentinel.warn.fitness import blank
from sentinel.warn.may import runs
from sentinel.warn.outcome import Code, Refused, refuse
from sentinel.warn.silence import Silence, device_of
from sentinel.warn.trail import Entry

DAY = 86_400_000
LONGEST = 30 * DAY
LONGEST_OUT_OF_SERVICE = 366 * DAY


class Silenced(msgspec.Struct, frozen=True, kw_only=True):
    """A silence made or lifted, and its line in the trail."""

    silence: Silence
    entry: Entry


def make_silence(wanted: Silence, actor: Actor, now: int, city: City) -> Silenced | Refused:
    """Return the silence with its author and its id, or why there cannot be one.

    A red is never silenced for an area or a scenario, only for one device. `wanted.id` is a seed
    from the request, so that one sent twice makes one silence; `wanted.area` is where the device
    is, if it is for one.
    """
    refused = _may_not(wanted.area, actor, city) or blank(wanted.reason) or ill_formed(wanted, now)
    if refused:
        return refused
    silence = msgspec.structs.replace(
        wanted, id=_id(wanted.id, actor.by), author=actor.by, lifted_at=None
    )
    return Silenced(silence=silence, entry=_entry("silence", silence, actor, ""))


def lift_silence(
    silence: Silence, reason: str, actor: Actor, now: int, city: City
) -> Silenced | Refused:
    """Return the silence ended now; what it kept quiet is woken by `quiet.wake`."""
    refused = _may_not(silence.area, actor, city) or blank(reason)
    if refused:
        return refused
    if now >= silence.until:
        return refuse(Code.CONFLICT, "此静默已结束", "this silence is over")
    lifted = msgspec.structs.replace(silence, lifted_at=now)
    return Silenced(silence=lifted, entry=_entry("lift_silence", lifted, actor, reason))


def muted(case: Case, wanted: Mute, reason: str, actor: Actor, now: int) -> Silence | Refused:
    """Return the silence that goes with a verdict: for the case's device or judged area alone."""
    silence = Silence(
        id=_id("mute", case.id),
        author=actor.by,
        reason=reason,
        starts_at=now,
        ends_at=wanted.until,
        cap=Rank.RED if wanted.out_of_service else wanted.cap,
        area=case.area,
        subject=case.subject if case.subject == case.area else device_of(case.subject),
        out_of_service=wanted.out_of_service,
    )
    return ill_formed(silence, now) or silence


def ill_formed(silence: Silence, now: int) -> Refused | None:
    """Return what is wrong with a silence; None: nothing."""
    longest = LONGEST_OUT_OF_SERVICE if silence.out_of_service else LONGEST
    if not silence.starts_at < silence.ends_at or silence.ends_at <= now:
        return refuse(Code.INVALID, "结束时间须在将来", "the end must lie in the future")
    if silence.ends_at - silence.starts_at > longest:
        days = longest // DAY
        return refuse(Code.INVALID, f"最长 {days} 天", f"at most {days} days")
    if not (silence.area or silence.scenario or silence.subject):
        return refuse(
            Code.INVALID, "须指明区域、场景或设备", "name an area, a scenario or a device"
        )
    return _too_wide(silence)


def _too_wide(silence: Silence) -> Refused | None:
    if silence.subject:
        return None
    if silence.out_of_service:
        return refuse(Code.INVALID, "停用须指明设备", "what is out of service is a device: name it")
    if silence.cap is Rank.RED:
        return refuse(
            Code.INVALID,
            "红色预警只能按设备静默",
            "reds are silenced for single devices only",
        )
    return None


def _may_not(area: str, actor: Actor, city: City) -> Refused | None:
    if actor.by == city.person.id and runs(city.person, area):
        return None
    return refuse(
        Code.FORBIDDEN,
        "只有该区域的值班员或主管可以静默",
        "only operators and supervisors of that area silence anything there",
    )


def _id(*seed: str) -> str:
    text = "\x00".join(["silence", *seed])
    return blake2b(text.encode(), digest_size=6).hexdigest()


def _entry(act: str, silence: Silence, actor: Actor, reason: str) -> Entry:
    detail = (
        {**msgspec.to_builtins(silence), "why": reason} if reason else msgspec.to_builtins(silence)
    )
    return Entry(
        act=act,
        by=actor.by,
        how=actor.how.value,
        on_behalf_of=actor.on_behalf_of,
        area=silence.area or EVERYWHERE,
        detail=detail,
    )
