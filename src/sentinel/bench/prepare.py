"""Journals full of made-up messages, on disk for other processes."""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np

from sentinel.bench.world import START, World
from sentinel.domain.clock import Clock
from sentinel.domain.messages import encode_messages
from sentinel.domain.rows import Entry, RowKind
from sentinel.journal import JournalWriter

BUNDLE = "bench"
TICK_MS = 1_000


class _Still:
    """A clock that the entries' own times make needless."""

    def now(self) -> int:
        return START


def write_journal(world: World, directory: Path, messages: int, *, batch: int = 1_000) -> None:
    """Write the world and a journal of what it says under `directory`, with a tick a second."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "world.json").write_text(json.dumps(asdict(world)))
    clock: Clock = _Still()
    writer = JournalWriter(directory / "journal", clock=clock)
    writer.append(
        [
            Entry(RowKind.BUNDLE, 0, BUNDLE.encode(), START),
            Entry(RowKind.CAUGHT_UP, received_at=START),
        ]
    )
    tick = START
    entries: list[Entry] = []
    for said in world.messages(messages, batch=batch):
        while tick + TICK_MS <= said.time:
            tick += TICK_MS
            entries.append(Entry(RowKind.TICK, received_at=tick))
        none = np.zeros(len(said.devices), np.uint8)
        body = encode_messages(said.topics(), said.payloads(), none, none.astype(np.uint16))
        entries.append(Entry(RowKind.MESSAGES, len(said.devices), body, said.time + 40))
        if len(entries) >= 64:  # noqa: PLR2004 -- some rows a transaction, as a listener would
            writer.append(entries)
            entries = []
    writer.append(entries)
    writer.close()


def read_world(directory: Path) -> World:
    """Return the world that `write_journal` wrote."""
    return World(**json.loads((directory / "world.json").read_text()))
