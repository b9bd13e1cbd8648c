"""What pages and machines ask of warnings and of the system: one method a question of the API."""

from collections.abc import Iterable

import msgspec

from sentinel.console.areas import standing_shape
from sentinel.console.case_view import CaseView
from sentinel.console.city_shapes import ServiceShape, StatusShape
from sentinel.console.fresh import Fresh
from sentinel.console.ground import Ground
from sentinel.console.lines import detail, line
from sentinel.console.places import write_place
from sentinel.console.plainly import NotFoundError
from sentinel.console.ports import ServiceState
from sentinel.console.shapes import Detail, Line, ListShape
from sentinel.console.stream import News
from sentinel.console.who import must_see
from sentinel.domain.person import Person
from sentinel.warn.listing import Chosen, Listed, Opened, place_of
from sentinel.warn.picture import CITY

_STATUS_SECONDS = 2.0


class View:
    """Answers from the desk, the registry and the services; any thread may ask.

    Args:
        ground: What it asks.
        cases: What it asks of cases, for streams.
        heartbeat_ms: How often streams say that they live, so that pages know when one does not.
    """

    def __init__(self, ground: Ground, cases: CaseView, *, heartbeat_ms: int = 5_000) -> None:
        self._ground = ground
        self._cases = cases
        self._heartbeat_ms = heartbeat_ms
        self.desk = ground.desk
        self._services = Fresh(ground.sources.status, seconds=_STATUS_SECONDS)

    def page(self, who: Person, chosen: Chosen) -> ListShape:
        """Return one page of warnings."""
        revision = self.desk.revision  # before the list is read: what changes meanwhile comes again
        area = self._ground.gazetteer().key(chosen.area)
        chosen = msgspec.structs.replace(chosen, area=area, seen=who.areas)
        found = self.desk.warnings(chosen)
        return ListShape.model_construct(
            warnings=self._lines(found),
            total=self.desk.count(chosen),
            next=write_place(place_of(found[-1])) if len(found) == chosen.limit else None,
            revision=revision,
        )

    def opened(self, who: Person, warning: str) -> Opened:
        """Return one warning that somebody sees.

        Raises:
            NotFoundError: There is none such, or not for them.
        """
        opened = self.desk.warning(warning)
        return _there(opened, who, warning)

    def detail(self, who: Person, warning: str) -> Detail:
        """Return one warning with all that belongs to it."""
        return detail(self.opened(who, warning), self._ground.glance())

    @property
    def revision(self) -> int:
        """The number of the last change; cheap."""
        return self.desk.revision

    def since(self, who: Person, after: int, most: int) -> News:
        """Return what changed after a revision, `most` of each kind; nothing that is held back."""
        newest = self.desk.revision  # all up to here can be read by now
        warnings = self.desk.changes(after, most, who.areas)
        cases = self.desk.changed_cases(after, most, who.areas)
        ends = [found[-1].revision for found in (warnings, cases) if len(found) == most]
        upto = min([newest, *ends])
        told = [one for one in warnings if one.warning.told_at is not None]
        lines = self._lines(one for one in told if one.revision <= upto)
        changed = self._cases.lines(who, [one for one in cases if one.revision <= upto])
        return News({"warnings": lines, "cases": changed}, upto)

    def status(self, who: Person) -> StatusShape:
        """Return how the system itself is, and how what somebody sees stands."""
        city = self._ground.sources.city()
        return StatusShape.model_construct(
            now=self._ground.now(),
            zone=city.zone if city else "UTC",
            city=self._ground.gazetteer().city.name,
            revision=self.desk.revision,
            heartbeat_ms=self._heartbeat_ms,
            services=[_service(state) for state in self._services()],
            standing=standing_shape(self._ground.picture(who)[CITY]),
        )

    def _lines(self, found: Iterable[Listed]) -> list[Line]:
        listed = list(found)
        orders = [one.order for one in listed if one.order]
        self._ground.names.learn(
            name for order in orders for name in (order.accepted_by, order.accepted_for)
        )
        glance = self._ground.glance()
        return [line(one, glance) for one in listed]


def _there(opened: Opened | None, who: Person, warning: str) -> Opened:
    what = f"warning {warning!r}"
    if opened is None:
        message = f"there is no {what}"
        raise NotFoundError(message)
    must_see(who, opened.listed.warning.area, what)
    return opened


def _service(state: ServiceState) -> ServiceShape:
    return ServiceShape(
        service=state.service,
        state=state.state,
        words=state.words,
        lag_seconds=state.lag_seconds,
    )
