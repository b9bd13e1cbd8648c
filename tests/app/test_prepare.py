"""What `sentinel up` decides before it starts anything."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sentinel.app.prepare import BrokerAddress, desk_port, names_no_broker
from sentinel.config import Config, load_config
from sentinel.domain.errors import ServiceError

FIRST = Path(__file__).parents[2] / "configs" / "first"
REGISTRY = [FIRST / name for name in ("areas.geojson", "devices.csv", "metrics.yaml")]
Written = Callable[[str], Config]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Return a writer of configurations that say no more than they must, and what is given."""

    def write(more: str) -> Config:
        file = tmp_path / "sentinel.yaml"
        lines = [
            "name: test",
            f"data: {tmp_path / 'var'}",
            "registry:",
            *[f"  {file.stem}: {file}" for file in REGISTRY],
            f"normalise: {{formats: [{FIRST}/formats.yaml]}}",
            f"detect: {{rules: [{FIRST}/rules.yaml]}}",
            more,
        ]
        file.write_text("\n".join(lines), encoding="utf-8")
        return load_config(file)

    return write


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that another program has."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


def test_the_page_gets_the_port_that_is_configured(written: Written) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        free = probe.getsockname()[1]

    assert desk_port(written(f"desk: {{port: {free}}}")) == free


def test_a_configured_port_that_is_taken_is_refused_in_plain_words(
    written: Written, taken: int
) -> None:
    with pytest.raises(ServiceError, match=f"port: {taken} on 127.0.0.1 is taken"):
        desk_port(written(f"desk: {{port: {taken}}}"))


def test_the_usual_port_gives_way_to_a_free_one(
    written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sentinel.app.prepare.is_taken", lambda _host, _port: True)

    assert desk_port(written("")) not in {0, 8080}


def test_a_broker_is_brought_where_none_is_named(written: Written) -> None:
    assert names_no_broker(written("ingest: {client_id: x}"))
    assert not names_no_broker(written("ingest: {host: broker.example}"))


def test_a_broker_is_named_as_host_and_port() -> None:
    assert BrokerAddress.parse("127.0.0.1:1883") == BrokerAddress("127.0.0.1", 1883)


@pytest.mark.parametrize("text", ["", "1883", "host:", ":1883", "host:one"])
def test_anything_else_is_no_broker(text: str) -> None:
    with pytest.raises(ServiceError, match="host:port"):
        BrokerAddress.parse(text)
