"""The bulletin, put together: cases from the desk's database, names from what is in force."""

from sentinel.app.clock import WallClock
from sentinel.app.paths import Paths
from sentinel.app.people import account, trail_at
from sentinel.config import BundleStore, Config
from sentinel.desk import open_database
from sentinel.desk.publish.cases import cases_opened
from sentinel.desk.transactions import reading, writing
from sentinel.document import nearest
from sentinel.domain.area import Area, Level
from sentinel.domain.clock import Clock
from sentinel.domain.errors import ServiceError
from sentinel.publish.bulletin.figures import Asked, Figures, gather
from sentinel.publish.bulletin.page import write_bulletin
from sentinel.publish.bulletin.speech import Names
from sentinel.warn.trail import Entry


def bulletin(config: Config, start: int, end: int, area: str, clock: Clock | None = None) -> str:
    """Return the bulletin of start <= time < end as HTML, and say in the trail that it was made.

    start, end: Milliseconds since 1970 UTC. area: Code; empty: the city.

    Raises:
        ServiceError: There is no such area, or the desk's database cannot be read.
    """
    clock = clock or WallClock()
    areas = _areas(config)
    asked = Asked(start=start, end=end, now=clock.now(), zone=config.zone, area=_known(area, areas))
    figures = _figures(config, asked, clock)
    events = config.desk.publish.events.items()
    scenarios = {
        scenario: {str(language): word for language, word in words.items()}
        for scenario, words in events
    }
    return write_bulletin(
        figures, Names(areas={one.code: one.name for one in areas}, scenarios=scenarios)
    )


def _areas(config: Config) -> list[Area]:
    """Return the areas in force; none before the first bundle."""
    bundles = BundleStore(Paths(config.data).bundles)
    names = bundles.names()
    return list(bundles.load(names[-1]).registry.areas) if names else []


def _known(area: str, areas: list[Area]) -> str:
    """Return the code under which cases have an area; the city's is empty."""
    levels = {one.code: one.level for one in areas}
    if area and areas and area not in levels:
        hint = nearest(area, levels)
        message = f"bulletin: there is no area {area!r} in the registry; {hint}".rstrip("; ")
        raise ServiceError(message)
    return "" if levels.get(area) is Level.CITY else area


def _figures(config: Config, asked: Asked, clock: Clock) -> Figures:
    engine = open_database(config.desk.where(Paths(config.data).desk))
    try:
        with reading(engine) as connection:
            files = cases_opened(connection, asked.start, asked.end, asked.area)
            figures = gather(files, asked)
        detail = {"what": "bulletin", "from": asked.start, "to": asked.end}
        exported = Entry(
            act="exported",
            by=f"terminal:{account()}",
            how="command",
            area=asked.area,
            detail=detail,
        )
        with writing(engine) as connection:
            trail_at(clock)(connection, [exported])
    finally:
        engine.dispose()
    return figures
