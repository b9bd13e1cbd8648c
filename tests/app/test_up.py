"""`sentinel up`, whole, as a person starts it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from sentinel.app.paths import Paths
from sentinel.app.status import look

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
Up = Callable[..., subprocess.Popen[str]]
Until = Callable[[Callable[[], object]], None]


@pytest.fixture
def deployment(tmp_path: Path) -> Path:
    """The demo's configuration with data and a port of its own."""
    text = (ROOT / "configs" / "demo.yaml").read_text(encoding="utf-8")
    text = text.replace("../var/demo", str(tmp_path / "data"))
    text = text.replace("../rules", str(ROOT / "rules")).replace("demo/", f"{ROOT}/configs/demo/")
    text = text.replace(f"{ROOT}/rules/{ROOT}/configs/demo/", f"{ROOT}/rules/demo/")
    file = tmp_path / "demo.yaml"
    file.write_text(f"{text}\ndesk: {{port: 0}}\n", encoding="utf-8")
    return file


@pytest.fixture
def up(deployment: Path) -> Iterator[Up]:
    """Return a starter of `sentinel up`; what still runs at the end is killed."""
    started: list[subprocess.Popen[str]] = []

    def start(*more: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(  # noqa: S603 -- our own
            [sys.executable, "-m", "sentinel", "up", "-c", str(deployment), *more],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": f"{ROOT}/src:{ROOT}"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def says(process: subprocess.Popen[str], words: str) -> None:
    """Wait until it has said so on stderr."""
    assert process.stderr is not None
    heard = []
    for line in process.stderr:
        heard.append(line)
        if words in line:
            return
    message = f"it never said {words!r}, but {''.join(heard)}"
    raise AssertionError(message)


def children(process: subprocess.Popen[str]) -> list[psutil.Process]:
    found: list[psutil.Process] = psutil.Process(process.pid).children(recursive=True)
    return found


def test_it_ends_by_itself_with_one_line_of_json_and_warnings(up: Up, deployment: Path) -> None:
    run = up("--simulate", "cloudburst", "--for", "30s", "--json")
    out, said = run.communicate()
    figures = json.loads(out.splitlines()[-1])

    assert run.returncode == 0, said
    assert figures["readings"] > 0
    assert sum(figures["warnings"].values()) > 0
    assert figures["lost"] == 0
    assert "Traceback" not in out + said
    assert look(Paths(deployment.parent / "data")).running() == {}


def test_an_interrupt_ends_everything_in_good_order(up: Up) -> None:
    run = up("--json")
    says(run, "the page is at")
    services = children(run)
    run.send_signal(signal.SIGINT)
    out, said = run.communicate()

    assert run.returncode == 0
    assert "Traceback" not in out + said
    assert len(services) == 5
    assert not any(service.is_running() for service in services)


def test_a_kill_leaves_no_orphans(up: Up, until: Until) -> None:
    run = up("--json")
    says(run, "the page is at")
    services = children(run)
    run.kill()

    until(lambda: not any(service.is_running() for service in services))


def test_a_second_one_in_the_same_folder_keeps_off(up: Up) -> None:
    first = up("--json")
    says(first, "the page is at")
    second = up("--json")
    out, said = second.communicate()

    assert second.returncode == 2
    assert out == ""
    assert "one `sentinel up` at a time works in a data folder" in said
    assert first.poll() is None
