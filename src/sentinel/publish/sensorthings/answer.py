"""From a path and its options to an answer."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sentinel.document import nearest
from sentinel.publish.sensorthings.catalogue import SINGLE
from sentinel.publish.sensorthings.entities import ID, SELF, encoded
from sentinel.publish.sensorthings.evaluate import demanded
from sentinel.publish.sensorthings.observations import Observations
from sentinel.publish.sensorthings.options import Options, parse_options
from sentinel.publish.sensorthings.pages import At, Pages, Pairs
from sentinel.publish.sensorthings.refusal import BadQueryError, NotThereError
from sentinel.publish.sensorthings.resource import Segment, parse_path
from sentinel.publish.sensorthings.sets import EntitySet, Rows
from sentinel.publish.sensorthings.words import CONFORMANCE

_STREAM = frozenset({"Datastream/id", "Datastream/@iot.id"})
_MOST_DIGITS = 15
"""Of a time in an id: to the year 33658."""


class Plain(NamedTuple):
    """A bare value, asked for by `$value`."""

    text: str


class _Many(NamedTuple):
    of: EntitySet
    rows: Rows


class _One(NamedTuple):
    of: EntitySet
    row: int


class _Readings(NamedTuple):
    stream: int


class _Reading(NamedTuple):
    stream: int
    found: Observations
    row: int


class _Nothing(NamedTuple):
    """Readings of a series that is not there, or not for these eyes."""


class _Property(NamedTuple):
    name: str
    value: Any


_Place = _Many | _One | _Readings | _Nothing | _Reading | _Property


class Answerer:
    """Answers one person's questions about one registry.

    Args:
        pages: Writes what was found.
    """

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._sets = pages.catalogue.sets
        self._sight = pages.sight

    def answer(self, path: str, pairs: Pairs) -> dict[str, Any] | Plain:
        """Return what is at a path.

        Args:
            path: What comes after `/v1.1/`, decoded.
            pairs: The query's options as they were written, decoded.

        Raises:
            BadQueryError: Path or options make no sense, or ask for more than an answer may hold.
            NotThereError: There is nothing there.
        """
        segments = parse_path(path)
        options = parse_options(pairs)
        if not segments:
            return self._root()
        last = segments[-1].name
        walked = segments[:-1] if last in {"$ref", "$value"} else segments
        if not walked:
            message = f"`{last}` follows a path"
            raise BadQueryError(message)
        place = self._walk(walked, options)
        if last == "$value":
            return _bare(place)
        found = self._written(
            place, options, At(f"{self._pages.base}/{encoded(path.strip('/'))}", pairs)
        )
        return _only_addresses(found) if last == "$ref" else found

    def _root(self) -> dict[str, Any]:
        base = self._pages.base
        names = [*self._sets, "Observations"]
        return {
            "value": [{"name": name, "url": f"{base}/{name}"} for name in names],
            "serverSettings": {"conformance": list(CONFORMANCE)},
        }

    def _walk(self, segments: list[Segment], options: Options) -> _Place:
        place = self._begin(segments[0], options, is_last=len(segments) == 1)
        for segment in segments[1:]:
            place = self._step(place, segment)
        return place

    def _begin(self, first: Segment, options: Options, *, is_last: bool) -> _Place:
        if first.name == "Observations":
            if first.key is not None:
                return self._reading(first.key)
            return self._readings_asked_for(options, is_last=is_last)
        of = self._sets.get(first.name)
        if of is None:
            known = [*self._sets, "Observations"]
            hint = nearest(first.name, known) or f"there are {', '.join(known)}"
            message = f"there is no set {first.name!r:.80}; {hint}"
            raise NotThereError(message)
        many = _Many(of, self._sight.all_of(of.name))
        return many if first.key is None else self._one_of(many, first.key, is_all=True)

    def _step(self, place: _Place, segment: Segment) -> _Place:
        match place:
            case _One(of, row) if segment.name in of.links:
                return self._linked(of, row, segment)
            case _Reading(stream, _found, _row) if segment.name in Observations.links:
                of, target = self._pages.of_observation(stream, segment.name)
                return _One(of, self._there(of, target, segment.name))
            case _One(of, row) if segment.key is None:
                return _property(of.name, {ID: of.ident(row), **of.properties(row)}, segment.name)
            case _Reading(_stream, found, row) if segment.key is None:
                told = {ID: found.ident(row), **found.properties(row)}
                return _property(found.name, told, segment.name)
            case _:
                message = f"nothing leads to {segment.name!r:.80} from there"
                raise NotThereError(message)

    def _linked(self, of: EntitySet, row: int, segment: Segment) -> _Place:
        if segment.name == "Observations" and of.name == "Datastreams":
            return _Readings(row) if segment.key is None else self._reading(segment.key, row)
        rows = self._pages.reached(of, row, segment.name)
        target = self._sets[of.links[segment.name]]
        if segment.name in SINGLE:
            return _One(target, self._there(target, int(rows[0]), segment.name))
        many = _Many(target, rows)
        return many if segment.key is None else self._one_of(many, segment.key, is_all=False)

    def _one_of(self, many: _Many, key: str, *, is_all: bool) -> _One:
        row = many.of.row(key)
        if not self._sight.sees(many.of.name, row) or not (is_all or row in many.rows):
            message = f"there is no {key!r:.80} among these {many.of.name}"
            raise NotThereError(message)
        return _One(many.of, row)

    def _there(self, of: EntitySet, row: int, link: str) -> int:
        if not self._sight.sees(of.name, row):
            message = f"there is no {link} here"
            raise NotThereError(message)
        return row

    def _reading(self, key: str, among: int | None = None) -> _Reading:
        """An Observation's id is its Datastream's and its time."""
        ident, _, written = key.rpartition("/")
        row = self._pages.catalogue.streams.row(ident)
        digits = written.removeprefix("-")
        is_time = digits.isascii() and digits.isdecimal() and len(digits) <= _MOST_DIGITS
        if is_time and among in {None, row} and self._sight.sees("Datastreams", row):
            at = int(written)
            found = self._pages.stream(row).window(at, at + 1, 1)
            if len(found):
                return _Reading(row, found, 0)
        message = f"there is no Observation {key!r:.120}"
        raise NotThereError(message)

    def _readings_asked_for(self, options: Options, *, is_last: bool) -> _Place:
        """All readings of a city are no list; those of one Datastream are."""
        ident = demanded(options.filter, _STREAM)
        if ident is None or not is_last:
            message = (
                "ask for Observations by their Datastream: `Datastreams('...')/Observations`, or "
                "`$filter=Datastream/id eq '...'`; the newest of many: "
                "`Datastreams?$expand=Observations($top=1)`"
            )
            raise BadQueryError(message)
        row = self._pages.catalogue.streams.row(ident)
        if not self._sight.sees("Datastreams", row):
            return _Nothing()
        return _Readings(row)

    def _written(self, place: _Place, options: Options, at: At) -> dict[str, Any]:
        match place:
            case _Many(of, rows):
                return self._pages.entities(of, rows, options, at)
            case _Readings(stream):
                return self._pages.observations(stream, options, at)
            case _Nothing():
                return {**({"@iot.count": 0} if options.count else {}), "value": []}
            case _:
                _only_shape(options)
                return self._single(place, options)

    def _single(self, place: _One | _Reading | _Property, options: Options) -> dict[str, Any]:
        match place:
            case _One(of, row):
                return self._pages.one(of, row, options)
            case _Reading(stream, found, row):
                return self._pages.observation(stream, found, row, options)
            case _Property(name, value):
                return {name: value}


def _only_shape(options: Options) -> None:
    """One entity has no order and no pages."""
    shape = Options(select=options.select, expand=options.expand)
    if options != shape:
        message = (
            "one entity is asked for with `$select` and `$expand`; the other options choose many"
        )
        raise BadQueryError(message)


def _property(of: str, told: Mapping[str, Any], name: str) -> _Property:
    key = ID if name == "id" else name
    if key not in told:
        hint = nearest(name, told) or f"there are {', '.join(told)}"
        message = f"{of} have no {name!r:.80}; {hint}"
        raise NotThereError(message)
    return _Property(key, told[key])


def _bare(place: _Place) -> Plain:
    if not isinstance(place, _Property):
        message = "`$value` follows a property, such as `Things('x')/name/$value`"
        raise BadQueryError(message)
    return Plain("" if place.value is None else str(place.value))


def _only_addresses(found: dict[str, Any]) -> dict[str, Any]:
    if "value" not in found:
        message = "`$ref` follows a set"
        raise BadQueryError(message)
    return found | {"value": [{SELF: one[SELF]} for one in found["value"] if SELF in one]}
