"""Serves the made-up night, to browsers that test it and to people who want to look at it.

Everybody of `tests.console.crowd` signs in with `PASSWORD`, or sends their id as a token.
`python -m tests.console.serve --port 8080` until standard input closes; each line there, `COUNT
SEED`, is a batch of findings that the desk takes; `dark`: the listener has lost its broker.
"""

import argparse
import json
import math
import sys
import time
from pathlib import Path
from tempfile import mkdtemp
from threading import Event, Thread

from sentinel.console.ports import Limits, ServiceState, Sources
from sentinel.console.server import build_server
from sentinel.desk import Clocks, Desk, open_database
from sentinel.desk.files import read_files
from sentinel.desk.people.people import People
from sentinel.desk.people.staff import Staff
from sentinel.desk.publish.publications import Publications
from sentinel.desk.publish.settings import PublishSettings
from sentinel.desk.records import Records
from sentinel.observe.log import configure_logging
from sentinel.observe.sentences import sentence, state
from tests.console.crowd import CROWD, FACTS, PASSWORD
from tests.console.night import NOW, night_city, night_findings, night_link_lost, night_readings
from tests.signing.serve import QUICK, no_trail


class NightClock:
    """Starts at `NOW` and goes on as time does."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    def now(self) -> int:
        """Return milliseconds since 1970 UTC, as of that night."""
        return NOW + math.floor((time.monotonic() - self._start) * 1000)


def main() -> None:
    """Say the port on standard output, then serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--warnings", type=int, default=48)
    parser.add_argument("--live", action="store_true", help="two more warnings every second")
    parser.add_argument("--fault", default="", help="why the store is down")
    parser.add_argument("--heartbeat", type=float, default=5.0)
    parser.add_argument("--data", type=Path, default=None)
    options = parser.parse_args()
    configure_logging(service="desk")
    city, clock, stop = night_city(), NightClock(), Event()
    folder = options.data or Path(mkdtemp(prefix="sentinel-night-"))
    engine = open_database(folder / "desk.sqlite")
    desk = Desk(engine, clock, lambda: FACTS)
    desk.take(night_findings(options.warnings), 1)
    services = [ServiceState(service=name, lag_seconds=0.2) for name in ("listen", "detect")]
    health = state([sentence("store_down", why=options.fault)] if options.fault else [])
    services.append(
        ServiceState(
            service="record", state=health["state"], words=health["state_words"], lag_seconds=0.4
        )
    )
    staff = Staff(engine, clock, no_trail, by="terminal:night", passwords=QUICK)
    for person in CROWD[:-1]:
        staff.add_user(person.id, person.name, PASSWORD, person.grants)
    sources = Sources(
        desk=desk,
        people=People(
            engine, clock, no_trail, passwords=QUICK, local={one.id: one for one in CROWD}
        ),
        publications=Publications(
            engine,
            clock,
            no_trail,
            cases=lambda connection, case: read_files(connection, [case]).get(case),
            city=lambda: city,
            settings=PublishSettings(),
        ),
        records=Records(engine),
        handling=lambda: FACTS.city,
        city=lambda: city,
        readings=night_readings,
        status=lambda: services,
        clock=clock,
    )
    Thread(target=_mind, args=(desk, stop), daemon=True).start()
    limits = Limits(heartbeat_seconds=options.heartbeat)
    server = build_server(sources, port=options.port, limits=limits)
    Thread(target=_obey, args=(desk, clock, stop), daemon=True).start()
    if options.live:
        Thread(target=_tell_more, args=(desk, clock, stop), daemon=True).start()
    print(json.dumps({"port": server.port}), flush=True)  # noqa: T201 -- read by who started it
    server.run(stop)
    desk.close()


def _mind(desk: Desk, stop: Event) -> None:
    Clocks(desk).run(stop)


def _obey(desk: Desk, clock: NightClock, stop: Event) -> None:
    for line in sys.stdin:
        if line.strip() == "dark":
            desk.take([night_link_lost(clock.now())], 2)
            continue
        count, seed = (int(part) for part in line.split())
        desk.take(night_findings(count, seed=seed, now=clock.now()), 2)
    stop.set()


def _tell_more(desk: Desk, clock: NightClock, stop: Event) -> None:
    seed = 100
    while not stop.wait(1):
        seed += 1
        desk.take(night_findings(2, seed=seed, now=clock.now()), 2)


if __name__ == "__main__":
    main()
