"""The bundle that a deployment starts with, and the overrides that `sentinel up` brings."""

from dataclasses import dataclass

from sentinel.app.paths import Paths
from sentinel.app.ports import free_port, is_taken
from sentinel.bundle import Bundle
from sentinel.config import BundleStore, Config
from sentinel.config.check import put_by
from sentinel.domain.errors import ServiceError
from sentinel.ingest.settings import IngestSettings


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    """Where a broker is that the configuration does not name: the embedded one."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> "BrokerAddress":
        """Read `host:port`.

        Raises:
            ServiceError: It is not such a pair.
        """
        host, _, port = text.rpartition(":")
        if not host or not port.isdecimal():
            message = f"a broker is named as `host:port`, such as `127.0.0.1:1883`; got {text!r}"
            raise ServiceError(message)
        return cls(host, int(port))


def names_no_broker(config: Config) -> bool:
    """Return whether `sentinel up` is to bring a broker of its own."""
    return not {"host", "port"} & config.ingest.model_fields_set


def desk_port(config: Config) -> int:
    """Return the port for the page: the configured one, or a free one if none is and it is taken.

    Raises:
        ServiceError: The configuration names a port, and it is taken.
    """
    wanted, host = config.desk.port, config.desk.host
    if wanted and not is_taken(host, wanted):
        return wanted
    if wanted and "port" in config.desk.model_fields_set:
        message = (
            f"{config.file}: desk: port: {wanted} on {host} is taken by another program; end that "
            "one, choose another port, or leave the key out and a free one is taken"
        )
        raise ServiceError(message)
    return free_port()


def newest_bundle(config: Config) -> Bundle:
    """Return the bundle kept last, which is in force or about to be; make the first one.

    Raises:
        ConfigurationError: There is none yet, and the files have errors.
    """
    bundles = BundleStore(Paths(config.data).bundles)
    names = bundles.names()
    return bundles.load(names[-1]) if names else make_bundle(config)


def make_bundle(config: Config) -> Bundle:
    """Compile what the configuration's files say now, and keep it.

    Raises:
        ConfigurationError: With every problem; nothing was kept.
    """
    bundle = put_by(config, BundleStore(Paths(config.data).bundles)).bundle
    if bundle is None:
        message = f"{config.file}: no bundle came of it"
        raise ServiceError(message)
    return bundle


def format_topics(config: Config, bundle: Bundle) -> tuple[str, ...]:
    """Return the topics of all formats; none if the configuration names topics of its own."""
    if config.ingest.topics:
        return ()
    topics = (topic for format_ in bundle.formats for topic in format_.subscriptions)
    return tuple(dict.fromkeys(topics))


def ingest_settings(config: Config, bundle: Bundle, broker: BrokerAddress | None) -> IngestSettings:
    """Return the listener's settings: with the formats' topics if none are named."""
    settings = config.ingest
    changes: dict[str, object] = {}
    if not settings.topics:
        changes["topics"] = format_topics(config, bundle)
    if broker is not None:
        changes |= {"host": broker.host, "port": broker.port}
    return settings.model_copy(update=changes)
