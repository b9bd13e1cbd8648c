# ruff: noqa: RUF001 -- Chinese has punctuation of its own
"""The page in a real browser, on a server in a process of its own."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.console.browsing import Night, Open, serving

pytestmark = pytest.mark.browser


def test_the_list_the_map_and_the_counts_are_there(browse: Open, shared_night: Night) -> None:
    page = browse(shared_night)

    expect(page.locator(".row").first).to_contain_text("Customs House grid 3: river at 4.28 m")
    expect(page.locator(".row").first).to_contain_text("Red")
    expect(page.locator(".area")).to_have_count(5)
    expect(page.locator(".count.rank-red b")).to_have_text("4")
    expect(page.locator(".health")).to_contain_text("All is running")
    assert shared_night.complaints == []


def test_nothing_leaves_for_another_server(browse: Open, shared_night: Night) -> None:
    page = browse(shared_night)
    page.locator(".row").first.click()
    expect(page.locator(".chart path.reading")).to_be_visible()

    assert shared_night.asked
    foreign = [
        url for url in shared_night.asked if not url.startswith((shared_night.address, "data:"))
    ]
    assert foreign == []


def test_a_new_red_appears_by_itself_and_calls(browse: Open, night: Night) -> None:
    page = browse(night)
    before = page.locator(".count.rank-red b").inner_text()

    night.tell(40, 77)

    expect(page.locator(".count.rank-red b")).not_to_have_text(before)
    expect(page.locator("html.alarmed")).to_have_count(1)
    expect(page).to_have_title(re.compile(r"Red \d+"))
    page.keyboard.press("Shift")
    expect(page.locator("html.alarmed")).to_have_count(0)


def test_accepting_by_keyboard_with_a_name_that_is_remembered(browse: Open, night: Night) -> None:
    page = browse(night)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator(".detail h2")).to_contain_text("river at 4.28 m")
    page.keyboard.press("a")
    page.locator(".dialog input").fill("Wang Fang")
    page.keyboard.press("Enter")

    expect(page.locator(".order.done")).to_contain_text("张伟 accepted at")
    expect(page.locator(".row").first.locator(".by")).to_have_text("✓ 张伟")
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(page.locator(".dialog input")).to_have_value("Wang Fang")


def test_a_name_that_is_a_script_is_only_a_name(browse: Open, night: Night) -> None:
    page = browse(night)
    name = "<img src=x onerror='document.title=666'>"
    page.locator(".row").first.click()
    page.keyboard.press("a")
    page.locator(".dialog input").fill(name)
    page.keyboard.press("Enter")

    expect(page.locator(".order.done")).to_contain_text(name)
    expect(page.locator(".history .act").first).to_contain_text(name)
    assert page.locator(".board img").count() == 0


def test_who_comes_second_is_told_who_was_first(browse: Open, night: Night) -> None:
    one, two = browse(night), browse(night)
    for page in (one, two):
        page.locator(".row .accept").first.click()
    one.locator(".dialog input").fill("Wang Fang")
    two.locator(".dialog input").fill("Li Qiang")
    one.keyboard.press("Enter")
    expect(one.locator(".notice")).to_contain_text("Accepted by 张伟")
    two.keyboard.press("Enter")

    expect(two.locator(".notice")).to_contain_text("张伟 had accepted it at")


def test_the_map_leads_down_to_a_grid_and_back_and_takes_the_list_along(
    browse: Open, shared_night: Night
) -> None:
    page = browse(shared_night)
    page.locator("[data-code=guqiao]").click()
    expect(page.locator(".area")).to_have_count(3)
    page.locator("[data-code='guqiao/hq']").click()
    page.locator("[data-code='guqiao/hq/g01']").click()

    expect(page.locator(".crumb")).to_have_text(
        ["Lancheng", "Guqiao", "Hongqiao Road", "Hongqiao Road grid 1"]
    )
    for place in page.locator(".row .place").all_inner_texts():
        assert "Hongqiao Road grid 1" in place
    page.keyboard.press("u")
    expect(page.locator(".crumb")).to_have_count(3)


def test_a_warning_shows_its_readings_why_and_what_happened(
    browse: Open, shared_night: Night
) -> None:
    page = browse(shared_night)
    page.locator(".row").first.click()

    expect(page.locator(".chart path.reading")).to_be_visible()
    expect(page.locator(".threshold")).to_have_count(4)
    expect(page.locator(".band")).to_have_count(2)
    expect(page.locator(".evidence")).to_contain_text("trend of water level over 30 min")
    expect(page.locator(".instruction")).to_contain_text("Close the gates")
    expect(page.locator(".history li")).to_have_count(3)


def test_the_page_speaks_chinese_and_remembers_the_choice(
    browse: Open, shared_night: Night
) -> None:
    page = browse(shared_night, language="zh")
    expect(page.locator(".row").first).to_contain_text("海关第三网格水位 4.28 米")
    page.get_by_text("EN", exact=True).click()
    expect(page.locator(".row").first).to_contain_text("Customs House")
    page.reload()

    expect(page.locator(".row").first).to_contain_text("Customs House")


@pytest.mark.parametrize(
    ("language", "trouble", "note"),
    [
        ("zh", "存储：数据库不可用，其间什么都不会丢：连接被拒绝", "读数太少"),
        (
            "en",
            "record: the store is down, nothing is lost meanwhile: Connection refused",
            "too few readings",
        ),
    ],
)
def test_troubles_and_notes_are_in_the_language_of_the_page(
    browse: Open, tmp_path: Path, language: str, trouble: str, note: str
) -> None:
    with serving(tmp_path, "--fault", "Connection refused") as night:
        page = browse(night, language=language)
        page.locator(".row").first.click()

        expect(page.locator(".health")).to_contain_text(trouble)
        expect(page.locator(".evidence small").first).to_have_text(note)


def test_a_refusal_is_in_the_language_of_the_page(browse: Open, night: Night) -> None:
    page = browse(night, language="zh")
    refusal = {"status": 503, "json": {"error": "desk: the database is locked"}}
    page.route("**/accept", lambda route: route.fulfill(**refusal))
    page.locator(".row .accept").first.click()
    page.locator(".dialog input").fill("王芳")
    page.keyboard.press("Enter")

    expect(page.locator(".problem")).to_have_text("未能签收：暂时不可用，稍后再试")


def test_a_page_that_has_lost_its_server_says_since_when(browse: Open, night: Night) -> None:
    page = browse(night)
    night.process.kill()
    night.process.wait()

    expect(page.locator(".old-banner")).to_contain_text("Old since 03:12")
    expect(page.locator(".row").first).to_be_visible()
    expect(page).to_have_title(re.compile("Old since|Red"))


def test_a_page_that_is_loaded_again_shows_what_it_showed(
    browse: Open, shared_night: Night
) -> None:
    page = browse(shared_night)
    page.locator("[data-code=guqiao]").click()
    page.locator(".row").first.click()
    title = page.locator(".detail h2").inner_text()
    page.reload()

    expect(page.locator(".detail h2")).to_have_text(title)
    expect(page.locator(".crumb")).to_have_count(2)


def test_a_link_to_an_area_that_is_gone_says_so_and_shows_the_city(
    browse: Open, shared_night: Night
) -> None:
    page = browse(shared_night)
    page.goto(f"{page.url}?area=atlantis")

    expect(page.locator(".notice")).to_contain_text("There is no area atlantis")
    expect(page.locator(".area").first).to_be_visible()


def test_a_phone_shows_one_thing_at_a_time(browse: Open, shared_night: Night) -> None:
    page = browse(shared_night, width=390, height=844)
    expect(page.locator(".place-view")).to_be_hidden()
    page.locator(".row").first.click()
    expect(page.locator(".detail")).to_be_visible()
    expect(page.locator(".warnings")).to_be_hidden()
    page.get_by_text("Map", exact=True).click()

    expect(page.locator(".area")).to_have_count(5)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390


def test_three_thousand_warnings_draw_only_the_rows_in_sight(browse: Open, night: Night) -> None:
    page = browse(night)
    night.tell(3_600, 3)

    expect(page.locator(".tabs button").first).to_contain_text(re.compile(r"[23]\d{3}"))
    assert page.locator(".row").count() < 40
    page.locator(".list").evaluate("list => list.scrollTo(0, list.scrollHeight)")
    expect(page.locator(".row").last).to_be_visible()
    assert page.locator(".row").count() < 40
