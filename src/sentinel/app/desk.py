"""`sentinel desk`: warnings for people, pages and API, as a service."""

from collections.abc import Callable, Sequence
from threading import Event
from typing import Any

from sentinel.app.clock import WallClock
from sentinel.app.paths import Paths
from sentinel.app.service import run_service
from sentinel.app.status import Status, look
from sentinel.app.upkeep import CursorFile
from sentinel.bundle import Bundle
from sentinel.config import BundleStore, Config
from sentinel.console.ports import Limits, ServiceState, Sources
from sentinel.console.server import build_server
from sentinel.desk import Desk, DeskService, Intake, open_database
from sentinel.domain.clock import Clock
from sentinel.journal import JournalReader
from sentinel.observe.sentences import sentence, state, words_of
from sentinel.store import open_store


def desk(config: Config, port: int | None = None) -> None:
    """Run until a signal stops it; `port` outvotes the configuration's."""
    paths = Paths(config.data)
    clock = WallClock()
    the_desk = Desk(open_database(config.desk.database or paths.desk / "desk.sqlite"), clock)
    intake = desk_intake(config, the_desk, clock)
    store = open_store(config.store, paths.store)
    server = build_server(
        Sources(
            desk=the_desk,
            city=_newest_bundle(BundleStore(paths.bundles)),
            readings=store.readings,
            status=lambda: service_states(look(paths, count_waiting=False)),
            clock=clock,
        ),
        host=config.desk.host,
        port=config.desk.port if port is None else port,
        limits=Limits(
            hosts=config.desk.hosts,
            streams=config.desk.most_streams,
            heartbeat_seconds=config.desk.heartbeat / 1000,
        ),
    )

    def health() -> dict[str, Any]:
        return {
            **state(intake.troubles()),
            "row": intake.cursor,
            "lag_seconds": intake.lag_seconds(),
            "losses": intake.losses,
        }

    def body(stop: Event) -> None:
        try:
            DeskService(intake, server).run(stop)
        finally:
            the_desk.close()
            store.close()

    run_service(
        "desk",
        paths,
        body,
        health,
        observe=config.observe,
        host=config.desk.host,
        port=server.port,
    )


def desk_intake(config: Config, the_desk: Desk, clock: Clock) -> Intake:
    """Return what carries findings to the desk, and tells how far: detect keeps the rest for it."""
    findings = Paths(config.data).findings
    cursor = CursorFile(findings, "desk")
    return Intake(the_desk, JournalReader(findings), config.desk, clock, on_taken=cursor.note)


def service_states(status: Status) -> Sequence[ServiceState]:
    """Return how the services are, as pages show it; a journal that cannot be read is one more."""
    found = [
        ServiceState(
            service=name,
            state=health["state"],
            words=words_of(health),
            lag_seconds=status.lag[name].seconds if name in status.lag else None,
        )
        for name, health in status.services.items()
    ]
    if status.unreadable:
        words = sentence("journal_unreadable", why=status.unreadable)
        found.append(ServiceState(service="journal", state=words["en"], words=words))
    return found


def _newest_bundle(bundles: BundleStore) -> Callable[[], Bundle | None]:
    def newest() -> Bundle | None:
        names = bundles.names()
        return bundles.load(names[-1]) if names else None

    return newest
