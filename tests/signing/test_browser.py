"""Signing in in a real browser, on a server in a process of its own."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.signing.serve import PASSWORD

pytestmark = pytest.mark.browser

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
class Site:
    """A served site; whatever its pages asked of anybody is in `asked`."""

    process: subprocess.Popen[str]
    address: str
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def tell(self, order: str) -> None:
        """Let the server obey, and wait until it has."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{order}\n")
        self.process.stdin.flush()
        self.process.stdout.readline()


Open = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests here; each page has a profile of its own."""
    if not CHROMIUM.exists():
        pytest.skip(f"there is no browser at {CHROMIUM}")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A server with two users; it stops when its standard input closes."""
    process = subprocess.Popen(  # noqa: S603 -- our own
        [sys.executable, "-m", "tests.signing.serve", "--data", str(tmp_path)],
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}/src:{ROOT}", "PATH": "/usr/bin:/bin"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout
    port = json.loads(process.stdout.readline())["port"]
    yield Site(process, f"http://127.0.0.1:{port}/")
    with process:
        assert process.stdin
        process.stdin.close()
        process.wait(30)


@pytest.fixture
def browse(browser: Browser, site: Site) -> Iterator[Open]:
    """Open the page in a browser that has never seen it."""
    contexts: list[BrowserContext] = []

    def browse(path: str = "", language: str = "en", width: int = 1280, height: int = 800) -> Page:
        contexts.append(
            browser.new_context(
                viewport={"width": width, "height": height},
                locale="zh-CN" if language == "zh" else "en-GB",
            )
        )
        contexts[-1].set_default_timeout(PATIENCE_MS)
        page = contexts[-1].new_page()
        page.on("request", lambda request: site.asked.append(request.url))
        page.on("pageerror", lambda error: site.complaints.append(str(error)))
        page.goto(site.address + path)
        return page

    yield browse
    for context in contexts:
        context.close()


def sign_in(page: Page, name: str = "wang.fang", password: str = PASSWORD) -> None:
    page.locator("input[name=name]").fill(name)
    page.locator("input[name=password]").fill(password)
    page.keyboard.press("Enter")


def signed_in(browse: Open, name: str = "wang.fang") -> Page:
    page = browse()
    sign_in(page, name)
    expect(page.locator("#who")).not_to_be_empty()
    return page


def again(page: Page) -> None:
    """Answer the question in front of the page as who it knows."""
    expect(page.locator("dialog input[name=password]")).to_be_focused()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("dialog")).to_have_count(0)


def test_a_stranger_signs_in_by_keyboard_and_is_where_they_wanted_to_be(
    browse: Open, site: Site
) -> None:
    page = browse("?warning=w1")
    expect(page.locator("input[name=name]")).to_be_focused()
    page.keyboard.type("Wang.Fang")
    page.keyboard.press("Enter")
    expect(page.locator("input[name=password]")).to_be_focused()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")

    expect(page.locator("#who")).to_have_text("王芳")
    assert page.url == f"{site.address}?warning=w1"
    assert site.complaints == []
    assert all(url.startswith((site.address, "data:")) for url in site.asked)


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "The user name or the password is wrong."), ("zh", "用户名或密码不对。")],
)
def test_a_wrong_password_is_said_in_the_persons_language(
    browse: Open, language: str, words: str
) -> None:
    page = browse(language=language)
    sign_in(page, password="guess")  # noqa: S106 -- wrong

    expect(page.locator(".sign-problem")).to_have_text(words)
    expect(page.locator("input[name=password]")).to_be_focused()
    sign_in(page)
    expect(page.locator("#who")).to_have_text("王芳")


def test_who_must_wait_sees_for_how_long_and_then_gets_in(browse: Open, site: Site) -> None:
    page = browse()
    for _ in range(6):
        expect(page.locator(".sign-button")).to_have_text("Sign in")
        sign_in(page, password="guess")  # noqa: S106 -- wrong
        expect(page.locator(".sign-problem")).not_to_be_empty()
    expect(page.locator(".sign-problem")).to_have_text("Too many attempts. Try again in 1 s.")
    site.tell("wait 1")
    expect(page.locator(".sign-button")).to_have_text("Sign in")
    sign_in(page)

    expect(page.locator("#who")).to_have_text("王芳")


def test_the_page_speaks_both_languages_and_remembers_which(browse: Open) -> None:
    page = browse(language="zh")
    expect(page.locator("h1")).to_have_text("登录")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    page.get_by_text("English", exact=True).click()
    expect(page.locator("h1")).to_have_text("Sign in")
    page.reload()

    expect(page.locator("h1")).to_have_text("Sign in")
    expect(page).to_have_title("Sign in · City early warning")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [1280, 390, 320])
def test_nothing_is_wider_than_the_screen(browse: Open, language: str, width: int) -> None:
    page = browse(language=language, width=width, height=640)
    expect(page.locator(".sign-form")).to_be_visible()

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    box = page.locator(".sign-button").bounding_box()
    assert box
    assert box["height"] >= 40


def test_a_password_can_be_looked_at(browse: Open) -> None:
    page = browse()
    page.locator("input[name=password]").fill("secret")
    page.get_by_text("Show", exact=True).click()
    expect(page.locator("input[name=password]")).to_have_attribute("type", "text")
    page.get_by_text("Hide", exact=True).click()

    expect(page.locator("input[name=password]")).to_have_attribute("type", "password")


