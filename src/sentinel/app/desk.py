"""`sentinel desk`: warnings and cases for people, pages and API, as a service."""

from collections.abc import Sequence
from contextlib import closing
from threading import Event
from typing import Any

from sentinel.app.clock import WallClock
from sentinel.app.delivery import open_delivery
from sentinel.app.office import opened_office
from sentinel.app.paths import Paths
from sentinel.app.people import keep_key, make_key
from sentinel.app.service import run_service
from sentinel.app.status import Status, look
from sentinel.app.upkeep import CursorFile
from sentinel.config import Config
from sentinel.console.ports import Limits, ServiceState
from sentinel.console.server import build_server
from sentinel.desk import Clocks, Desk, DeskService, Intake
from sentinel.desk.delivery import Delivery
from sentinel.domain.clock import Clock
from sentinel.journal import JournalReader
from sentinel.observe.sentences import sentence, state, words_of
from sentinel.store import open_store


def desk(config: Config, port: int | None = None) -> None:
    """Run until a signal stops it; `port` outvotes the configuration's."""
    paths, clock, key = Paths(config.data), WallClock(), make_key()
    with (
        opened_office(config, clock, key) as office,
        closing(open_store(config.store, paths.store)) as store,
    ):
        intake, clocks = (
            desk_intake(config, office.desk, clock),
            Clocks(office.desk, lambda: office.noted.write(office.desk)),
        )
        delivery = open_delivery(config, office.engine, clock)
        server = build_server(
            office.sources(
                store.readings, lambda: service_states(look(paths, count_waiting=False))
            ),
            host=config.desk.host,
            port=config.desk.port if port is None else port,
            limits=limits(config),
        )
        keep_key(paths.run, key)  # the port is ours, and so is the place of the one desk here

        def body(stop: Event) -> None:
            beside = {
                "taking findings": intake.run,
                "minding clocks": clocks.run,
                "delivering": delivery.run,
            }
            DeskService(server, beside).run(stop)

        run_service(
            "desk",
            paths,
            body,
            lambda: desk_health(intake, clocks, delivery, office.fault()),
            observe=config.observe,
            host=config.desk.host,
            port=server.port,
        )


def limits(config: Config) -> Limits:
    """Return what the desk lets callers do."""
    return Limits(
        hosts=config.desk.hosts,
        secure=config.desk.people.secure_cookies,
        site=config.desk.publish.site,
        streams=config.desk.most_streams,
        heartbeat_seconds=config.desk.heartbeat / 1000,
    )


def desk_health(
    intake: Intake, clocks: Clocks, delivery: Delivery, roster_fault: str = ""
) -> dict[str, Any]:
    """Return what the desk says of itself."""
    roster = [sentence("roster_stays", why=roster_fault)] if roster_fault else []
    return {
        **state([*intake.troubles(), *clocks.troubles(), *delivery.troubles(), *roster]),
        "row": intake.cursor,
        "lag_seconds": intake.lag_seconds(),
        "losses": intake.losses,
        "delivery": delivery.figures(),
    }


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
