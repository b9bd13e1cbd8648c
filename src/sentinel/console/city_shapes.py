"""What the API says of areas, readings and the system itself."""

from typing import Literal

from sentinel.console.shapes import PlacedDeviceShape, RankWord, Shape, SightWord, Words


class StandingShape(Shape):
    """How an area stands, everything below it included.

    ranks: Open warnings by rank. blind: Those that cannot be seen. waiting: Not accepted.
    sight: Blind also where none of its own is, while nothing of the city can be seen (`dark`).
    """

    worst: RankWord
    sight: SightWord
    open: int
    blind: int
    waiting: int
    waiting_red: int
    dark: bool
    ranks: dict[RankWord, int]


class AreaShape(Shape):
    """One area; the city's code is where `within` is left out."""

    code: str
    parent: str
    level: Literal["city", "district", "street", "grid", "building"]
    name: Words
    has_below: bool
    standing: StandingShape


class AreasShape(Shape):
    """An area, the way down to it from the city, and what lies below it, to the depth asked."""

    path: list[AreaShape]
    area: AreaShape
    below: list[AreaShape]


class PlacedDevicesShape(Shape):
    """Devices in an area and below it, as many as were asked for."""

    devices: list[PlacedDeviceShape]


class SeriesShape(Shape):
    """Readings oldest first, three columns of one length; None: unknown.

    thinned: There were more; each stretch's lowest and highest are kept.
    """

    device: str
    metric: str
    unit: str
    time: list[int]
    value: list[float | None]
    quality: list[int]
    thinned: bool


class ServiceShape(Shape):
    """How one service is: `ok`, or a plain sentence; `words` says it by language."""

    service: str
    state: str
    words: Words
    lag_seconds: float | None


class StatusShape(Shape):
    """How the system itself is; a stream that is silent for some heartbeats is dead."""

    now: int
    zone: str
    city: Words
    revision: int
    heartbeat_ms: int
    services: list[ServiceShape]
    standing: StandingShape
