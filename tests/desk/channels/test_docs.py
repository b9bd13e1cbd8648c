"""What docs/notices.md tells a receiver to do is right, and its configuration is one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sentinel.desk.channels.signature import signed
from sentinel.desk.settings import DeskSettings
from sentinel.document import Problems
from sentinel.document.yaml import parse_yaml

PAGE = (Path(__file__).parents[3] / "docs" / "notices.md").read_text(encoding="utf-8")
AT = 1_800_000_000_000


def block(language: str) -> str:
    return PAGE.split(f"```{language}\n")[1].split("```")[0]


@pytest.fixture
def check(monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """The ten lines, as a receiver would run them."""
    found: dict[str, Any] = {}
    exec(compile(block("python"), "docs/notices.md", "exec"), found)  # noqa: S102 -- our own page
    monkeypatch.setattr(found["time"], "time", lambda: AT / 1000)
    return found["check"]  # type: ignore[no-any-return]


def test_the_ten_lines_take_what_is_ours_once_and_refuse_the_rest(
    check: Callable[..., int],
) -> None:
    def headers(at: int, *keys: bytes) -> dict[str, str]:
        return {name.lower(): value for name, value in signed(b"{}", "k1", keys, at).items()}

    assert check(headers(AT, b"key"), b"{}", b"key", set()) == 202
    assert check(headers(AT, b"key"), b"{}", b"key", {"k1"}) == 200
    assert check(headers(AT, b"old", b"key"), b"{}", b"key", set()) == 202
    assert check(headers(AT, b"other"), b"{}", b"key", set()) == 401
    assert check(headers(AT, b"key"), b"{ }", b"key", set()) == 401
    assert check(headers(AT - 300_001, b"key"), b"{}", b"key", set()) == 401


def test_the_example_of_a_configuration_is_a_good_one() -> None:
    node = parse_yaml(block("yaml"), "example", Problems())
    assert node is not None

    settings = DeskSettings.model_validate(node.plain()["desk"])

    kinds = {channel.kind for channel in settings.channels.values()}
    assert kinds == {"apprise", "webhook", "alertmanager", "mqtt", "log"}
