"""Receivers of the real kind, and messages for them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sentinel.domain.rank import Rank
from sentinel.testing.mosquitto import Broker, find_mosquitto, running_mosquitto
from sentinel.testing.receiver import Receiver, running_receiver
from sentinel.warn.notice import Audience, Message, Notice, Occasion


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """An HTTP server on a free port."""
    with running_receiver() as found:
        yield found


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[Broker]:
    """A broker of the test's own."""
    if find_mosquitto() is None:
        pytest.skip("there is no mosquitto on this machine")
    with running_mosquitto(tmp_path / "broker") as broker:
        yield broker


@pytest.fixture(scope="session")
def message() -> Callable[..., Message]:
    """Build the message of a notice; anything of both may be given."""

    def build(**changes: object) -> Message:
        of_message = {name: changes.pop(name) for name in ("id", "address") if name in changes}
        values: dict[str, object] = {
            "key": "k1",
            "occasion": Occasion.DISPATCHED,
            "audience": Audience.UNIT,
            "to": "pump-1",
            "rank": Rank.RED,
            "title": {"zh": "红色:河水上涨", "en": "Red: river rising"},
            "text": {"zh": "请速到三号闸", "en": "Go to gate 3"},
            "case": "c1",
            "order": 1,
            "facts": {"area": "pudong/hq", "rule": "river-level"},
        }
        notice = Notice(**(values | changes))  # type: ignore[arg-type]
        given: dict[str, object] = {"id": "k1:0", "address": "wang@duty.example"} | of_message
        return Message(notice=notice, channel="x", put_at=1_800_000_000_123, **given)  # type: ignore[arg-type]

    return build
