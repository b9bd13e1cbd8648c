"""What a new user stumbled over: finding, judging and answering a warning in a real browser."""

import re

import pytest
from playwright.sync_api import FloatRect, Page, expect

from tests.console.browsing import Night, Open

pytestmark = pytest.mark.browser


def test_a_colour_that_hides_everything_says_so_and_is_undone_with_one_touch(
    browse: Open, shared_night: Night
) -> None:
    page = browse(shared_night, at="?area=beigang")
    expect(page.locator(".tabs button").first).to_have_text(re.compile(r"Open\s*8"))
    page.locator(".count.rank-orange").click()

    expect(page.locator(".empty")).to_contain_text("No orange warnings; 8 others hidden: show all")
    expect(page.locator(".tabs button").first).to_have_text(re.compile(r"Open\s*8"))
    assert "rank=orange" in page.url
    page.reload()
    expect(page.locator(".chip")).to_contain_text("Orange only")
    page.locator(".empty .link").click()
    expect(page.locator(".row")).to_have_count(8)
    assert "rank" not in page.url


def test_an_empty_area_says_what_is_elsewhere(browse: Open, shared_night: Night) -> None:
    page = browse(shared_night, at="?area=guqiao/hq/g02/b1")

    expect(page.locator(".empty")).to_contain_text("elsewhere: show the city")
    page.locator(".empty .link").click()
    expect(page.locator(".row").first).to_be_visible()


def test_back_leads_from_a_warning_to_the_list_and_from_an_area_to_the_city(
    browse: Open, shared_night: Night
) -> None:
    page = browse(shared_night)
    page.locator("[data-code=guqiao]").click()
    expect(page.locator(".crumb")).to_have_count(2)
    page.locator(".row").first.click()
    expect(page.locator(".detail")).to_be_visible()

    page.go_back()
    expect(page.locator(".detail")).to_have_count(0)
    expect(page.locator(".crumb")).to_have_count(2)
    page.go_back()
    expect(page.locator(".crumb")).to_have_count(1)
    page.go_forward()
    expect(page.locator(".crumb")).to_have_count(2)


def test_back_is_not_led_in_circles_by_closing(browse: Open, shared_night: Night) -> None:
    page = browse(shared_night)
    page.locator(".row").first.click()
    page.keyboard.press("j")
    page.locator(".detail .close").click()
    expect(page.locator(".detail")).to_have_count(0)
    page.locator("[data-code=guqiao]").click()
    expect(page.locator(".crumb")).to_have_count(2)
    page.go_back()

    expect(page.locator(".crumb")).to_have_count(1)
    expect(page.locator(".detail")).to_have_count(0)


def test_a_link_to_a_warning_that_is_not_there_says_so(browse: Open, shared_night: Night) -> None:
    page = browse(shared_night, at="?warning=nosuch")

    expect(page.locator(".notice")).to_contain_text("There is no warning nosuch")
    expect(page.locator(".detail")).to_have_count(0)
    assert "nosuch" not in page.url


def test_while_the_listener_is_cut_off_no_area_is_shown_calm(browse: Open, night: Night) -> None:
    page = browse(night)
    night.darken()

    expect(page.locator(".dark-banner")).to_contain_text("All of Lancheng is blind")
    expect(page.locator(".area .part .area-blind")).to_have_count(14)
    page.locator("[data-code=guqiao]").click()
    expect(page.locator(".area .part:not(:has(.area-blind))")).to_have_count(0)
    expect(page.locator(".row:not(.blind)")).to_have_count(0)


def test_what_the_list_is_sorted_by_is_what_it_shows(browse: Open, shared_night: Night) -> None:
    page = browse(shared_night)
    rows: list[list[str]] = page.locator(".row").evaluate_all(
        "rows => rows.map(row => [row.querySelector('.row-rank span').innerText,"
        " row.querySelector('time').title.match(/changed (.{8})/)[1]])"
    )

    rank = ["Red", "Orange", "Yellow", "Blue", "Blind"].index
    newest_first = sorted(rows, key=lambda row: row[1], reverse=True)
    assert rows == sorted(newest_first, key=lambda row: rank(row[0]))


