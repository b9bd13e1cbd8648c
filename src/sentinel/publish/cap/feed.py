"""The Atom feed (RFC 4287) of what was issued: one entry a message, newest first."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from sentinel.publish.cap.message import LANGUAGES, Issuer
from sentinel.publish.cap.publication import Publication
from sentinel.publish.cap.write import MARK, fit, serialised

_ATOM = "http://www.w3.org/2005/Atom"
TYPE = "application/cap+xml"
_YEAR = 2026
"""In `tag:` ids (RFC 4151) a year in which the sender's name was theirs; it never changes."""


def write_feed(issued: Sequence[Publication], issuer: Issuer, base: str) -> bytes:
    """Return the feed, UTF-8, always the same for the same messages.

    base: Where `/feeds/...` is, without a slash at the end. Each entry links to the whole message.
    """
    feed = ET.Element("feed", {"xmlns": _ATOM})
    name = issuer.name.get("zh") or issuer.name.get("en") or issuer.sender or "sentinel"
    _text(feed, "id", _tag(issuer, "cap"))
    _text(feed, "title", f"{name} · CAP 1.2")
    _text(feed, "updated", _time(max((one.sent_at or 0 for one in issued), default=0)))
    _link(feed, "self", f"{base}/feeds/cap.atom", "application/atom+xml")
    _text(ET.SubElement(feed, "author"), "name", name)
    for one in issued:
        feed.append(_entry(one, issuer, base))
    return serialised(feed)


def _entry(one: Publication, issuer: Issuer, base: str) -> ET.Element:
    entry = ET.Element("entry")
    content, sent = one.content, _time(one.sent_at or 0)
    _text(entry, "id", _tag(issuer, f"cap/{one.id}"))
    _text(entry, "title", _joined(_headlines(one)))
    _text(entry, "updated", sent)
    _text(entry, "published", sent)
    _link(entry, "alternate", f"{base}/feeds/cap/{one.id}.xml", TYPE)
    for term, scheme in _terms(one):
        ET.SubElement(entry, "category", {"term": term, "scheme": scheme})
    summary = [content.description.get(language, "") for language in LANGUAGES]
    _text(entry, "summary", _joined(summary))
    return entry


def _headlines(one: Publication) -> list[str]:
    return [
        (MARK[language] if one.exercise else "") + one.content.headline[language]
        for language in LANGUAGES
    ]


def _terms(one: Publication) -> Iterable[tuple[str, str]]:
    yield one.kind.value, "urn:oasis:names:tc:emergency:cap:1.2:msgType"
    yield one.content.severity.value, "urn:oasis:names:tc:emergency:cap:1.2:severity"
    for category in one.content.categories:
        yield category.value, "urn:oasis:names:tc:emergency:cap:1.2:category"


def _joined(parts: Iterable[str]) -> str:
    return " / ".join(part for part in parts if part)


def _tag(issuer: Issuer, what: str) -> str:
    return f"tag:{issuer.sender or 'sentinel.invalid'},{_YEAR}:{what}"


def _time(ms: int) -> str:
    return datetime.fromtimestamp(ms // 1000, UTC).isoformat().replace("+00:00", "Z")


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = fit(text)


def _link(parent: ET.Element, rel: str, href: str, media: str) -> None:
    ET.SubElement(parent, "link", {"rel": rel, "type": media, "href": href})
