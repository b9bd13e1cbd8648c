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
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Event

from simulators.content import Content, Kind
from simulators.generator import Generator, Load


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
    load: Load, host: str, port: int, *, stop: Event | None = None, taken: Path | None = None
) -> Outcome:
    """Send it all, wait for the answers, and tell what became of it.

    Args:
        load: What to send.
        host: The broker's address.
        port: Its port.
        stop: Ends it early from another thread, after the answers to what is in flight.
        taken: File for the list of what the broker acknowledged, `Ledger.lines`.

    Raises:
        OSError: No broker for `PATIENCE_SECONDS`.
    """
    generator = Generator(load, host, port, stop or Event())
    began, cpu = time.perf_counter(), time.process_time()
    generator.run()
    seconds, spent = time.perf_counter() - began, time.process_time() - cpu
    ledger = generator.ledger
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
    load = Load(
        messages=options.messages,
        content=content,
        qos=options.qos,
        version=options.version,
        rate=options.rate,
        seconds=options.seconds,
        window=options.window,
        client_id=options.client_id,
        interval_ms=options.interval_ms,
    )
    outcome = send_load(load, options.host, options.port, taken=options.taken)
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
