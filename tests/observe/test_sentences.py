# ruff: noqa: RUF001 -- Chinese has punctuation of its own
"""What services say of themselves, in both languages."""

import re
from string import Formatter

import pytest

from sentinel.observe.sentences import LANGUAGES, SENTENCES, sentence, state, words_of

CHINESE = re.compile("[\u4e00-\u9fff]")


def gaps(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("key", SENTENCES)
def test_every_sentence_is_there_in_both_languages_with_the_same_gaps(key: str) -> None:
    words = SENTENCES[key]

    assert set(words) == set(LANGUAGES)
    assert all(text.strip() for text in words.values())
    assert CHINESE.search(words["zh"])
    assert gaps(words["zh"]) == gaps(words["en"])


def test_all_is_well_without_a_sentence() -> None:
    assert state([]) == {"state": "ok", "state_words": {"zh": "ok", "en": "ok"}}


def test_several_troubles_are_one_sentence_after_the_other() -> None:
    said = state([sentence("down"), sentence("findings_lost", count=2)])

    assert said["state"] == ("down; 2 rows of findings were lost or unreadable; the log says which")
    assert said["state_words"]["zh"].startswith("未运行；有 2 行")
    assert said["state_words"]["en"] == said["state"]


def test_a_reason_that_comes_often_is_said_in_chinese_too() -> None:
    words = sentence("link_lost", broker="b:1883", why="[Errno 111] Connection refused")

    assert words["zh"] == "未连接消息服务器 b:1883：连接被拒绝"
    assert words["en"] == "not connected to b:1883: Connection refused"


def test_braces_in_a_reason_are_only_braces() -> None:
    assert sentence("store_down", why="{x!r}")["en"].endswith(": {x!r}")


def test_a_service_that_speaks_english_only_is_shown_as_it_speaks() -> None:
    assert words_of({"state": "odd"}) == {"zh": "odd", "en": "odd"}
