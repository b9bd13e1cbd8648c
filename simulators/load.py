"""The load generator: known messages, as fast as a broker takes them, on one raw socket.

`python -m simulators.load --port 1883 --messages 1000000 --json` prints one object with what was
sent and acknowledged, at what rate, and what it cost in CPU. Encoding does some millions of
messages a second, so the broker, or the wire, is the limit.

A broken connection is made again; what was not acknowledged is sent once more with the same
packet id and the DUP flag, as the standard asks of a kept session.
"""

import argparse
import json
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Event

from simulators.content import Content, Kind
from simulators.generator import Generator, Way
from simulators.ledger import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What is to be sent.

    messages: How many in all.
    interval_ms: None: readings carry the time at which they are sent. Otherwise a sensor's are
        so far apart, from the start on, as if time ran with the load.
    """

    messages: int
    content: Content = field(default_factory=Content)
    interval_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of it. At QoS 0 what was sent counts as acknowledged."""

    messages: int
    acknowledged: int
    repeats: int
    garbled: int
    reconnects: int
    seconds: float
    messages_per_second: float
    cpu_seconds: float
    cpu_us_per_message: float


def send_load(
    load: Load, way: Way, *, stop: Event | None = None, taken: Path | None = None
) -> Outcome:
    """Send it all, wait for the answers, and tell what became of it.

    Args:
        load: What to send.
        way: How and where.
        stop: Ends it early from another thread, after the answers to what is in flight.
        taken: File for the list of what the broker acknowledged, `Ledger.lines`.

    Raises:
        OSError: There is no broker, or it went away for a minute.
    """
    ledger = Ledger(
        load.content,
        load.messages,
        qos=way.qos,
        version=way.version,
        interval_ms=load.interval_ms,
    )
    generator = Generator(ledger, way, stop or Event())
    began, cpu = time.perf_counter(), time.process_time()
    generator.run()
    seconds, spent = time.perf_counter() - began, time.process_time() - cpu
    if taken is not None:
        with taken.open("w", encoding="ascii") as file:
            file.writelines(ledger.lines())
    return Outcome(
        messages=ledger.sent,
        acknowledged=len(ledger.acknowledged),
        repeats=ledger.count(Kind.REPEAT),
        garbled=ledger.count(Kind.GARBLED),
        reconnects=generator.reconnects,
        seconds=round(seconds, 3),
        messages_per_second=round(ledger.answered / seconds, 1),
        cpu_seconds=round(spent, 3),
        cpu_us_per_message=round(1e6 * spent / max(1, ledger.sent), 3),
    )


def main() -> None:
    """Read the command line, send, and print what became of it."""
    options = _parser().parse_args()
    content = Content(
        sensors=options.sensors,
        topic=options.topic,
        seed=options.seed,
        repeat=options.repeat,
        garble=options.garble,
        high=options.high,
    )
    load = Load(messages=options.messages, content=content, interval_ms=options.interval_ms)
    way = Way(
        host=options.host,
        port=options.port,
        client_id=options.client_id,
        qos=options.qos,
        version=options.version,
        window=options.window,
        rate=options.rate,
        seconds=options.seconds,
    )
    outcome = send_load(load, way, taken=options.taken)
    if options.json:
        sys.stdout.write(json.dumps(asdict(outcome)) + "\n")
    else:
        sys.stdout.writelines(f"{name:>20}  {value}\n" for name, value in asdict(outcome).items())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="simulators.load", description="Load a broker.")
    add, usual = parser.add_argument, Content()
    add("--host", default="127.0.0.1")
    add("--port", type=int, default=1883)
    add("--messages", type=int, default=100_000, help="how many in all")
    add("--sensors", type=int, default=1_000, help="how many sensors speak in turn")
    add("--rate", type=float, help="messages a second; left out: as fast as they are taken")
    add("--seconds", type=float, help="end after this long")
    add("--qos", type=int, choices=(0, 1), default=1)
    add("--version", type=int, choices=(4, 5), default=4, help="of MQTT; 4 is 3.1.1")
    add("--window", type=int, default=10_000, help="messages in flight at QoS 1")
    add("--client-id", default="load")
    add("--topic", default=usual.topic, help="with {sensor} in it")
    add("--seed", type=int, default=1)
    add("--repeat", type=float, default=0.0, help="share that says the same again")
    add("--garble", type=float, default=0.0, help="share that cannot be read")
    add("--high", type=float, default=usual.high, help="share of spells that read high")
    add("--interval-ms", type=int, help="time between a sensor's readings; left out: real time")
    add("--taken", type=Path, help="file for the list of what was acknowledged")
    add("--json", action="store_true", help="one JSON object")
    return parser


if __name__ == "__main__":
    main()
