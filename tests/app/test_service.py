"""The frame around a service."""

from pathlib import Path
from threading import Event

import pytest

from sentinel.app.paths import Paths
from sentinel.app.service import run_service
from sentinel.config.settings import ObserveSettings
from sentinel.domain.errors import ServiceError


@pytest.mark.parametrize("host", ["192.0.2.9", "no-such-host.invalid", "a..b"])
def test_an_address_that_is_not_of_this_machine_is_told(
    tmp_path: Path, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sentinel.app.service.stop_on_signals", Event)
    observe = ObserveSettings(host=host)

    with pytest.raises(ServiceError, match=f"observe: `host` must be an address .* got '{host}'"):
        run_service("listen", Paths(tmp_path), Event.set, dict, observe=observe)
