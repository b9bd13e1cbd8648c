"""A database that is only recorded answers."""

from collections.abc import Iterator

import pytest

from sentinel.testing.recorded import Recorded, recorded_server


@pytest.fixture
def recorded() -> Iterator[Recorded]:
    with recorded_server() as server:
        yield server
