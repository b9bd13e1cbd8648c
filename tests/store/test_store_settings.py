"""Settings that do not hold together are refused in the words of the file."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from sentinel.domain.errors import StoreError
from sentinel.store import StoreKind, StoreSettings


def test_the_default_is_sqlite_for_ninety_days() -> None:
    settings = StoreSettings()

    assert (settings.kind, settings.keep) == (StoreKind.SQLITE, 90 * 86_400_000)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"url": "http://db:8428"}, "with `kind: sqlite` leave it out"),
        ({"kind": "influxdb2"}, "`url` must be such as"),
        ({"kind": "influxdb2", "url": "db:8086"}, "`url` must be such as"),
        ({"kind": "influxdb3", "url": "http://db", "read_url": "ftp://x"}, "`read_url` must be"),
        ({"kind": "influxdb"}, "victoria-metrics"),
        ({"keep": "ninety days"}, "must be a duration"),
        (
            {"kind": "influxdb2", "url": "http://db", "token_env": "T", "token_file": "f"},
            "not from both",
        ),
    ],
)
def test_what_does_not_hold_together_is_told(given: dict[str, str], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        StoreSettings.model_validate(given)


def test_a_token_is_read_where_the_settings_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN_OF_TEST", " a ")
    (tmp_path / "token").write_text("b\n")

    assert StoreSettings().token() == ""
    assert StoreSettings(token_env="TOKEN_OF_TEST").token() == "a"  # noqa: S106 -- a name
    assert StoreSettings(token_file=tmp_path / "token").token() == "b"


def test_a_token_that_is_not_there_is_told_by_name(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="'NO_SUCH_TOKEN'; set it for this service"):
        StoreSettings(token_env="NO_SUCH_TOKEN").token()  # noqa: S106 -- a name
    with pytest.raises(StoreError, match="cannot be read"):
        StoreSettings(token_file=tmp_path / "none").token()
