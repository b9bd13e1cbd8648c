"""What the section `ingest:` takes, and what it refuses."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from sentinel.document.scalars import FROM_DOCUMENT
from sentinel.domain.errors import ServiceError
from sentinel.ingest import IngestSettings, TlsSettings
from sentinel.ingest.dial import Dialler


def test_durations_and_sizes_are_written_with_their_units() -> None:
    written = {"keep_alive": "1m", "session_expiry": "2d", "largest_payload": "64KiB", "version": 5}

    settings = IngestSettings.model_validate(written, context=FROM_DOCUMENT)

    assert settings.keep_alive == 60_000
    assert settings.session_expiry == 172_800_000
    assert settings.largest_payload == 65_536
    assert settings.version == "5"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({"keep_alive": 60}, "must be a duration"),
        ({"broker": "b"}, "Extra inputs"),
        ({"topics": ["a#"]}, "# only at its end; got 'a#'"),
        ({"version": "4"}, "'5' or '3.1.1'"),
        ({"password_env": "X"}, "a password needs a `username`"),
        (
            {"username": "u", "password_env": "X", "password_file": "f"},
            "from `password_env` or `password_file`, not from both",
        ),
        ({"host": "broker..example"}, "got 'broker..example'"),
        ({"host": ""}, "a host is a name or an address"),
        ({"host": "mqtt://broker"}, "a host is a name or an address"),
        (
            {"client_id": "city#1"},
            "with the `client_id` in it, must be one topic, without + and #; got 'sentinel/probe/c",
        ),
        ({"drops_topic": "$SYS/#"}, "`drops_topic` must be one topic"),
        ({"tls": {"cert_file": "c.pem"}}, "go together"),
        ({"tls": {"key_password_env": "X"}}, "is that of a `key_file`; there is none"),
        (
            {
                "tls": {
                    "cert_file": "c",
                    "key_file": "k",
                    "key_password_env": "X",
                    "key_password_file": "f",
                }
            },
            "from `key_password_env` or `key_password_file`, not from both",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(written: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        IngestSettings.model_validate(written, context=FROM_DOCUMENT)

    assert said in str(refused.value)


@pytest.mark.parametrize(
    "written",
    [
        {"host": "broker.example.cn"},
        {"host": "消息.example.cn"},
        {"host": "::1"},
        {"host": "10.0.0.4"},
        {"client_id": "city#1", "probe_topic": ""},
    ],
)
def test_what_makes_sense_is_taken(written: dict[str, object]) -> None:
    assert IngestSettings.model_validate(written).model_dump().items() >= written.items()


def test_a_name_that_no_resolver_takes_is_told_and_not_waited_for() -> None:
    settings = IngestSettings().model_copy(update={"host": "broker..example"})

    with pytest.raises(ValueError, match="label"):
        Dialler(settings).dial().result(60)


def test_the_password_comes_from_where_the_settings_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "password"
    file.write_text("pass word\n")
    monkeypatch.setenv("BROKER_PASSWORD", "from the environment")

    assert IngestSettings().password() is None
    assert IngestSettings(username="u", password_file=file).password() == "pass word"
    from_env = IngestSettings(username="u", password_env="BROKER_PASSWORD")  # noqa: S106 -- a name
    assert from_env.password() == "from the environment"


def test_the_password_of_a_key_comes_from_where_the_settings_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEY_PASSWORD", "from the environment")
    key = {"cert_file": tmp_path / "c", "key_file": tmp_path / "k"}

    assert TlsSettings.model_validate(key).key_password() is None
    tls = TlsSettings.model_validate(key | {"key_password_env": "KEY_PASSWORD"})
    assert tls.key_password() == "from the environment"
    with pytest.raises(ServiceError, match=r"ingest.tls: `key_password_env`: there is no"):
        TlsSettings.model_validate(key | {"key_password_env": "NOT_SET"}).key_password()


def test_a_password_that_is_not_there_is_told_by_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NOT_SET", raising=False)
    with pytest.raises(ServiceError, match="no environment variable 'NOT_SET'"):
        IngestSettings(username="u", password_env="NOT_SET").password()  # noqa: S106 -- a name
    with pytest.raises(ServiceError, match=r"`password_file`: .* cannot be read"):
        IngestSettings(username="u", password_file=tmp_path / "none").password()


def test_the_probe_bears_the_name_of_the_client() -> None:
    assert IngestSettings(client_id="pudong").probe() == "sentinel/probe/pudong"
