"""The desk, for commands on its machine: over its API while it runs, else in its database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from sentinel.app.clock import WallClock
from sentinel.app.office import opened_office
from sentinel.app.paths import Paths
from sentinel.app.people import TERMINAL, read_key
from sentinel.app.runfile import read_run_file
from sentinel.config import Config
from sentinel.console.accepting import accept
from sentinel.console.case_shapes import CaseDetail, CasesShape
from sentinel.console.case_view import CaseView
from sentinel.console.client import DeskClient
from sentinel.console.explain_view import ExplainView
from sentinel.console.ground import Ground
from sentinel.console.plainly import NotAllowedError, NotFoundError
from sentinel.console.record_shapes import ExplainedShape
from sentinel.console.shapes import Acceptance, Detail, ListShape, OrderShape, TakenShape
from sentinel.console.view import View
from sentinel.domain.errors import ServiceError
from sentinel.warn.listing import Chosen, ChosenCases
from sentinel.warn.outcome import Code, Refused


class ClosedDesk:
    """A desk that does not run, asked in its database as the terminal's person."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._cases = CaseView(ground)
        self._view = View(ground, self._cases)

    def page(self, chosen: Chosen) -> ListShape:
        """Return one page of warnings."""
        return self._view.page(TERMINAL, chosen)

    def detail(self, warning: str) -> Detail:
        """Return one warning with all that belongs to it."""
        return self._view.detail(TERMINAL, warning)

    def accept(self, warning: str, acceptance: Acceptance) -> OrderShape | TakenShape:
        """Accept the order of a warning's case, once.

        Raises:
            NotAllowedError: In the desk's words.
        """
        opened = self._view.opened(TERMINAL, warning)
        done = accept(opened, acceptance, TERMINAL, self._ground)
        if isinstance(done, Refused):
            told = f"desk: {done.reason['en']}"
            raise NotFoundError(told) if done.code is Code.UNKNOWN else NotAllowedError(told)
        return done

    def cases(self, chosen: ChosenCases) -> CasesShape:
        """Return one page of cases."""
        return self._cases.page(TERMINAL, chosen)

    def case(self, case: str) -> CaseDetail:
        """Return one case with everything that belongs to it."""
        return self._cases.detail(TERMINAL, case)

    def explain(self, warning: str) -> ExplainedShape:
        """Return why a warning is where it is."""
        return ExplainView(self._ground, self._view).explain(TERMINAL, warning)


@contextmanager
def at_desk(config: Config) -> Iterator[ClosedDesk | DeskClient]:
    """Give the desk that runs; where none does, its database."""
    run = Paths(config.data).run
    running = read_run_file(run, "desk")
    if running and running.port:
        with DeskClient(running.host, running.port, read_key(run)) as client:
            yield client
        return
    with opened_office(config, WallClock()) as office:
        yield ClosedDesk(Ground(office.sources(_no_readings, lambda: ())))


def _no_readings(*_asked: object, **_more: object) -> NoReturn:
    message = "readings are shown by `sentinel readings`"
    raise ServiceError(message)
