"""Charts in SVG that stretch with the page; what must be read is text beside them."""

from collections.abc import Mapping, Sequence
from xml.etree import ElementTree as ET

from sentinel.domain.rank import Rank
from sentinel.publish.bulletin.columns import Column
from sentinel.publish.bulletin.figures import RANKS
from sentinel.publish.bulletin.markup import tag

STACK = (*RANKS, Rank.NONE)
"""From the axis on: the worst is where the eye compares best."""
_HEIGHT = 100.0
_GAP = 0.14
"""Of a column's width."""


def bar(ranks: Mapping[Rank, int], most: int, said: str) -> ET.Element:
    """Return one row of a stacked chart; it is as wide as the page where `most` are counted."""
    at, parts = 0.0, []
    for rank in STACK:
        width = 100 * ranks.get(rank, 0) / max(most, 1)
        if width:
            parts.append(_part(rank, at, 0, width, 10))
            at += width
    return _drawing(said, "bar", "0 0 100 10", *parts)


def share(ratio: float | None, said: str) -> ET.Element:
    """Return a bar of which `ratio` is full; None: all of it is empty."""
    full = tag("rect", x=0, y=0, width=100 * (ratio or 0), height=10, class_="full")
    empty = tag("rect", x=0, y=0, width=100, height=10, class_="empty")
    return _drawing(said, "bar", "0 0 100 10", empty, full)


def columns(found: Sequence[Column], said: str) -> ET.Element:
    """Return columns over time, the highest as high as the chart."""
    most = max((sum(column.ranks.values()) for column in found), default=0) or 1
    parts = []
    for number, column in enumerate(found):
        base = _HEIGHT
        for rank in STACK:
            height = _HEIGHT * column.ranks.get(rank, 0) / most
            if height:
                base -= height
                parts.append(_part(rank, number + _GAP / 2, base, 1 - _GAP, height))
    return _drawing(said, "columns", f"0 0 {max(len(found), 1)} {_HEIGHT:.0f}", *parts)


def _part(rank: Rank, x: float, y: float, width: float, height: float) -> ET.Element:
    return tag("rect", x=x, y=y, width=width, height=height, class_=f"rank-{rank.word}")


def _drawing(said: str, kind: str, box: str, *parts: ET.Element) -> ET.Element:
    drawing = tag("svg", tag("title", said), *parts, class_=kind, role="img")
    drawing.set("viewBox", box)
    drawing.set("preserveAspectRatio", "none")
    return drawing
