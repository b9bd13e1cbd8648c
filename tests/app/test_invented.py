"""The users that a demo makes for itself."""

import shutil
from pathlib import Path

import pytest

from sentinel.app.invented import invent_users
from sentinel.app.people import opened_staff
from sentinel.config import Config, load_config
from sentinel.document import ConfigurationError
from sentinel.domain.person import Grant, Role

ROOT = Path(__file__).parents[2]


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    """A copy of the demo's configuration; its data stays in the test's own folder."""
    shutil.copytree(ROOT / "configs", tmp_path / "configs")
    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    return tmp_path / "configs" / "demo.yaml"


def users(config: Config) -> dict[str, tuple[Grant, ...]]:
    with opened_staff(config) as staff:
        return {user.id: tuple(user.grants) for user in staff.users()}


def test_the_demo_makes_its_users_and_says_how_to_sign_in(demo: Path) -> None:
    config = load_config(demo)
    first = invent_users(config)
    second = invent_users(config)

    held = users(config)
    assert Grant(role=Role.HANDLER, area="guqiao", department="water-affairs") in held["zhang"]
    assert "zhao (operator guqiao)" in first[0]
    assert first != second


def test_a_file_that_makes_no_sense_is_told_with_its_place(demo: Path) -> None:
    file = demo.parent / "demo" / "users.yaml"
    file.write_text("users: {wang: {name: Wang, roles: [{role: boss}]}}\n", encoding="utf-8")

    with pytest.raises(ConfigurationError, match=r"users.yaml:1:.*`users.wang.roles.0.role`"):
        invent_users(load_config(demo))


def test_nobody_is_invented_for_a_desk_that_others_can_reach(demo: Path) -> None:
    text = demo.read_text(encoding="utf-8")
    text = text.replace("desk:\n", "desk:\n  host: 0.0.0.0\n  hosts: [duty.example.cn]\n")
    text = text.replace("people: {", "people: {secure_cookies: true, ")
    demo.write_text(text, encoding="utf-8")

    with pytest.raises(ConfigurationError, match=r"leave out `people\.invented`"):
        load_config(demo)
