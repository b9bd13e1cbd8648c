"""What a configuration may say of publishing, and what it means."""

from typing import Any

import pytest
from pydantic import ValidationError

from sentinel.desk.publish.settings import PublishSettings
from sentinel.domain.rank import Rank
from sentinel.publish.cap.message import Category


@pytest.mark.parametrize(
    "section",
    [
        {"sender": "duty office"},
        {"sender": "duty,office"},
        {"sender": "<duty>"},
        {"site": "duty.example.cn"},
        {"site": "https://duty.example.cn/"},
        {"valid": {"red": "1m"}},
        {"valid": {"red": "8d"}},
        {"valid": {"pink": "1h"}},
        {"categories": {"flood": ["Water"]}},
        {"events": {"flood": {"fr": "crue"}}},
        {"most_entries": 0},
        {"address": "https://duty.example.cn"},
    ],
)
def test_what_no_message_could_carry_is_refused(section: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        PublishSettings.model_validate(section)


def test_what_is_not_said_has_a_default() -> None:
    usual = PublishSettings.model_validate({"valid": {"red": "30m"}}).usual()

    assert usual.valid_ms[Rank.RED] == 1_800_000
    assert usual.valid_ms[Rank.BLUE] == 24 * 3_600_000
    assert usual.restriction


def test_scenarios_have_categories_and_names() -> None:
    section = {"categories": {"flood": ["Met"]}, "events": {"flood": {"zh": "内涝"}}}
    usual = PublishSettings.model_validate(section).usual()

    assert (usual.categories["flood"], usual.events["flood"]) == ((Category.MET,), {"zh": "内涝"})
