"""Channels from their settings."""

from collections.abc import Mapping
from pathlib import Path
from typing import assert_never

from sentinel.desk.channels.alertmanager import AlertmanagerWebhook
from sentinel.desk.channels.channel import Channel
from sentinel.desk.channels.log import Log
from sentinel.desk.channels.many import Apprise
from sentinel.desk.channels.mqtt import Mqtt
from sentinel.desk.channels.settings import (
    AlertmanagerSettings,
    AppriseSettings,
    ChannelSettings,
    LogSettings,
    MqttSettings,
    WebhookSettings,
)
from sentinel.desk.channels.webhook import Webhook
from sentinel.domain.clock import Clock
from sentinel.domain.errors import ServiceError


def open_channels(
    settings: Mapping[str, ChannelSettings], clock: Clock, folder: Path, site: str = ""
) -> dict[str, Channel]:
    """Return the channels by name; nothing is connected yet.

    folder: The desk's, for channels that write files. site: Where people reach the desk.

    Raises:
        ServiceError: A secret or certificate is not where the settings say.
    """
    opened = {}
    for name, one in settings.items():
        try:
            opened[name] = _open(one, clock, folder, site)
        except ServiceError as error:
            message = f"channel {name!r}: {error}"
            raise ServiceError(message) from error
    return opened


def _open(settings: ChannelSettings, clock: Clock, folder: Path, site: str) -> Channel:
    match settings:
        case AppriseSettings():
            return Apprise(settings)
        case WebhookSettings():
            return Webhook(settings, clock, site)
        case AlertmanagerSettings():
            return AlertmanagerWebhook(settings, clock, site)
        case MqttSettings():
            return Mqtt(settings, site)
        case LogSettings():
            return Log(settings, folder, site)
        case _:
            assert_never(settings)
