"""From what came on a connection to rows of the journal."""

import numpy as np

from sentinel.domain.messages import MessageFlag, encode_messages
from sentinel.domain.rows import Entry, RowKind
from sentinel.ingest.backlog import Backlog
from sentinel.ingest.connection import Connection
from sentinel.ingest.figures import Figures
from sentinel.ingest.frames import Batch
from sentinel.ingest.memory import SessionMemory
from sentinel.ingest.outbox import Outbox
from sentinel.ingest.own import BrokerDrops, OwnTopics
from sentinel.ingest.ports import History
from sentinel.ingest.probe import Probe
from sentinel.ingest.repeats import Repeats
from sentinel.ingest.settings import IngestSettings
from sentinel.observe.events import ingest as events


class Intake:
    """Puts rows into the outbox, in the order in which things happened.

    Args:
        settings: Of the session.
        memory: Of the session.
        probe: Sent on every connection, until it is given up.
        history, last_id: The journal up to now, for what this session delivered before.
        outbox: Where rows go.
        figures: Kept up to date.
    """

    def __init__(
        self,
        settings: IngestSettings,
        memory: SessionMemory,
        probe: Probe,
        history: History,
        last_id: int,
        outbox: Outbox,
        figures: Figures,
    ) -> None:
        self._settings = settings
        self._memory = memory
        self._probe = probe
        self._outbox = outbox
        self._figures = figures
        self._repeats = Repeats()
        self._repeats.recall(history, memory.since, last_id)
        self._own = OwnTopics(settings.probe(), settings.drops_topic)
        self._drops = BrokerDrops(memory.dropped)
        self._backlog = Backlog()

    def opened(self, connection: Connection, now: int) -> None:
        """The broker has greeted us: subscribe, and send the probe after what is queued."""
        greeting = connection.greeting
        if greeting is not None and not greeting.resumed:
            self._repeats.forget()
            self._memory.begin(self._figures.last_row)
            self._probe.begin_session()
        connection.subscribe()
        self._figures.caught_up = False
        self._backlog.open(str(now))
        connection.send_probe(str(now))
        self._outbox.put(Entry(RowKind.LINK_UP, received_at=now))

    def take(self, connection: Connection, now: int) -> None:
        """Take what has come on this connection."""
        whole = connection.frames.take()
        batch, own = self._own.split(whole)
        probes = [payload for topic, payload in own if topic == self._settings.probe()]
        if probes:
            self._probe.passed()
        through = [self._backlog.is_through_at(payload) for payload in probes]
        self._put(batch, connection, whole.acks(), now)
        if any(through):
            self._caught_up(now)
        for topic, payload in own:
            if topic == self._settings.drops_topic:
                self._note_drops(payload, now)

    def ticked(self, now: int) -> None:
        """A second is over."""
        if self._backlog.is_through_at_tick():
            self._caught_up(now)
        self._outbox.put(Entry(RowKind.TICK, received_at=now))

    def lost(self, now: int) -> None:
        """The connection has ended; what came on it is taken."""
        self._backlog.lost()
        self._figures.caught_up = False
        self._outbox.put(Entry(RowKind.LINK_DOWN, received_at=now))

    def shed(self, connection: Connection) -> None:
        """Drop and count the QoS 0 messages that wait: nobody will send them again anyway."""
        count = connection.frames.drop_qos0()
        if count:
            self._figures.lost += count
            events.MessagesLost(reason="inbox_full", count=count).emit()

    def _caught_up(self, now: int) -> None:
        self._figures.caught_up = True
        self._outbox.put(Entry(RowKind.CAUGHT_UP, received_at=now))

    def _put(self, batch: Batch, connection: Connection, acks: bytes, now: int) -> None:
        count = len(batch.topics)
        if not count:
            self._outbox.owe(connection, acks)
            return
        repeats = self._repeats.mark(batch)
        body = encode_messages(batch.topics, batch.payloads, batch.flags, batch.packet_ids)
        self._outbox.put(Entry(RowKind.MESSAGES, count, body, now), connection, acks)
        self._backlog.took(count)
        self._figures.repeats += repeats
        events.repeated_messages.inc(repeats)
        self._tell_cut(batch)

    def _tell_cut(self, batch: Batch) -> None:
        cut = np.flatnonzero(batch.flags & np.uint8(MessageFlag.CUT))
        if len(cut):
            self._figures.cut += len(cut)
            events.MessagesCut(count=len(cut), topic=batch.topics[cut[0]]).emit()

    def _note_drops(self, payload: bytes, now: int) -> None:
        more = self._drops.note(payload)
        self._memory.note_dropped(self._drops.seen)
        if more:
            self._figures.broker_dropped = self._drops.total
            self._figures.dropped_at = now
            events.BrokerDropped(count=more).emit()
