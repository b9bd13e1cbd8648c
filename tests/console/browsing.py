"""A real browser on a server in a process of its own, for the tests of the page."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)

PATIENCE_MS = 120_000
"""How long what must appear may take: a busy machine is no failure."""
expect.set_options(timeout=PATIENCE_MS)

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ROOT = Path(__file__).parents[2]


@dataclass
class Night:
    """A served night; whatever the page asked of anybody is in `asked`."""

    process: subprocess.Popen[str]
    address: str
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def tell(self, count: int, seed: int) -> None:
        """Let the desk take further findings."""
        self._say(f"{count} {seed}")

    def darken(self) -> None:
        """Let the listener lose its broker."""
        self._say("dark")

    def _say(self, line: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()


Open = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests of a file; each page has a profile of its own.

    Not for longer: while it lives, Playwright's event loop runs in this thread, and no other can.
    """
    if not CHROMIUM.exists():
        pytest.skip(f"there is no browser at {CHROMIUM}")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def serving(data: Path, *more: str) -> Iterator[Night]:
    """A server with 48 warnings; it stops when its standard input closes."""
    command = [sys.executable, "-m", "tests.console.serve", "--data", str(data), *more]
    process = subprocess.Popen(  # noqa: S603 -- our own
        [*command, "--heartbeat", "0.4"],
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}/src:{ROOT}", "PATH": "/usr/bin:/bin"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout
    port = json.loads(process.stdout.readline())["port"]
    yield Night(process, f"http://127.0.0.1:{port}/")
    with process:
        assert process.stdin
        process.stdin.close()
        process.wait(30)


@pytest.fixture(scope="module")
def shared_night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    """A night that tests only look at."""
    with serving(tmp_path_factory.mktemp("night")) as night:
        yield night


@pytest.fixture
def night(tmp_path: Path) -> Iterator[Night]:
    """A night that a test changes."""
    with serving(tmp_path) as night:
        yield night


@pytest.fixture
def browse(browser: Browser) -> Iterator[Open]:
    """Open the page in a browser that has never seen it."""
    contexts: list[BrowserContext] = []

    def browse(
        night: Night, *, language: str = "en", width: int = 1600, height: int = 900, at: str = ""
    ) -> Page:
        contexts.append(
            browser.new_context(
                viewport={"width": width, "height": height},
                locale="zh-CN" if language == "zh" else "en-GB",
                extra_http_headers={"authorization": "Bearer zhang.wei"},
            )
        )
        contexts[-1].set_default_timeout(PATIENCE_MS)
        page = contexts[-1].new_page()
        page.on("request", lambda request: night.asked.append(request.url))
        page.on("pageerror", lambda error: night.complaints.append(str(error)))
        page.on("console", lambda said: _complain(night, said))
        page.goto(f"{night.address}{at}")
        expect(page.locator(".row, .empty .link").first).to_be_visible()
        return page

    yield browse
    for context in contexts:
        context.close()


def _complain(night: Night, said: ConsoleMessage) -> None:
    """That something asked for is not there is said by the page itself."""
    if said.type == "error" and not said.text.startswith("Failed to load resource"):
        night.complaints.append(said.text)
