"""Signed JSON to a server."""

import msgspec

from sentinel.desk.channels.channel import Receipt, payload
from sentinel.desk.channels.post import Post
from sentinel.desk.channels.settings import WebhookSettings
from sentinel.desk.channels.signature import signed
from sentinel.domain.clock import Clock
from sentinel.warn.notice import Message


class Webhook:
    """Posts each message as signed JSON; the body is the same in every try, the signature new.

    Args:
        site: Where people reach the desk, for links.

    Raises:
        ServiceError: URL, key or certificates are not where the settings say.
    """

    def __init__(self, settings: WebhookSettings, clock: Clock, site: str = "") -> None:
        self._keys = [key.encode() for key in settings.secret().read().split()]
        self._site = site
        self._clock = clock
        self._post = Post(settings.where(), clock, timeout=settings.timeout, tls=settings.tls)

    def send(self, message: Message) -> Receipt:
        """Return when the server has answered that it has it."""
        body = msgspec.json.encode(payload(message, self._site))
        headers = signed(body, message.id, self._keys, self._clock.now())
        return self._post.send(body, headers | {"Content-Type": "application/json"})
