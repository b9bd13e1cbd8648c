"""Small words in Chinese and English: ranks, places, local times."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sentinel.domain.rank import Rank
from sentinel.warn.city import City
from sentinel.warn.order import How
from sentinel.warn.picture import around

LANGUAGES = ("zh", "en")

RANKS: dict[Rank, dict[str, str]] = {
    Rank.NONE: {"zh": "无", "en": "none"},
    Rank.BLUE: {"zh": "蓝色", "en": "blue"},
    Rank.YELLOW: {"zh": "黄色", "en": "yellow"},
    Rank.ORANGE: {"zh": "橙色", "en": "orange"},
    Rank.RED: {"zh": "红色", "en": "red"},
}
EXERCISE = {"zh": "【演练】", "en": "EXERCISE "}
"""Before the title of everything that is no real event."""
BY_VOICE = frozenset({How.PHONE, How.RADIO})


def in_language(texts: dict[str, str], language: str) -> str:
    """Return the text in `language`; in another one rather than none.

    >>> in_language({"en": "river"}, "zh")
    'river'
    """
    return texts.get(language) or next(iter(texts.values()), "")


def place(area: str, city: City) -> dict[str, str]:
    """Return where it is: the names of the two narrowest areas, as people say them."""
    steps = [city.places.get(code, {}) | {"": code} for code in around(area)[1:]][-2:]
    names = {
        language: [step.get(language) or step[""].rpartition("/")[2] for step in steps]
        for language in LANGUAGES
    }
    return {
        "zh": "".join(names["zh"]) or "全市",
        "en": ", ".join(reversed(names["en"])) or "the whole city",
    }


def local(at: int, now: int, zone: str) -> str:
    """Return a local time; with the date unless that is today's.

    >>> local(0, 0, "Asia/Shanghai"), local(0, 86_400_000, "Asia/Shanghai")
    ('08:00', '01-01 08:00')
    """
    when, today = (datetime.fromtimestamp(t / 1000, ZoneInfo(zone)) for t in (at, now))
    return f"{when:%H:%M}" if when.date() == today.date() else f"{when:%m-%d %H:%M}"


def short(case: str) -> str:
    """Return a case's number as people say it over the phone: six digits of its id."""
    return case[:6].upper()


def cut(text: str, most: int) -> str:
    """Return at most `most` characters of a text on one line.

    >>> cut("river at the bank", 9)
    'river at…'
    """
    flat = " ".join(text.split())
    return flat if len(flat) <= most else f"{flat[: max(most - 1, 0)].rstrip()}…"
