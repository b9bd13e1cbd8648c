"""The path of a question: `Things('lj-01')/Datastreams`."""

import re

import msgspec

from sentinel.publish.sensorthings.refusal import BadQueryError

MOST_SEGMENTS = 6
_SEGMENT = re.compile(
    r"(?P<name>\$?[A-Za-z_@][\w.@:-]*)(?:\((?:'(?P<text>(?:[^']|'')*)'|(?P<bare>[\w.-]+))\))?(?:/|\Z)"
)


class Segment(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a path. key: The id in its parentheses; None: it has none."""

    name: str
    key: str | None = None


def parse_path(text: str) -> list[Segment]:
    """Return the steps of a path; none for the root.

    >>> [(one.name, one.key) for one in parse_path("Datastreams('lj-01/level')/Thing")]
    [('Datastreams', 'lj-01/level'), ('Thing', None)]

    Raises:
        BadQueryError: It is no path.
    """
    plain, at = text.strip("/"), 0
    found: list[Segment] = []
    while at < len(plain):
        match = _SEGMENT.match(plain, at)
        if match is None or len(found) == MOST_SEGMENTS:
            message = (
                f"a path is a set, an id in parentheses and links, such as "
                f"`Things('lj-01')/Datastreams`, {MOST_SEGMENTS} steps at most; got {plain!r:.120}"
            )
            raise BadQueryError(message)
        key = match["bare"] if match["text"] is None else match["text"].replace("''", "'")
        found.append(Segment(name=match["name"], key=key))
        at = match.end()
    return found
