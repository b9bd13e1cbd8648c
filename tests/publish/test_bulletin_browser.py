"""The bulletin in a real browser: wide, on a phone, on paper; nothing is fetched."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from sentinel.domain.rank import Rank
from sentinel.publish.bulletin.figures import Asked, gather
from sentinel.publish.bulletin.page import write_bulletin
from sentinel.publish.bulletin.speech import Names
from sentinel.warn.case import Verdict
from tests.publish.small import MINUTE, NOW, closed

pytestmark = pytest.mark.browser

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
LONG = Names(
    areas={"pudong": {"zh": "浦东新区", "en": "The New Area of Pudong East of the River"}},
    scenarios={"flood-control": {"zh": "防汛防台", "en": "floods, storms and typhoons"}},
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests here."""
    if not CHROMIUM.exists():
        pytest.skip(f"there is no browser at {CHROMIUM}")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty cases of all ranks within a week."""
    verdicts, ranks = list(Verdict), [Rank.BLUE, Rank.YELLOW, Rank.ORANGE, Rank.RED]
    files = [
        closed(
            number,
            verdicts[number % 5],
            accept=number,
            worst=ranks[number % 4],
            opened_at=NOW - number * 230 * MINUTE,
            rule=f"a-rule-with-a-rather-long-name-{number % 3}",
        )
        for number in range(40)
    ]
    asked = Asked(start=NOW - 10_080 * MINUTE, end=NOW + 1, now=NOW, zone="Asia/Shanghai")
    path = tmp_path_factory.mktemp("bulletin") / "week.html"
    path.write_text(write_bulletin(gather(files, asked), LONG), encoding="utf-8")
    return path


def opened(browser: Browser, file: Path, width: int) -> Page:
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.set_default_timeout(60_000)
    page.goto(file.as_uri())
    return page


@pytest.mark.parametrize("width", [1100, 390])
@pytest.mark.parametrize("language", ["中文", "English"])
def test_nothing_sticks_out_at_any_width(
    browser: Browser, file: Path, width: int, language: str
) -> None:
    page = opened(browser, file, width)
    page.get_by_text(language, exact=True).click()

    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.close()


def test_one_language_is_seen_at_a_time(browser: Browser, file: Path) -> None:
    page = opened(browser, file, 1100)
    expect(page.get_by_role("heading", name="响应用时")).to_be_visible()
    expect(page.get_by_role("heading", name="How long it took")).to_be_hidden()

    page.get_by_text("English", exact=True).click()

    expect(page.get_by_role("heading", name="How long it took")).to_be_visible()
    expect(page.get_by_role("heading", name="响应用时")).to_be_hidden()
    page.close()


def test_charts_are_drawn_and_say_what_they_show(browser: Browser, file: Path) -> None:
    page = opened(browser, file, 1100)
    columns = page.get_by_role("img", name="每日预警数")

    box = columns.bounding_box()
    assert box
    assert (box["width"] > 700, box["height"] > 100) == (True, True)
    assert columns.locator("rect").count() > 10
    page.close()


def test_it_prints_on_a_few_pages_and_asks_nobody(browser: Browser, file: Path) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    printed = page.pdf(prefer_css_page_size=True)

    assert 1 <= printed.count(b"/Type /Page\n") <= 5
    assert asked == [file.as_uri()]
    page.close()
