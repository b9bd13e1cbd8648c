import re
from pathlib import Path

import pytest

import sentinel.console
from sentinel.app.status import SERVICES
from sentinel.console import texts
from sentinel.console.evidence import note_in_words
from sentinel.console.texts import TEXTS
from sentinel.detect.engine.builtin import CHECK_NOTES
from sentinel.detect.engine.report import NOTES
from sentinel.domain.finding import Change, Ending
from sentinel.domain.metric import Metric, MetricKind, Span
from sentinel.warn.order import How

WEB = Path(sentinel.console.__file__).parent / "web"
ALONE = {"drafts.js", "sign-in.js", "sign-texts.js", "signing.js"}
"""They work without the page, and have words of their own."""
SCRIPTS = [script for script in sorted(WEB.glob("*.js")) if script.name not in ALONE]


@pytest.mark.parametrize("key", TEXTS)
def test_every_text_is_there_in_both_languages_with_the_same_gaps(key: str) -> None:
    zh, en = TEXTS[key]["zh"], TEXTS[key]["en"]

    assert zh.strip()
    assert en.strip()
    assert gaps(zh) == gaps(en)


def gaps(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def test_every_text_that_the_page_asks_for_is_there() -> None:
    asked = {
        key
        for script in SCRIPTS
        for key in re.findall(r"say\(['\"](\w+)['\"][,)]", script.read_text())
    }

    assert asked
    assert asked <= set(TEXTS)


def test_every_change_ending_and_way_has_words() -> None:
    assert {f"change_{change.value}" for change in Change} <= set(TEXTS)
    assert {f"ended_{ending.value}" for ending in Ending} <= set(TEXTS)
    assert {f"how_{how.value}" for how in How} <= set(TEXTS)


CHINESE = re.compile("[\u4e00-\u9fff]")
ODD = Metric(
    id="level",
    title={"zh": "水位", "en": "level"},
    kind=MetricKind.GAUGE,
    unit="m",
    interval_ms=500,
    sensor_span=Span(low=-0.5, high=1e6),
    jump=0.25,
    flat_after_ms=1_800_000,
)


@pytest.mark.parametrize("note", [*filter(None, NOTES), *(say(ODD) for say in CHECK_NOTES)])
def test_every_note_of_the_detector_has_words_in_both_languages(note: str) -> None:
    words = note_in_words(note)

    assert words["en"] == note
    assert CHINESE.search(words["zh"])
    assert not re.search("[a-z]{2}", words["zh"])


def test_a_note_of_another_version_is_shown_as_it_is() -> None:
    assert note_in_words("odd {x}") == {"zh": "odd {x}", "en": "odd {x}"}


@pytest.mark.parametrize("words", texts.NOTES, ids=lambda words: words["en"])
def test_every_note_is_there_in_both_languages_with_the_same_gaps(words: dict[str, str]) -> None:
    assert set(words) == {"zh", "en"}
    assert gaps(words["zh"]) == gaps(words["en"])


def test_every_service_has_a_name_and_every_refusal_a_reason() -> None:
    assert {f"service_{name}" for name in (*SERVICES, "journal")} <= set(TEXTS)
    assert {f"refused_{status}" for status in (400, 403, 404, 413, 421, 500, 503)} <= set(TEXTS)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_the_page_puts_no_text_into_its_markup_unescaped(script: Path) -> None:
    """Names and titles come from registries and devices; Vue escapes what stands in braces."""
    text = script.read_text()

    assert not re.search(r"v-html|innerHTML|outerHTML|insertAdjacentHTML|document\.write", text)
    assert not re.search(r"https?://", text)
