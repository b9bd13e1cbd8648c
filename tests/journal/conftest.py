"""A clock wound by hand, and a journal in a folder of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sentinel.journal import JournalReader, JournalWriter
from sentinel.testing.clock import HandClock


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "journal"


@pytest.fixture
def writer(directory: Path, clock: HandClock) -> Iterator[JournalWriter]:
    writer = JournalWriter(directory, clock=clock)
    yield writer
    writer.close()


@pytest.fixture
def reader(directory: Path) -> Iterator[JournalReader]:
    reader = JournalReader(directory)
    yield reader
    reader.close()
