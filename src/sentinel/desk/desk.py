"""The desk: every question and every act is one transaction here."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Lock

from msgspec.structs import asdict
from sqlalchemy import Engine, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from sentinel.desk.asking import (
    changed_warnings,
    count_warnings,
    list_warnings,
    open_warning,
    position,
    tally_open,
)
from sentinel.desk.database import WRITES
from sentinel.desk.tables import acts, orders, positions, warnings
from sentinel.desk.taking import next_revisions, order_row, take_findings
from sentinel.domain.clock import Clock
from sentinel.domain.errors import ServiceError
from sentinel.domain.finding import Finding
from sentinel.observe.events.desk import FindingsTaken, WarningAccepted
from sentinel.warn.listing import Act, Chosen, Listed, Opened
from sentinel.warn.order import AlreadyAccepted, How, Order, OrderState, accept
from sentinel.warn.picture import Tally


class Desk:
    """Warnings and orders in SQL. Any thread may call; writers wait for one another.

    Every method raises ServiceError while the database does not do its work; nothing of the call
    is kept then, and the same call may succeed later.

    Args:
        engine: From `open_database`.
        clock: The desk's time, for acts.
    """

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._turn = Lock()
        with self._read() as connection:
            self._revision = position(connection, "revision")

    @property
    def revision(self) -> int:
        """The number of the last change; cheap, so that streams may look often."""
        return self._revision

    def cursor(self) -> int:
        """Return the last row of the findings journal that was taken."""
        with self._read() as connection:
            return position(connection, "findings")

    def take(self, findings: Sequence[Finding], cursor: int) -> None:
        """Take the findings up to journal row `cursor`, and note that row, in one transaction.

        Findings that were taken before change nothing.
        """
        with self._write() as connection:
            taken = take_findings(connection, findings, self._clock.now())
            name = positions.c.name == "findings"
            ahead = positions.c.position < cursor
            connection.execute(update(positions).where(name, ahead).values(position=cursor))
        self._note_revision(taken.revision)
        if findings:
            FindingsTaken(count=taken.new, repeated=taken.repeated, opened=taken.opened).emit()

    def warnings(self, chosen: Chosen) -> list[Listed]:
        """Return the chosen warnings, from red down, newest change first."""
        with self._read() as connection:
            return list_warnings(connection, chosen)

    def count(self, chosen: Chosen) -> int:
        """Return how many warnings are chosen, whatever the limit."""
        with self._read() as connection:
            return count_warnings(connection, chosen)

    def warning(self, warning: str) -> Opened | None:
        """Return one warning with its findings and acts; None if there is none."""
        with self._read() as connection:
            return open_warning(connection, warning)

    def changes(self, after: int, limit: int) -> list[Listed]:
        """Return warnings changed after revision `after`, each once, in order of change.

        A warning that changed twice comes once, as it is now: whoever is slow has less to read.
        """
        with self._read() as connection:
            return changed_warnings(connection, after, limit)

    def tallies(self) -> list[Tally]:
        """Return the open warnings of each area in numbers."""
        with self._read() as connection:
            return tally_open(connection)

    def accept(self, warning: str, *, by: str, how: How) -> Order | AlreadyAccepted | None:
        """Accept the warning's order for `by`, once; None: there is no such order.

        Of an order that is accepted, a rise of rank since then is noted as seen by `by`.
        """
        with self._write() as connection:
            opened = open_warning(connection, warning)
            if opened is None or opened.listed.order is None:
                return None
            rank, now = opened.listed.warning.condition.rank, self._clock.now()
            order = accept(opened.listed.order, by=by, how=how, rank=rank, at=now)
            if isinstance(order, AlreadyAccepted):
                return order
            first = opened.listed.order.state is OrderState.DISPATCHED
            act = Act(
                at=now,
                act="accept" if first else "seen",
                by=by,
                how=how.value,
                detail=rank.word,
            )
            revision = self._keep_accepted(connection, order, act)
        self._note_revision(revision)
        WarningAccepted(warning=warning, rank=rank.word, how=how.value).emit()
        return order

    def close(self) -> None:
        """Free the connections; the desk is not used again."""
        self._engine.dispose()

    def _keep_accepted(self, connection: Connection, order: Order, act: Act) -> int:
        key = order.warning
        revision = next_revisions(connection, 1) + 1
        connection.execute(update(orders).where(orders.c.warning == key).values(order_row(order)))
        seen = {"accepted_rank": int(order.accepted_rank or 0), "revision": revision}
        connection.execute(update(warnings).where(warnings.c.id == key).values(seen))
        connection.execute(acts.insert().values(asdict(act) | {"warning": key}))
        return revision

    def _note_revision(self, revision: int) -> None:
        """Never go back: of two that committed, the later may come here first."""
        with self._turn:
            self._revision = max(self._revision, revision)

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        with _told_plainly(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        with _told_plainly(), self._turn, self._engine.connect() as plain:
            connection = plain.execution_options(**{WRITES: True})
            with connection.begin():
                yield connection


@contextmanager
def _told_plainly() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        message = f"desk: the database refused: {getattr(error, 'orig', None) or error}"
        raise ServiceError(message) from error
