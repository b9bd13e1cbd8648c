import re
from pathlib import Path

import pytest

import sentinel.console
from sentinel.console.texts import TEXTS
from sentinel.domain.finding import Change, Ending
from sentinel.warn.order import How

WEB = Path(sentinel.console.__file__).parent / "web"
SCRIPTS = sorted(WEB.glob("*.js"))


@pytest.mark.parametrize("key", TEXTS)
def test_every_text_is_there_in_both_languages_with_the_same_gaps(key: str) -> None:
    zh, en = TEXTS[key]["zh"], TEXTS[key]["en"]

    assert zh.strip()
    assert en.strip()
    assert set(re.findall(r"\{(\w+)\}", zh)) == set(re.findall(r"\{(\w+)\}", en))


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


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_the_page_puts_no_text_into_its_markup_unescaped(script: Path) -> None:
    """Names and titles come from registries and devices; Vue escapes what stands in braces."""
    text = script.read_text()

    assert not re.search(r"v-html|innerHTML|outerHTML|insertAdjacentHTML|document\.write", text)
    assert not re.search(r"https?://", text)
