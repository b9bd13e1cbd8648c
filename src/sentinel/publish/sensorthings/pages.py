"""Pages of entities: chosen, in order, bounded, with what they lead to where that is cheap."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sentinel.document import nearest
from sentinel.publish.sensorthings.catalogue import SINGLE, Catalogue, Sight
from sentinel.publish.sensorthings.entities import address, entity, next_link, with_expanded
from sentinel.publish.sensorthings.evaluate import ColumnOf, arrange, choose
from sentinel.publish.sensorthings.observations import Observations, Stream, page_of
from sentinel.publish.sensorthings.options import MOST, PAGE, Expand, Options
from sentinel.publish.sensorthings.refusal import BadQueryError
from sentinel.publish.sensorthings.series import ReadSeries
from sentinel.publish.sensorthings.sets import EntitySet, Rows
from sentinel.publish.sensorthings.vectors import Vector

Pairs = Sequence[tuple[str, str]]
_EXPANDED = 100
"""Entities of a page that brings others along, and of each page brought along."""
_WITH_READINGS = 25
"""Entities of a page that brings Observations along: each is a question to the store."""


class At(NamedTuple):
    """A set as it was asked for. address: Its own. pairs: The options as they were written."""

    address: str
    pairs: Pairs


class Pages:
    """Writes pages for one person.

    Args:
        catalogue: The sets.
        sight: What of them the person sees.
        read: The store.
        base: Where `/v1.1` is, without a slash at the end.
        now: Milliseconds since 1970 UTC.
    """

    def __init__(
        self, catalogue: Catalogue, sight: Sight, read: ReadSeries, base: str, now: int
    ) -> None:
        self.catalogue = catalogue
        self.sight = sight
        self._read = read
        self._now = now
        self.base = base

    def entities(
        self, of: EntitySet, rows: Rows, options: Options, at: At, most: int = MOST
    ) -> dict[str, Any]:
        """Return a page of a set's chosen rows, `most` of them at most."""
        if options.after is not None:
            message = "`$skiptoken` is for Observations; elsewhere there is `$skip`"
            raise BadQueryError(message)
        chosen = self._arranged(of, rows, options)
        top = _top(options, min(most, _most(options)))
        page = chosen[options.skip : options.skip + top].tolist()
        found: dict[str, Any] = {"@iot.count": len(chosen)} if options.count else {}
        if page and options.skip + top < len(chosen):
            found |= _next(at, options.skip + top)
        found["value"] = [self.one(of, row, options) for row in page]
        return found

    def one(self, of: EntitySet, row: int, options: Options) -> dict[str, Any]:
        """Return one entity with what it brings along."""
        written = entity(of, row, self.base, options.select)
        for expand in options.expand:
            written = with_expanded(written, expand.link, self._expanded(of, row, expand))
        return written

    def observations(self, row: int, options: Options, at: At, most: int = MOST) -> dict[str, Any]:
        """Return a page of a series."""
        top = _top(options, min(most, _EXPANDED if options.expand else MOST))
        page = page_of(self.stream(row), options, top)
        found: dict[str, Any] = {"@iot.count": page.total} if options.count else {}
        if top and (page.after is not None or page.skip):
            found |= _next(at, page.skip, page.after)
        shown = [self.observation(row, page.found, one, options) for one in page.rows]
        found["value"] = shown
        return found

    def observation(
        self, row: int, found: Observations, one: int, options: Options
    ) -> dict[str, Any]:
        """Return one reading of a series, with what it brings along."""
        written = entity(found, one, self.base, options.select)
        for expand in options.expand:
            of, target = self.of_observation(row, expand.link)
            told = None if target < 0 else self.one(of, target, expand.options)
            written = with_expanded(written, expand.link, told)
        return written

    def of_observation(self, row: int, link: str) -> tuple[EntitySet, int]:
        """Return what a link of a series' readings leads to; -1: there is none, or it is hidden."""
        if link == "Datastream":
            return self.catalogue.streams, row
        if link != "FeatureOfInterest":
            raise BadQueryError(_no_link("Observations", link, Observations.links))
        device, _metric = self.catalogue.streams.place(row)
        area = int(self.catalogue.registry.device_area[device])
        seen = area if self.sight.sees("FeaturesOfInterest", area) else -1
        return self.catalogue.sets["FeaturesOfInterest"], seen

    def stream(self, row: int) -> Stream:
        """Return a series to be read."""
        streams, registry = self.catalogue.streams, self.catalogue.registry
        metric = registry.metrics[streams.place(row)[1]]
        return Stream(streams.ident(row), metric, self._read, self._now)

    def reached(self, of: EntitySet, row: int, link: str) -> Rows:
        """Return what a link leads to and the person sees."""
        if link not in of.links:
            raise BadQueryError(_no_link(of.name, link, of.links))
        return self.sight.among(of.links[link], self.catalogue.follow(of.name, row, link))

    def _expanded(self, of: EntitySet, row: int, expand: Expand) -> dict[str, Any] | None:
        at = At(f"{address(self.base, of.name, of.ident(row))}/{expand.link}", expand.pairs)
        options = expand.options
        if of.name == "Datastreams" and expand.link == "Observations":
            return self.observations(row, options, at, _EXPANDED)
        rows = self.reached(of, row, expand.link)
        target = self.catalogue.sets[of.links[expand.link]]
        if expand.link in SINGLE:
            return self.one(target, int(rows[0]), options) if len(rows) else None
        return self.entities(target, rows, options, at, _EXPANDED)

    def _arranged(self, of: EntitySet, rows: Rows, options: Options) -> Rows:
        if options.filter is not None:
            rows = rows[choose(options.filter, _columns(of, rows), len(rows))]
        column = _columns(of, rows)
        order = [(column(one.path), one.goes_down) for one in options.order]
        return rows[arrange(order, len(rows))] if order else rows


def _columns(of: EntitySet, rows: Rows) -> ColumnOf:
    """Return what gives the columns of some rows, which stand in the order of their numbers."""

    def column(path: str) -> Vector:
        whole = of.column(path)
        is_all = whole.values.ndim > 0 and len(rows) == len(whole.values)
        return whole if is_all else whole.take(rows)

    return column


def _next(at: At, skip: int, after: int | None = None) -> dict[str, Any]:
    """`$top` stays: to those who follow, it is the size of a page."""
    changed = {"$skip": skip or None, "$skiptoken": after}
    return {"@iot.nextLink": next_link(at.address, at.pairs, changed)}


def _top(options: Options, most: int) -> int:
    return min(PAGE if options.top is None else options.top, most)


def _most(options: Options) -> int:
    links = {expand.link for expand in options.expand}
    if "Observations" in links:
        return _WITH_READINGS
    return _EXPANDED if links else MOST


def _no_link(of: str, link: str, known: Mapping[str, str]) -> str:
    hint = nearest(link, known) or f"there are {', '.join(known)}"
    return f"{of} lead to no {link!r:.80}; {hint}"
