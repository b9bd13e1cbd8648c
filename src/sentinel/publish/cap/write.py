# ruff: noqa: RUF001 -- Chinese has punctuation of its own
"""A message as XML that holds to the OASIS schema, in the order that it wants."""

import re
from collections.abc import Iterable
from datetime import datetime
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

from sentinel.publish.cap.message import (
    LANGUAGES,
    Content,
    Issuer,
    Message,
    Reference,
    Scope,
    Status,
)

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
NOTE = {"zh": "演练，无须采取行动。", "en": "This is an exercise; nobody need act."}
MARK = {"zh": "【演练】", "en": "EXERCISE: "}
"""Before a headline, so that nobody who reads only that takes a drill for the real thing."""
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, however written."""

Children = Iterable[tuple[str, "str | Children"]]
"""Names and what is in them, in order; empty texts are left out."""


def write(message: Message) -> bytes:
    """Return the document, UTF-8, always the same for the same message."""
    root = _element("alert", _alert(message))
    root.set("xmlns", NAMESPACE)
    return serialised(root)


def cap_time(ms: int, zone: str) -> str:
    """Return a time as CAP writes it: whole seconds, with an offset, UTC's being -00:00.

    >>> cap_time(1_781_723_520_000, "Asia/Shanghai"), cap_time(1_781_723_520_000, "UTC")
    ('2026-06-18T03:12:00+08:00', '2026-06-17T19:12:00-00:00')
    """
    text = datetime.fromtimestamp(ms // 1000, ZoneInfo(zone)).isoformat(timespec="seconds")
    return text.removesuffix("+00:00") + "-00:00" if text.endswith("+00:00") else text


def serialised(root: ET.Element) -> bytes:
    """Return a document with one element a line, UTF-8."""
    ET.indent(root)
    document: bytes = ET.tostring(root, "utf-8", xml_declaration=True)
    return document + b"\n"


def fit(text: str) -> str:
    """Return text that XML can hold."""
    return _UNFIT.sub("\N{REPLACEMENT CHARACTER}", text).strip()


def _alert(message: Message) -> Children:
    issuer, content = message.issuer, message.content
    yield "identifier", message.identifier
    yield "sender", issuer.sender
    yield "sent", cap_time(message.sent_at, issuer.zone)
    yield "status", message.status.value
    yield "msgType", message.kind.value
    yield "scope", content.scope.value
    if content.scope is Scope.RESTRICTED:
        yield "restriction", content.restriction
    if message.status is Status.EXERCISE:
        yield "note", " ".join(NOTE.values())
    yield "references", " ".join(_reference(one, issuer) for one in message.references)
    yield "incidents", message.incident
    for language in LANGUAGES:
        yield "info", _info(message, language)


def _reference(one: Reference, issuer: Issuer) -> str:
    return f"{one.sender},{one.identifier},{cap_time(one.sent_at, issuer.zone)}"


def _info(message: Message, language: str) -> Children:
    content, issuer = message.content, message.issuer
    yield "language", LANGUAGES[language]
    for category in content.categories:
        yield "category", category.value
    yield "event", content.event[language]
    for response in content.responses:
        yield "responseType", response.value
    yield "urgency", content.urgency.value
    yield "severity", content.severity.value
    yield "certainty", content.certainty.value
    yield "eventCode", _named("scenario", message.scenario)
    yield "effective", cap_time(message.sent_at, issuer.zone)
    if content.onset is not None:
        yield "onset", cap_time(content.onset, issuer.zone)
    yield "expires", cap_time(message.expires_at, issuer.zone)
    yield "senderName", issuer.name.get(language, "")
    yield from _words(content, language, is_exercise=message.status is Status.EXERCISE)
    yield "web", issuer.web
    yield "contact", issuer.contact
    yield "parameter", _named("rank", message.rank.word)
    yield "area", _area(message, language)


def _words(content: Content, language: str, *, is_exercise: bool) -> Children:
    yield "headline", (MARK[language] if is_exercise else "") + content.headline[language]
    yield "description", content.description.get(language, "")
    yield "instruction", content.instruction.get(language, "")


def _area(message: Message, language: str) -> Children:
    where = message.where
    yield "areaDesc", where.place.get(language) or where.code
    for polygon in where.polygons:
        yield "polygon", polygon
    for circle in where.circles:
        yield "circle", circle
    yield "geocode", _named("area", where.code)


def _named(name: str, value: str) -> str | Children:
    return [("valueName", name), ("value", value)] if value else ""


def _element(name: str, children: Children) -> ET.Element:
    element = ET.Element(name)
    for child, inner in children:
        if isinstance(inner, str):
            if text := fit(inner):
                ET.SubElement(element, child).text = text
        else:
            element.append(_element(child, inner))
    return element
