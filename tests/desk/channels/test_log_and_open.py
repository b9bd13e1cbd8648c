"""The file of lines, and channels opened from settings."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import TypeAdapter, ValidationError

from sentinel.desk.channels.log import Log
from sentinel.desk.channels.open import open_channels
from sentinel.desk.channels.settings import Channels, LogSettings
from sentinel.desk.settings import DeskSettings
from sentinel.domain.errors import ServiceError, TryAgain
from sentinel.testing.clock import HandClock
from sentinel.warn.notice import Message

Build = Callable[..., Message]
LOG = LogSettings(kind="log")


def test_each_message_is_one_line_whoever_writes_at_once(tmp_path: Path, message: Build) -> None:
    log = Log(LOG, tmp_path / "desk")
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(log.send, [message(id=f"k{n}") for n in range(100)]))

    lines = (tmp_path / "desk" / "notices.jsonl").read_text().splitlines()
    assert {json.loads(line)["id"] for line in lines} == {f"k{n}" for n in range(100)}
    assert "红色" in lines[0]


def test_a_line_that_a_crash_left_unfinished_spoils_only_itself(
    tmp_path: Path, message: Build
) -> None:
    (tmp_path / "notices.jsonl").write_text('{"id": "ha')
    Log(LOG, tmp_path).send(message())

    first, second = (tmp_path / "notices.jsonl").read_text().splitlines()
    assert first == '{"id": "ha'
    assert json.loads(second)["id"] == "k1:0"


def test_a_file_that_cannot_be_written_is_tried_again(tmp_path: Path, message: Build) -> None:
    (tmp_path / "notices.jsonl").mkdir()

    with pytest.raises(TryAgain, match=r"notices.jsonl: is a directory"):
        Log(LOG, tmp_path).send(message())


def test_every_kind_of_channel_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("URL", "mailto://u:p@host")
    monkeypatch.setenv("SECRET", "s")
    settings = TypeAdapter(Channels).validate_python(
        {
            "mail": {"kind": "apprise", "url_env": "URL"},
            "app": {"kind": "webhook", "url": "https://host/", "secret_env": "SECRET"},
            "am": {"kind": "alertmanager", "url": "https://host/"},
            "bus": {"kind": "mqtt", "version": 5},
            "file": {"kind": "log"},
        }
    )

    assert list(open_channels(settings, HandClock(), tmp_path)) == [
        "mail",
        "app",
        "am",
        "bus",
        "file",
    ]


def test_a_channel_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    settings = TypeAdapter(Channels).validate_python(
        {"sms": {"kind": "apprise", "url_file": tmp_path / "nowhere"}}
    )

    with pytest.raises(ServiceError, match=r"channel 'sms': .*`url_file`"):
        open_channels(settings, HandClock(), tmp_path)


def test_an_empty_secret_is_none(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text(" \n")
    settings = TypeAdapter(Channels).validate_python(
        {"sms": {"kind": "apprise", "url_file": tmp_path / "empty"}}
    )

    with pytest.raises(ServiceError, match="is empty"):
        open_channels(settings, HandClock(), tmp_path)


@pytest.mark.parametrize(
    ("channel", "why"),
    [
        ({"kind": "apprise", "url": "mailto://a"}, "url"),
        ({"kind": "apprise"}, "exactly one of"),
        ({"kind": "webhook", "url": "https://h"}, "secret_env"),
        ({"kind": "webhook", "url": "https://h", "url_env": "X", "secret_env": "Y"}, "exactly one"),
        ({"kind": "alertmanager", "url": "h", "token_env": "X", "token_file": "y"}, "exactly one"),
        ({"kind": "mqtt", "password_env": "X"}, "needs a `username`"),
        ({"kind": "mqtt", "topic": "a/#"}, "published to"),
        ({"kind": "mqtt", "tls": {"cert_file": "x"}}, "go together"),
        ({"kind": "pigeon"}, "pigeon"),
    ],
)
def test_settings_that_do_not_hold_together_are_refused(
    channel: dict[str, object], why: str
) -> None:
    with pytest.raises(ValidationError, match=why):
        DeskSettings.model_validate({"channels": {"x": channel}})


@pytest.mark.parametrize("key", ["deadman", "heads"])
def test_a_target_must_be_one_of_the_channels(key: str) -> None:
    target = {"channel": "mail"}
    value = target if key == "deadman" else {"to": [target]}
    channels = {"mail": {"kind": "log"}}

    with pytest.raises(ValidationError, match=f"`{key}`: `channel` must be one of"):
        DeskSettings.model_validate({key: value})
    assert DeskSettings.model_validate({key: value, "channels": channels}).channels
