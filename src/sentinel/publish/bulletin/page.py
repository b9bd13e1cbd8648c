"""The bulletin as one HTML file that needs nothing else: Chinese and English, screen and paper."""

from xml.etree import ElementTree as ET

from sentinel.publish.bulletin.charts import STACK, columns
from sentinel.publish.bulletin.clock import Step
from sentinel.publish.bulletin.figures import Figures
from sentinel.publish.bulletin.markup import page, tag
from sentinel.publish.bulletin.speech import Names, Speech
from sentinel.publish.bulletin.style import STYLE
from sentinel.publish.bulletin.tables import counted, percent, rules, times

_LANGUAGES = {"zh": ("zh-CN", "中文"), "en": ("en", "English")}


def write_bulletin(figures: Figures, names: Names) -> str:
    """Return the whole file; the same figures make the same file."""
    picks: list[ET.Element] = []
    labels: list[ET.Element] = []
    mains: list[ET.Element] = []
    for language, (code, called) in _LANGUAGES.items():
        pick = tag("input", type="radio", name="language", id=f"pick-{language}", class_="pick")
        if not picks:
            pick.set("checked", "")
        picks.append(pick)
        labels.append(tag("label", called, for_=f"pick-{language}", lang=code))
        mains.append(_Page(figures, names, language).main(code))
    title = _Page(figures, names, "zh").title()
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", title),
        tag("style", STYLE),
    )
    body = tag("body", *picks, tag("nav", *labels, class_="languages"), *mains)
    return page(tag("html", head, body, lang="zh-CN"))


class _Page:
    def __init__(self, figures: Figures, names: Names, language: str) -> None:
        self._figures = figures
        self._speech = Speech(language, names, figures.asked.zone)

    def title(self) -> str:
        area = self._figures.asked.area
        return self._speech.say(
            "title", place=self._speech.area(area) if area else self._speech.say("city")
        )

    def main(self, code: str) -> ET.Element:
        figures = self._figures
        made = self._speech.say("made", now=self._speech.at(figures.asked.now))
        return tag(
            "main",
            *self._top(),
            *self._over_time(),
            *counted(self._speech, "scenario", figures.scenarios),
            *counted(self._speech, "area", figures.areas),
            *times(self._speech, figures.timings),
            *rules(self._speech, figures.precision),
            tag("footer", self._speech.say("note_nobody"), " ", made),
            lang=code,
            class_=self._speech.language,
        )

    def _top(self) -> list[ET.Element]:
        asked, totals = self._figures.asked, self._figures.totals
        span = self._speech.say(
            "span",
            start=self._speech.at(asked.start),
            end=self._speech.at(asked.end),
            zone=asked.zone,
        )
        accepted = self._figures.timings[Step.ACCEPT][None].share
        tiles = {
            "warnings": f"{totals.warnings:,}",
            "cases": f"{totals.cases:,}",
            "reported": f"{totals.reported:,}",
            "live": f"{totals.live:,}",
            "accepted": percent(accepted),
            "false_alarms": f"{totals.false_alarms:,}",
            "exercises": f"{totals.exercises:,}",
        }
        told = [
            tag("div", tag("dt", self._speech.say(key)), tag("dd", text), class_="tile")
            for key, text in tiles.items()
        ]
        return [
            tag("h1", self.title()),
            tag("p", span, class_="dim"),
            tag("dl", *told, class_="tiles"),
        ]

    def _over_time(self) -> list[ET.Element]:
        found = self._figures.columns
        heading = tag("h2", self._speech.say("over_time"))
        counts = [sum(column.ranks.values()) for column in found]
        if not any(counts):
            return [heading, self._speech.nothing()]
        said = self._speech.say(f"per_{found[0].whole}")
        middle = found[len(found) // 2].label
        drawn = tag(
            "div",
            tag("div", tag("span", f"{max(counts):,}"), tag("span", "0"), class_="scale"),
            columns(found, said),
            tag(
                "div",
                *(tag("span", label) for label in (found[0].label, middle, found[-1].label)),
                class_="ends",
            ),
            class_="time",
        )
        return [heading, tag("p", said, class_="dim"), drawn, self._legend()]

    def _legend(self) -> ET.Element:
        told = [column.ranks for column in self._figures.columns]
        keys = [self._speech.rank(rank) for rank in STACK if any(ranks.get(rank) for ranks in told)]
        return tag("p", *keys, class_="legend")
