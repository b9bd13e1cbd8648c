import json
import re
from pathlib import Path

import pytest

import sentinel.console
from sentinel.console.signing import _LOADED
from sentinel.console.texts import TEXTS as PAGE_TEXTS

WEB = Path(sentinel.console.__file__).parent / "web"
TEXTS: dict[str, dict[str, str]] = json.loads(
    (WEB / "sign-texts.js").read_text().split("export const TEXTS = ")[1].rstrip().rstrip(";")
)
WRITTEN = "".join((WEB / name).read_text() for name in ("sign-in.html", "sign-in.js", "signing.js"))


@pytest.mark.parametrize("key", TEXTS)
def test_every_text_is_there_in_both_languages_with_the_same_gaps(key: str) -> None:
    zh, en = TEXTS[key]["zh"], TEXTS[key]["en"]

    assert zh.strip()
    assert en.strip()
    assert set(re.findall(r"\{(\w+)\}", zh)) == set(re.findall(r"\{(\w+)\}", en))


@pytest.mark.parametrize("key", TEXTS)
def test_every_text_is_shown_somewhere(key: str) -> None:
    assert f'"{key}"' in WRITTEN


def test_every_text_that_the_pages_ask_for_is_there() -> None:
    asked = set(re.findall(r'say\(\s*"(\w+)"', WRITTEN))
    asked |= set(re.findall(r'data-text="(\w+)"', WRITTEN))

    assert asked
    assert asked <= set(TEXTS)


def test_both_pages_call_the_product_alike() -> None:
    assert TEXTS["product"] == PAGE_TEXTS["product"]


@pytest.mark.parametrize("name", [name for name in _LOADED if name.endswith(".js")])
def test_no_text_gets_into_the_markup_unescaped_and_nothing_comes_from_elsewhere(name: str) -> None:
    text = (WEB / name).read_text()

    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text)
    assert not re.search(r"https?://", text)
    assert set(re.findall(r'from "\./([^"]+)"', text)) <= set(_LOADED)
