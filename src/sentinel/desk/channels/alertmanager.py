"""What Prometheus' Alertmanager would post to a webhook, version 4: many programs understand it.

An alert here is a case as one audience is told of it. Its fingerprint is the same from the first
notice to the last, so that a later one replaces an earlier one.
"""

from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

import msgspec

from sentinel.desk.channels.channel import Receipt, header_value, in_words, link_of
from sentinel.desk.channels.post import Post
from sentinel.desk.channels.settings import AlertmanagerSettings
from sentinel.desk.channels.signature import ID
from sentinel.domain.clock import Clock
from sentinel.warn.notice import Message, Notice, Occasion

RESOLVED = frozenset({Occasion.CLOSED, Occasion.WITHDRAWN})
"""Nobody told by this need act any more. That the condition ended is no such thing."""
_NEVER = "0001-01-01T00:00:00Z"
"""The end of an alert that has none yet, as Go writes it."""


class AlertmanagerWebhook:
    """Posts each message as a group of one alert.

    Args:
        site: Where people reach the desk, for links.

    Raises:
        ServiceError: URL, token or certificates are not where the settings say.
    """

    def __init__(self, settings: AlertmanagerSettings, clock: Clock, site: str = "") -> None:
        self._settings = settings
        self._site = site
        token = settings.token()
        self._headers = {"Content-Type": "application/json"}
        self._headers |= {"Authorization": f"Bearer {token}"} if token else {}
        self._post = Post(settings.where(), clock, timeout=settings.timeout, tls=settings.tls)

    def send(self, message: Message) -> Receipt:
        """Return when the server has answered that it has it."""
        body = msgspec.json.encode(webhook_body(message, self._settings, self._site))
        return self._post.send(body, self._headers | {ID: header_value(message.id)})


def webhook_body(
    message: Message, settings: AlertmanagerSettings, site: str = ""
) -> dict[str, Any]:
    """Return the body that Alertmanager would send of this message."""
    notice = message.notice
    status = "resolved" if notice.occasion in RESOLVED else "firing"
    labels, annotations = _labels(notice), _annotations(message, settings)
    at = _rfc3339(message.put_at)
    alert = {
        "status": status,
        "labels": labels,
        "annotations": annotations,
        "startsAt": at,
        "endsAt": at if status == "resolved" else _NEVER,
        "generatorURL": link_of(message, site),
        "fingerprint": _fingerprint(notice),
    }
    group = {"alertname": labels["alertname"], "case": labels["case"]}
    return {
        "version": "4",
        "groupKey": f'{{}}:{{alertname="{labels["alertname"]}", case="{labels["case"]}"}}',
        "truncatedAlerts": 0,
        "status": status,
        "receiver": settings.receiver,
        "groupLabels": group,
        "commonLabels": labels,
        "commonAnnotations": annotations,
        "externalURL": link_of(message, site),
        "alerts": [alert],
    }


def _labels(notice: Notice) -> dict[str, str]:
    """Return what receivers route by; what has a name here outvotes a fact of that name."""
    return notice.facts | {
        "alertname": notice.facts.get("rule", "") or "sentinel",
        "severity": notice.rank.word,
        "occasion": notice.occasion.value,
        "case": notice.case,
        "order": "" if notice.order is None else str(notice.order),
        "audience": notice.audience.value,
        "to": notice.to,
        "exercise": "true" if notice.exercise else "false",
    }


def _annotations(message: Message, settings: AlertmanagerSettings) -> dict[str, str]:
    notice = message.notice
    return {
        "summary": in_words(notice.title, settings.languages, " / "),
        "description": in_words(notice.text, settings.languages, "\n"),
        "message": message.id,
    }


def _fingerprint(notice: Notice) -> str:
    """Sixteen hexadecimal digits, from what does not change while a case is handled."""
    parts = [notice.case or notice.key, str(notice.order), notice.audience.value, notice.to]
    return blake2b("\0".join(parts).encode(), digest_size=8).hexdigest()


def _rfc3339(at: int) -> str:
    moment = datetime.fromtimestamp(at // 1000, UTC).replace(microsecond=at % 1000 * 1000)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
