"""The MQTT session: what the broker has is journalled, then acknowledged."""

from sentinel.ingest.listener import Listener
from sentinel.ingest.reload import request_reload
from sentinel.ingest.settings import IngestSettings, TlsSettings

__all__ = ["IngestSettings", "Listener", "TlsSettings", "request_reload"]
