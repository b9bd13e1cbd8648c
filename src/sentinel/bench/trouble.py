"""What makes trouble for a deployment, for the faults bench."""

import random
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from sentinel.bench.deployment import RULES, Deployment
from sentinel.testing.mosquitto import Broker
from sentinel.testing.victoria import Victoria

SERVICES = ("listen", "detect", "record", "desk")
FULL_SECONDS = 2.0


@dataclass(slots=True)
class Trouble:
    """Each kind of trouble, and how often it was made.

    victoria, disk: None where there is none to take away or to fill.
    """

    deployment: Deployment
    broker: Broker
    victoria: Victoria | None
    disk: Path | None
    random: random.Random
    done: Counter[str] = field(default_factory=Counter)
    version: int = 0
    _next: list[str] = field(default_factory=list)

    def kill(self) -> None:
        """Kill a service with no chance to tidy up, and start it again.

        Which one is a matter of chance, but of any four kills each service has one.
        """
        self._next = self._next or self.random.sample(SERVICES, len(SERVICES))
        service = self._next.pop()
        process = self.deployment.services[service]
        process.kill()
        process.wait()
        self.deployment.start(service)
        self.done[f"kill {service}"] += 1

    def restart_broker(self) -> None:
        """Stop the broker in order, so that it keeps its sessions, and start it again."""
        self.broker.stop()
        self.broker.start()
        self.done["restart broker"] += 1

    def take_store_away(self) -> None:
        """Stop the store, or bring it back."""
        if self.victoria is None:
            return
        if self.done["store away"] > self.done["store back"]:
            self.victoria.start()
            self.done["store back"] += 1
        else:
            self.victoria.stop()
            self.done["store away"] += 1

    def fill_disk(self) -> None:
        """Fill the journal's disk for a while."""
        if self.disk is None:
            return
        ballast = self.disk / "ballast"
        with ballast.open("wb", buffering=0) as file:  # a buffer would not find room when closed
            try:
                while True:
                    file.write(bytes(2**20))
            except OSError:
                self.done["disk full"] += 1
        Event().wait(FULL_SECONDS)
        ballast.unlink()

    def change_bundle(self) -> None:
        """Change a rule's meaning, or only its words, and put that in force."""
        self.version += 1
        number = 4 + self.version % 3
        rules = re.sub(r'blue: "x >= [0-9.]+"', f'blue: "x >= {number}.5"', RULES)
        (self.deployment.folder / "rules.yaml").write_text(rules, encoding="utf-8")
        done = self.deployment.run("reload")
        self.done["bundle changed" if done.returncode == 0 else "bundle refused"] += 1

    def calm_down(self) -> None:
        """Bring back what is away."""
        if self.done["store away"] > self.done["store back"]:
            self.take_store_away()