def test_a_row_and_the_panel_name_the_device_and_the_time_of_the_value(
    browse: Open, shared_night: Night
) -> None:
    page = browse(shared_night)
    row = page.locator(".row").first
    expect(row.locator(".device")).to_have_text("Baixi gauge 2")
    expect(row.locator(".at")).to_have_text(re.compile(r"at 0\d:\d\d"))
    row.click()

    expect(page.locator(".which")).to_have_text(re.compile(r"Baixi gauge 2\s*bx-02"))
    expect(page.locator(".detail h2 .at")).to_have_text(re.compile(r"at 0\d:\d\d"))
    expect(page.locator(".point.opened")).to_have_count(1)
    assert "4.28\u00a0m" in page.locator(".detail h2").inner_text()


def test_what_has_ended_is_shown_as_it_was_at_its_worst(browse: Open, shared_night: Night) -> None:
    page = browse(shared_night, at="?tab=ended")

    for told in page.locator(".row .at").all_inner_texts():
        assert told.startswith("worst at")


def test_in_a_grid_every_device_has_its_point(browse: Open, shared_night: Night) -> None:
    page = browse(shared_night, at="?area=guqiao/hq/g01")

    expect(page.locator(".point")).to_have_count(3)
    expect(page.locator(".point-quiet").first).to_be_visible()
    page.locator(".point.rank-red").click()
    expect(page.locator(".detail")).to_be_visible()


def test_why_is_a_sentence_with_the_mark_that_holds(browse: Open, shared_night: Night) -> None:
    page = browse(shared_night)
    page.locator(".row").first.click()

    expect(page.locator(".reason")).to_have_text(
        "water level 4.28\u00a0m, at or above 4.2\u00a0m: red"
    )
    expect(page.locator(".history")).to_contain_text(re.compile("Rank changed · Red\\s+4.28 m"))


def test_states_have_their_names_and_two_marks_of_a_rank_are_told_apart(
    browse: Open, shared_night: Night
) -> None:
    page = browse(shared_night)
    page.locator(".row", has_text="underpass").first.click()

    pump = page.locator(".chart").nth(1)
    expect(pump.locator(".grid text").first).to_have_text("IDLE")
    expect(pump.locator(".told")).to_contain_text("FAULT")
    expect(page.locator(".evidence")).to_contain_text("FAULT")
    expect(page.locator(".threshold-label", has_text="with pump FAULT")).to_have_count(1)


def test_on_a_small_screen_the_panel_covers_the_map(browse: Open, shared_night: Night) -> None:
    page = browse(shared_night, width=1024, height=768)
    expect(page.locator(".place-view")).to_be_visible()
    page.locator(".row").first.click()

    expect(page.locator(".detail")).to_be_visible()
    expect(page.locator(".place-view")).to_be_hidden()
    assert box(page, ".detail")["width"] > 500


def test_on_a_phone_the_thumb_reaches_what_is_pressed_and_nothing_is_covered(
    browse: Open, night: Night
) -> None:
    page = browse(night, width=390, height=844)
    expect(page.locator(".health .dot")).to_be_visible()
    expect(page.locator(".clock b")).to_be_visible()
    page.locator(".row").first.click()
    page.locator(".bottom .accept").click()
    page.locator(".dialog input").fill("Wang Fang")
    page.keyboard.press("Enter")

    expect(page.locator(".notice")).to_contain_text("Accepted by Wang Fang")
    notice, detail, foot = (box(page, one) for one in (".notice", ".detail", ".bottom"))
    assert detail["y"] + detail["height"] <= notice["y"] + 1
    assert notice["y"] + notice["height"] <= foot["y"] + 1
    page.locator(".bottom").get_by_text("Back").click()
    expect(page.locator(".row").first).to_be_visible()
    assert night.complaints == []


def test_one_button_is_full_where_one_acts(browse: Open, shared_night: Night) -> None:
    page = browse(shared_night)
    page.mouse.move(800, 500)
    page.keyboard.press("j")

    full = page.locator(".row .accept").evaluate_all(
        "all => all.map(one => getComputedStyle(one).backgroundColor)"
    )
    assert len([one for one in full if one != "rgba(0, 0, 0, 0)"]) == 1


def box(page: Page, selector: str) -> FloatRect:
    found = page.locator(selector).bounding_box()
    assert found
    return found