@pytest.mark.parametrize(
    "next_",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/sign-in",
    ],
)
def test_nobody_is_led_to_another_site(browse: Open, site: Site, next_: str) -> None:
    page = browse(f"sign-in?next={next_}")
    sign_in(page)
    expect(page.locator("#who")).to_have_text("王芳")

    assert page.url == site.address


def test_a_link_in_a_mail_leads_who_is_signed_in_straight_there(browse: Open, site: Site) -> None:
    """Browsers keep a strict cookie back when another site's link is followed."""
    page = signed_in(browse)
    page.route(
        "http://mail.example/",
        lambda route: route.fulfill(
            content_type="text/html", body=f"<a href='{site.address}?warning=w1'>open</a>"
        ),
    )
    page.goto("http://mail.example/")
    page.get_by_text("open").click()

    expect(page.locator("#who")).to_have_text("王芳")
    assert page.url == f"{site.address}?warning=w1"


def test_an_ended_session_asks_in_place_and_nothing_typed_is_lost(browse: Open, site: Site) -> None:
    page = signed_in(browse)
    page.locator("#found").fill("井盖移位")
    site.tell("wait 60")
    page.locator("#found").press_sequentially(", 60 cm")
    expect(page.locator("dialog h1")).to_have_text("Sign in again")
    expect(page.locator("dialog input[name=name]")).to_have_value("wang.fang")
    again(page)

    expect(page.locator("#found")).to_have_value("井盖移位, 60 cm")
    page.locator("#send").click()
    expect(page.locator("#sent")).to_have_text("wang.fang")
    assert site.complaints == []


def test_an_act_that_met_the_end_of_the_session_is_done_after_signing_in(
    browse: Open, site: Site
) -> None:
    page = signed_in(browse)
    site.tell("wait 60")
    page.locator("#send").click()
    expect(page.locator("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("dialog input[name=password]").fill("guess")
    page.keyboard.press("Enter")
    expect(page.locator("dialog .sign-problem")).to_have_text(
        "The user name or the password is wrong."
    )
    page.locator("dialog input[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")

    expect(page.locator("#sent")).to_have_text("wang.fang")


def test_what_was_typed_is_there_again_on_another_day_and_for_its_author_only(
    browse: Open, site: Site
) -> None:
    page = signed_in(browse)
    with page.expect_response("**/api/v1/drafts/c1"):
        page.locator("#found").fill("井盖移位")
    site.tell("wait 1440")

    other = signed_in(browse, "li.qiang")
    expect(other.locator("#found")).to_have_value("")
    later = signed_in(browse)
    expect(later.locator("#found")).to_have_value("井盖移位")
    later.locator("#send").click()
    expect(later.locator("#sent")).to_have_text("wang.fang")
    later.reload()
    expect(later.locator("#found")).to_have_value("")


def test_a_page_that_is_left_at_once_has_kept_what_was_typed(browse: Open) -> None:
    page = signed_in(browse)
    page.locator("#found").fill("typed in haste")
    page.reload()

    expect(page.locator("#found")).to_have_value("typed in haste")


def test_the_user_changes_at_a_shared_console(browse: Open, site: Site) -> None:
    page = signed_in(browse)
    page.locator("#change").click()
    expect(page.locator(".sign-note")).to_have_text("王芳 is signed out here when you sign in.")
    sign_in(page, "li.qiang")

    expect(page.locator("#who")).to_have_text("Li <i>Qiang</i>")
    assert page.url == site.address


def test_who_only_looked_at_changing_goes_on_as_they_are(browse: Open) -> None:
    page = signed_in(browse)
    page.locator("#change").click()
    page.get_by_text("Go on as 王芳").click()

    expect(page.locator("#who")).to_have_text("王芳")


def test_the_other_tab_does_not_act_in_the_name_of_who_came_after(browse: Open, site: Site) -> None:
    page = signed_in(browse)
    other = page.context.new_page()
    other.goto(f"{site.address}sign-in")
    sign_in(other, "li.qiang")
    expect(other.locator("#who")).to_have_text("Li <i>Qiang</i>")
    page.locator("#send").click()
    expect(page.locator("dialog h1")).to_have_text("Somebody else has signed in")
    expect(page.locator("#sent")).to_be_empty()
    page.get_by_text("Open anew").click()

    expect(page.locator("#who")).to_have_text("Li <i>Qiang</i>")


def test_who_is_disabled_is_asked_and_not_let_in_again(browse: Open, site: Site) -> None:
    page = signed_in(browse)
    site.tell("disable wang.fang")
    page.locator("#send").click()
    page.locator("dialog input[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")

    expect(page.locator("dialog .sign-problem")).to_have_text(
        "The user name or the password is wrong."
    )


def test_signing_out_leads_to_where_one_signs_in(browse: Open, site: Site) -> None:
    page = signed_in(browse)
    page.locator("#out").click()
    expect(page.locator("input[name=name]")).to_be_focused()
    page.goto(site.address)

    expect(page.locator("input[name=name]")).to_be_visible()
    expect(page.locator("#who")).to_have_count(0)


def test_a_server_that_does_not_answer_is_said(browse: Open, site: Site) -> None:
    page = browse()
    expect(page.locator("input[name=name]")).to_be_focused()
    site.process.kill()
    site.process.wait()
    sign_in(page)

    expect(page.locator(".sign-problem")).to_have_text("Not signed in: the server does not answer")
