"""What leaves the desk, put together for one deployment."""

import os
import random
import socket
from uuid import uuid4

from sqlalchemy import Engine

from sentinel.app.paths import Paths
from sentinel.app.status import look
from sentinel.config import Config
from sentinel.desk.delivery import Delivery
from sentinel.domain.clock import Clock


def open_delivery(config: Config, engine: Engine, clock: Clock) -> Delivery:
    """Return what delivers the desk's messages; `run(stop)` wants a thread of its own.

    Raises:
        ServiceError: A channel's secret or certificate is not where the settings say.
    """
    paths = Paths(config.data)
    return Delivery(
        engine,
        config.desk,
        clock,
        folder=paths.desk,
        name=config.name,
        who=f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}",
        jitter=random.SystemRandom().random,
        faults=lambda: look(paths).problems,
    )
