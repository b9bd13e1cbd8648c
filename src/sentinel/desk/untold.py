"""Lines of the trail about notices that did not go out as they were made."""

from sentinel.domain.person import SENTINEL
from sentinel.warn.notice import Notice
from sentinel.warn.order import How
from sentinel.warn.trail import Entry


def summed(notice: Notice) -> Entry:
    """Return the line of one that is told in a summary, so that nobody seems to be left out."""
    return Entry(
        act="in_summary",
        by=SENTINEL.id,
        how=How.RULE.value,
        case=notice.case,
        order=notice.order,
        area=notice.facts.get("area", ""),
        detail={"to": notice.to, "occasion": notice.occasion.value},
    )


def unreached(notice: Notice, name: str) -> Entry:
    """Return the line of one that `name` ought to hear and has no address for."""
    return Entry(
        act="unreached",
        by=SENTINEL.id,
        case=notice.case,
        order=notice.order,
        area=notice.facts.get("area", ""),
        detail={"who": name, "occasion": notice.occasion.value},
    )
