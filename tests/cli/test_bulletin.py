"""`sentinel bulletin`, with a real configuration, a real database and a real trail."""

from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

import sentinel.cli.bulletin as command
from sentinel.app.clock import WallClock
from sentinel.config import BundleStore, load_config
from sentinel.config.check import put_by
from sentinel.desk import open_database
from sentinel.desk.files import write_files
from sentinel.desk.trail.asking import Asked, lines
from sentinel.desk.transactions import reading, writing
from sentinel.domain.errors import ServiceError
from sentinel.warn.case import CaseFile
from tests.publish.small import case, closed

ROOT = Path(__file__).parents[2]
Run = Callable[..., Result]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The first deployment of the tutorial, with a data folder of this test's own, and a case."""
    text = (ROOT / "configs/first/sentinel.yaml").read_text()
    for name in ("areas.geojson", "devices.csv", "formats.yaml", "metrics.yaml", "rules.yaml"):
        (tmp_path / name).write_text((ROOT / "configs/first" / name).read_text())
    file = tmp_path / "sentinel.yaml"
    file.write_text(text)
    config = load_config(file)
    engine = open_database(config.desk.where(config.data / "desk"))
    now = WallClock().now() - 60_000
    files = [closed(1, opened_at=now), CaseFile(case=case(2, opened_at=now))]
    with writing(engine) as connection:
        write_files(connection, files, revision=0, at=now)
    engine.dispose()
    return file


@pytest.fixture
def run(file: Path) -> Run:
    """Run the command."""
    app = typer.Typer()
    command.register(app)

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, [*arguments, "-c", str(file)])

    return run


def trail(file: Path) -> list[tuple[str, str]]:
    config = load_config(file)
    engine = open_database(config.desk.where(config.data / "desk"))
    with reading(engine) as connection:
        found = [(line.entry.act, line.entry.area) for line in lines(connection, Asked())]
    engine.dispose()
    return found


def test_it_is_written_where_one_says_and_stands_in_the_trail(
    run: Run, file: Path, tmp_path: Path
) -> None:
    out = tmp_path / "week.html"
    done = run("--from", "1h", "--out", str(out))

    assert (done.exit_code, done.output) == (0, f"wrote {out}\n")
    assert "river-level" in out.read_text()
    assert trail(file) == [("exported", "")]


def test_it_is_printed_unless_one_says_where(run: Run) -> None:
    done = run()

    assert done.output.startswith("<!doctype html>")
    assert "全市预警简报" in done.output


def test_only_the_time_asked_for_is_in_it(run: Run) -> None:
    done = run("--from", "3h", "--to", "2h")

    assert done.output.count("Nothing in this time.") == 7


def test_an_area_is_known_by_its_code_and_told_by_its_name(run: Run, file: Path) -> None:
    config = load_config(file)
    put_by(config, BundleStore(config.data / "bundles"))
    areas = BundleStore(config.data / "bundles")
    registry = areas.load(areas.names()[-1]).registry
    district = next(area for area in registry.areas if area.parent)
    done = run("--area", district.code)
    wrong = run("--area", f"{district.code}x")

    assert f"{district.name['zh']}预警简报" in done.output
    assert isinstance(wrong.exception, ServiceError)
    assert f"did you mean {district.code!r}?" in str(wrong.exception)


def test_a_time_that_ends_before_it_begins_is_refused(run: Run) -> None:
    done = run("--from", "1h", "--to", "2h")

    assert done.exit_code == 2
    assert "must lie after --from" in done.output
