"""A configuration file read."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sentinel.config import Config, gather, load_config, read_config
from sentinel.config.settings import config_schema
from sentinel.desk.channels.settings import WebhookSettings
from sentinel.document import ConfigurationError, Problems

Edit = Callable[[str, str, str], None]


def told(path: Path) -> list[str]:
    problems = Problems()
    read_config(path, problems)
    return [str(problem).replace(f"{path.parent}/", "") for problem in problems.in_order()]


def test_paths_start_from_the_file(deployment: Path) -> None:
    config = load_config(deployment)

    assert config.data == deployment.parent / "var"
    assert config.registry.devices == deployment.parent / "city/devices.csv"
    assert config.detect.models is None
    assert config.file == deployment


def test_sections_that_are_left_out_have_their_defaults(deployment: Path) -> None:
    config = load_config(deployment)

    assert (config.ingest.host, config.ingest.port) == ("127.0.0.1", 1883)
    assert config.normalise.skew == 60_000
    assert config.record.checkpoint_every == 60_000
    assert config.detect.shards == 4


def test_every_problem_is_told_at_once(deployment: Path, edit: Edit) -> None:
    edit(
        "sentinel.yaml",
        "zone: Asia/Shanghai",
        "zone: Asia/Shangai\nfoo: 1\nrecord: {checkpoint_every: 5}",
    )
    edit("sentinel.yaml", "shards: 4", "shads: 4")

    assert told(deployment) == [
        (
            "sentinel.yaml:3:7: `zone`: must be an IANA time zone such as 'Asia/Shanghai'; "
            "got 'Asia/Shangai'"
        ),
        "sentinel.yaml:4:1: there is no such key: 'foo'",
        (
            'sentinel.yaml:5:28: `record.checkpoint_every`: must be a duration such as "5m" or '
            '"1h30m"; got 5'
        ),
        "sentinel.yaml:8:35: there is no such key: 'shads'; did you mean 'shards'?",
    ]


def test_files_that_are_not_there_are_told(deployment: Path, edit: Edit) -> None:
    edit("sentinel.yaml", "city/devices.csv", "city/device.csv")
    edit("sentinel.yaml", "rules/*.yaml", "rule/*.yaml")
    edit("sentinel.yaml", "city/formats.yaml", "city/format.yaml")

    assert told(deployment) == [
        "sentinel.yaml:4:48: `registry.devices`: there is no such file: 'city/device.csv'",
        "sentinel.yaml:5:23: `normalise.formats`: there is no such file: 'city/format.yaml'",
        "sentinel.yaml:6:18: `detect.rules`: no file matches 'rule/*.yaml'",
    ]


def test_a_missing_configuration_is_told_plainly(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="the file cannot be read"):
        load_config(tmp_path / "nothing.yaml")


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        (
            "ingest: {username: a, password: secret}",
            (
                "a secret does not stand in this file: `password`; name where it is with "
                "`password_env` or `password_file`"
            ),
        ),
        (
            'desk: {database: "postgresql://sentinel:secret@db/sentinel"}',
            (
                "a secret does not stand in this file; got an address with a password in it; "
                "PostgreSQL reads PGPASSWORD or ~/.pgpass"
            ),
        ),
    ],
)
def test_a_secret_does_not_stand_in_the_file(
    deployment: Path, edit: Edit, section: str, expected: str
) -> None:
    edit("sentinel.yaml", "name: test", f"name: test\n{section}")

    assert any(line.endswith(expected) for line in told(deployment))
    assert not any("secret@" in line for line in told(deployment))


def test_a_file_with_a_secret_is_found_from_the_configuration(deployment: Path, edit: Edit) -> None:
    edit("sentinel.yaml", "name: test", "name: test\ningest: {username: a, password_file: word}")
    assert told(deployment) == [
        "sentinel.yaml:2:38: `ingest.password_file`: there is no such file: 'word'"
    ]

    (deployment.parent / "word").write_text("secret\n")

    assert load_config(deployment).ingest.password() == "secret"


def test_tests_beside_rules_are_not_gathered(deployment: Path) -> None:
    gathered = gather(load_config(deployment), Problems())

    assert sorted(gathered.files) == [
        "formats/formats.yaml",
        "registry/areas.geojson",
        "registry/devices.csv",
        "registry/metrics.yaml",
        "rules/flood.yaml",
        "settings.yaml",
    ]


def test_files_of_one_name_are_told_apart(deployment: Path, edit: Edit) -> None:
    more = deployment.parent / "more"
    more.mkdir()
    (more / "flood.yaml").write_text("rules: []\n")
    edit("sentinel.yaml", '["rules/*.yaml"]', '["rules/*.yaml", "more/*.yaml", "rules/flood.yaml"]')
    gathered = gather(load_config(deployment), Problems())

    assert [path for path in gathered.files if path.startswith("rules/")] == [
        "rules/flood.yaml",
        "rules/flood-2.yaml",
    ]


def test_files_are_called_as_the_user_calls_them(
    deployment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(deployment.parent / "city")
    gathered = gather(load_config(Path("../sentinel.yaml")), Problems())

    assert gathered.names["rules/flood.yaml"] == "../rules/flood.yaml"
    assert gathered.names["registry/devices.csv"] == "../city/devices.csv"


def test_models_are_gathered_with_their_records(deployment: Path, edit: Edit) -> None:
    edit("sentinel.yaml", "shards: 4", "shards: 4, models: models")
    assert gather(load_config(deployment), Problems()).files.keys().isdisjoint({"models/a.skops"})

    models = deployment.parent / "models"
    models.mkdir()
    (models / "a.skops").write_bytes(b"x")
    (models / "a.json").write_text('{"metric": "water_level"}')

    found = gather(load_config(deployment), Problems()).files
    assert (found["models/a.skops"], found["models/a.json"]) == (b"x", b'{"metric": "water_level"}')


def test_the_schema_has_every_section() -> None:
    properties = config_schema()["properties"]

    assert isinstance(properties, dict)
    assert set(properties) == set(Config.model_fields)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_spoilt_configurations_are_problems_and_never_exceptions(
    deployment: Path, data: st.DataObject
) -> None:
    content = (deployment.parent / "sentinel.yaml").read_text()
    begin = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(begin, min(begin + 20, len(content))))
    more = data.draw(st.text(alphabet="\n \t,:\"'[]{}&*!|-/\0az0", max_size=5))
    spoilt = deployment.with_name("spoilt.yaml")
    spoilt.write_text(content[:begin] + more + content[end:])
    problems = Problems()

    config = read_config(spoilt, problems)

    assert config is not None or problems.errors


def test_files_of_channels_start_from_the_file_and_must_be_there(
    deployment: Path, edit: Edit
) -> None:
    channel = 'app: {kind: webhook, url: "https://host/", secret_file: key}'
    edit("sentinel.yaml", "name: test", f"name: test\ndesk: {{channels: {{{channel}}}}}")
    assert told(deployment) == [
        "sentinel.yaml:2:75: `desk.channels.app.secret_file`: there is no such file: 'key'"
    ]

    (deployment.parent / "key").write_text("secret\n")

    app = load_config(deployment).desk.channels["app"]
    assert isinstance(app, WebhookSettings)
    assert app.secret().read() == "secret"


@pytest.mark.parametrize(
    ("channel", "expected"),
    [
        ("{kind: pigeon}", "'pigeon'"),
        ("{kind: webhook, urll: x, secret_env: X}", "there is no such key: 'urll'"),
        ('{kind: webhook, url: "https://u:p@h/", secret_env: X}', "a secret does not stand in"),
        ("{kind: webhook, secret: x}", "a secret does not stand in this file: `secret`"),
    ],
)
def test_what_is_wrong_with_a_channel_is_told_at_its_place(
    deployment: Path, edit: Edit, channel: str, expected: str
) -> None:
    edit("sentinel.yaml", "name: test", f"name: test\ndesk: {{channels: {{app: {channel}}}}}")

    found = told(deployment)

    assert any(expected in line for line in found)
    assert all(line.startswith("sentinel.yaml:2:") for line in found)
