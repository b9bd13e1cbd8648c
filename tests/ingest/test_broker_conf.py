"""configs/mosquitto/sentinel.conf keeps its word."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sentinel.domain.rows import RowKind
from sentinel.testing.mosquitto import Broker, find_mosquitto, running_mosquitto

pytestmark = pytest.mark.broker

CONF = Path(__file__).parents[2] / "configs" / "mosquitto" / "sentinel.conf"
PLACES = ("listener ", "persistence_location ", "allow_anonymous ", "per_listener_settings ")


@pytest.fixture
def shipped(tmp_path: Path) -> Iterator[Broker]:
    """The configuration as it is shipped, on another port and in another folder."""
    if find_mosquitto() is None:
        pytest.skip("there is no mosquitto on this machine")
    lines = CONF.read_text(encoding="utf-8").splitlines()
    base = "\n".join(line for line in lines if not line.startswith(PLACES))
    with running_mosquitto(tmp_path, "allow_anonymous true\nuser root", base=base) as broker:
        yield broker


def test_more_than_a_thousand_messages_wait_for_a_listener_that_is_away(
    shipped: Broker,
    listening: Callable[..., Any],
    publish: Callable[..., None],
    eventually: Callable[[Callable[[], object]], None],
) -> None:
    listening(shipped.port).end()
    payloads = [b"%d" % number for number in range(5_000)]
    publish(shipped.port, "s/a", *payloads)
    shipped.stop()
    shipped.start()
    one = listening(shipped.port)
    eventually(lambda: one.kinds()[-1] is RowKind.CAUGHT_UP)

    assert one.payloads() == payloads


def test_it_starts_word_for_word(tmp_path: Path, shipped: Broker) -> None:
    """Only port and folder are another; mosquitto refuses what it does not understand."""
    text = CONF.read_text(encoding="utf-8").replace("/var/lib/mosquitto/", f"{tmp_path}/again/")
    shipped.stop()
    whole = text.replace("listener 1883", f"listener {shipped.port}") + "\nuser root\n"
    (tmp_path / "again").mkdir()
    (shipped.folder / "mosquitto.conf").write_text(whole, encoding="utf-8")

    shipped.start()
    assert shipped.pid
