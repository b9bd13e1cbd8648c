"""The whole detect flow over a journal, against the same rules item by item and plain decoding."""

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from sentinel.bench.item_by_item import run_item_by_item
from sentinel.bench.prepare import write_journal
from sentinel.bench.result import Must, Result
from sentinel.bench.world import World

SENSORS = 100_000
MESSAGES = 2_000_000
ITEM_MESSAGES = 300_000
"""Enough of the slow side: its speed does not depend on how long it runs."""
ROUNDS = 3


def run(*, rounds: int = ROUNDS, messages: int = MESSAGES) -> Result:
    """Measure in turn, `rounds` times; the ratios are medians of the rounds."""
    world = World(SENSORS)
    with TemporaryDirectory(prefix="sentinel-bench-") as folder:
        write_journal(world, Path(folder) / "first", messages)
        measured = [_round(world, Path(folder), number) for number in range(rounds)]
    figures = {name: median(one[name] for one in measured) for name in measured[0]}
    return Result(
        bench="replay",
        figures=figures,
        meaning={
            "readings_per_second": "readings/s through the whole flow",
            "item_by_item_per_second": "messages/s item by item, Bytewax's own operators",
            "decode_per_second": "payloads/s only decoded",
            "times_item_by_item": "flow / item by item",
            "share_of_decode": "flow / only decoded",
            "cpu_microseconds": "CPU of the flow a message, microseconds",
            "findings": "findings",
        },
        musts=(
            Must(figure="times_item_by_item", at_least=10, aim=30),
            Must(figure="share_of_decode", at_least=0.1),
        ),
        notes=[f"{SENSORS:,} sensors, 4 rules each, {messages:,} messages; medians of {rounds}"],
    )


def _round(world: World, folder: Path, number: int) -> dict[str, float]:
    flow = replay_in_process(folder / "first")
    messages: list[tuple[str, bytes]] = []
    for said in world.messages(ITEM_MESSAGES, batch=1_000):
        messages += zip(said.topics(), said.payloads(), strict=True)
    items = run_item_by_item(messages, folder / f"items-{number}", time.monotonic)
    decode = _decode_speed([payload for _, payload in messages])
    speed = flow["messages"] / flow["seconds"]
    return {
        "readings_per_second": speed,
        "item_by_item_per_second": items,
        "decode_per_second": decode,
        "times_item_by_item": speed / items,
        "share_of_decode": speed / decode,
        "cpu_microseconds": flow["cpu_seconds"] / flow["messages"] * 1e6,
        "findings": flow["findings"],
    }


def replay_in_process(directory: Path, lead_in: int = 0) -> dict[str, Any]:
    """Run the flow over a prepared journal in a process of its own; its state is made anew.

    lead_in: So many messages are read first, and not measured.
    """
    for part in ("detect", "findings"):
        shutil.rmtree(directory / part, ignore_errors=True)
    done = subprocess.run(  # noqa: S603 -- our own module
        [sys.executable, "-m", "sentinel.bench.replay_worker", str(directory), str(lead_in)],
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _decode_speed(payloads: list[bytes]) -> float:
    decode = msgspec.json.Decoder().decode
    began = time.monotonic()
    for payload in payloads:
        decode(payload)
    return len(payloads) / (time.monotonic() - began)
