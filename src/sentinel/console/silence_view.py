"""Silences as people see, make and lift them."""

import msgspec

from sentinel.console.case_shapes import SilenceShape, SilencesShape
from sentinel.console.forms import LiftForm, SilenceForm
from sentinel.console.ground import Glance, Ground
from sentinel.console.plainly import NotFoundError
from sentinel.console.shapes import RANK_WORD
from sentinel.domain.person import Person
from sentinel.domain.rank import RANK_WORDS
from sentinel.warn.acts import Actor
from sentinel.warn.may import runs
from sentinel.warn.outcome import Code, Refused, refuse
from sentinel.warn.silence import Silence, device_of


class SilenceView:
    """Answers and acts through the desk; any thread may ask."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def listed(self, who: Person) -> SilencesShape:
        """Return those that count, or will, in what somebody sees or around it."""
        found = [one for one in self._ground.desk.silences() if _touches(who, one)]
        self._ground.names.learn(one.author for one in found)
        glance = self._ground.glance()
        return SilencesShape(silences=[self._shape(one, who, glance) for one in found])

    def make(self, who: Person, form: SilenceForm) -> SilenceShape | Refused:
        """Make a silence; one for a device lies where that is."""
        now, area = self._ground.now(), self._area(form)
        if area is None:
            return refuse(Code.UNKNOWN, "没有这个区域或设备", "there is no such area or device")
        wanted = Silence(
            id=form.key,
            author=who.id,
            reason=form.reason,
            starts_at=now if form.starts_at is None else form.starts_at,
            ends_at=form.ends_at,
            cap=RANK_WORDS[form.cap],
            area=area,
            scenario=form.scenario,
            subject=form.subject,
            out_of_service=form.out_of_service,
        )
        return self._told(who, self._ground.desk.silence(wanted, Actor(by=who.id), who))

    def lift(self, who: Person, silence: str, form: LiftForm) -> SilenceShape | Refused:
        """End a silence early.

        Raises:
            NotFoundError: There is none such that counts, or not for them.
        """
        known = next((one for one in self._ground.desk.silences() if one.id == silence), None)
        if known is None or not _touches(who, known):
            message = f"there is no silence {silence!r} that counts"
            raise NotFoundError(message)
        lifted = self._ground.desk.lift(silence, form.reason, Actor(by=who.id), who)
        return self._told(who, lifted)

    def _told(self, who: Person, done: Silence | Refused) -> SilenceShape | Refused:
        if isinstance(done, Refused):
            return done
        return self._shape(done, who, self._ground.glance())

    def _area(self, form: SilenceForm) -> str | None:
        """Return the area of a silence; None: there is no such area, or device."""
        gazetteer, registry = self._ground.gazetteer(), self._ground.registry()
        area = gazetteer.key(form.area)
        if area and gazetteer.by_code and area not in gazetteer.by_code:
            return None
        if area or not form.subject or registry is None:
            return area
        number = registry.device_number.get(device_of(form.subject))
        if number is None:
            return form.subject if form.subject in gazetteer.by_code else None
        return gazetteer.key(registry.area_code(number))

    def _shape(self, silence: Silence, who: Person, at: Glance) -> SilenceShape:
        now = self._ground.now()
        plain = msgspec.structs.asdict(silence)
        return SilenceShape(
            **plain
            | {
                "cap": RANK_WORD[silence.cap],
                "author": at.names(silence.author),
                "author_id": silence.author,
                "place": at.gazetteer.place(silence.area),
                "holds": silence.holds_at(now),
                "may_lift": now < silence.until and runs(who, silence.area),
            }
        )


def _touches(who: Person, silence: Silence) -> bool:
    return who.sees(silence.area) or who.passes(silence.area)
