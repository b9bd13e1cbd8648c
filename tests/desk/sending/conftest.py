"""Senders at work, channels that do as they are told, and a wait for what another thread does."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from threading import Event, Lock, Thread

import pytest
from sqlalchemy import Engine

from sentinel.desk import outbox
from sentinel.desk.channels.channel import Channel, Receipt
from sentinel.desk.outbox import Asked, Kept
from sentinel.desk.outbox.settings import OutboxSettings
from sentinel.desk.sending import Sender
from sentinel.desk.transactions import reading, writing
from sentinel.testing.clock import HandClock
from sentinel.warn.notice import Message

Until = Callable[[Callable[[], object]], None]


@dataclass
class Scripted:
    """A channel that does what `acts` says, one act a message, and then takes everything.

    open: While it is clear, sending does not return. most: How many were under way at once.
    """

    acts: list[Exception] = field(default_factory=list)
    always: Exception | None = None
    open: Event = field(default_factory=Event)
    tried: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    under_way: int = 0
    most: int = 0
    lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self.open.set()

    def send(self, message: Message) -> Receipt:
        with self.lock:
            self.tried.append(message.id)
            self.under_way += 1
            self.most = max(self.most, self.under_way)
            act = self.acts.pop(0) if self.acts else self.always
        self.open.wait(60)
        with self.lock:
            self.under_way -= 1
            if act is not None:
                raise act
            self.taken.append(message.id)
        return Receipt("taken")


@dataclass
class Working:
    """A sender on a thread of its own."""

    sender: Sender
    stop: Event = field(default_factory=Event)
    error: BaseException | None = None
    thread: Thread | None = None

    def start(self) -> "Working":
        self.thread = Thread(target=self._run)
        self.thread.start()
        return self

    def end(self) -> None:
        """Stop in order."""
        self.stop.set()
        if self.thread is not None:
            self.thread.join()
        if self.error is not None:
            raise self.error

    def _run(self) -> None:
        try:
            self.sender.run(self.stop)
        except BaseException as error:  # noqa: BLE001 -- raised again by end()
            self.error = error


@pytest.fixture
def until() -> Until:
    """Wait for something that comes true soon, whatever soon is on this machine."""

    def wait(is_so: Callable[[], object]) -> None:
        pause = Event()
        for _ in range(6_000):
            if is_so():
                return
            pause.wait(0.01)
        message = "it never came true"
        raise AssertionError(message)

    return wait


@pytest.fixture
def clock() -> HandClock:
    """Stands until it is wound."""
    return HandClock(1_000_000)


@pytest.fixture
def scripted() -> type[Scripted]:
    """The kind of channel that does as it is told."""
    return Scripted


@pytest.fixture
def make(clock: HandClock) -> Iterator[Callable[..., Sender]]:
    """Make a sender that is stepped by hand, or runs on a thread; each is closed at the end."""
    made: list[Sender] = []

    def sender(engine: Engine, channels: Mapping[str, Channel], **more: object) -> Sender:
        width = int(str(more.pop("width", 2)))
        who = str(more.pop("who", "a"))
        given: dict[str, object] = {"poll": 10, "retry_first": 1_000, "lease": 20_000}
        one = Sender(
            engine,
            {name: (channel, width) for name, channel in channels.items()},
            OutboxSettings.model_validate(given | more),
            clock,
            who=who,
            jitter=lambda: 0.0,
        )
        made.append(one)
        return one

    yield sender
    for one in made:
        one.close()


@pytest.fixture
def working() -> Iterator[Callable[[Sender], Working]]:
    """Let a sender run on a thread; all are stopped at the end."""
    started: list[Working] = []

    def start(sender: Sender) -> Working:
        started.append(Working(sender).start())
        return started[-1]

    yield start
    for one in started:
        one.end()


@pytest.fixture
def put(engine: Engine, clock: HandClock) -> Callable[..., int]:
    """Put messages in a transaction of their own."""

    def at_once(*messages: Message) -> int:
        with writing(engine) as connection:
            return outbox.put(connection, messages, clock.now())

    return at_once


@pytest.fixture
def look(engine: Engine) -> Callable[[], dict[str, Kept]]:
    """Return every message by its id."""

    def all_of_them() -> dict[str, Kept]:
        with reading(engine) as connection:
            return {
                kept.message.id: kept for kept in outbox.listed(connection, Asked(limit=10_000))
            }

    return all_of_them
