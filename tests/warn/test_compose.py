# ruff: noqa: RUF001 -- Chinese has punctuation of its own
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.domain.rank import Rank, Sight
from sentinel.warn.acts import Accept
from sentinel.warn.case import Case
from sentinel.warn.compose import MOST, Words, compose
from sentinel.warn.notice import Occasion
from sentinel.warn.words import place
from tests.warn.town import CITY, HOUR, NOW, did, only, opened

OF_CASES = [one for one in Occasion if one not in {Occasion.HEAD, Occasion.WELL}]
SITE = msgspec.structs.replace(CITY, site="https://duty.example.cn")


def said(occasion: Occasion, case: Case, words: Words = Words()) -> dict[str, str]:  # noqa: B008
    return compose(occasion, case, words, NOW, CITY)[1]


def test_a_new_order_says_when_where_how_bad_what_to_do_and_how_to_accept() -> None:
    file = opened(Rank.RED).file

    title, text = compose(Occasion.DISPATCHED, file.case, Words(order=only(file)), NOW, SITE)

    number = file.case.id[:6].upper()
    assert title == {
        "zh": "【红色】新工单：lv-01 水位",
        "en": "[RED] new order: lv-01: river",
    }
    assert text["en"] == (
        "03:00 g07, Huaqiao. Rank red. lv-01: river. Close the gates. "
        "By 03:03: press Accept on its page, or call the duty centre. "
        f"Case {number} https://duty.example.cn/cases/{file.case.id}."
    )
    assert text["zh"] == (
        "03:00 花桥街道g07。等级红色。lv-01 水位。关闭闸门。"
        "请于 03:03 前：打开链接按“接单”，或致电值班中心。"
        f"案件 {number} https://duty.example.cn/cases/{file.case.id}。"
    )


def test_a_time_of_another_day_has_its_date() -> None:
    file = opened().file

    text = compose(Occasion.ENDED, file.case, Words(), NOW + 24 * HOUR, CITY)[1]

    assert text["en"].startswith("06-18 03:00 ")


def test_a_drill_says_so_first_in_title_and_text() -> None:
    case = opened(exercise=True).file.case
    title, text = compose(Occasion.URGED, case, Words(), NOW, CITY)

    assert title["en"].startswith("EXERCISE ")
    assert text["zh"].startswith("演练，不是真实事件。")


def test_what_is_blind_or_over_says_so() -> None:
    blind = opened(sight=Sight.BLIND).file.case
    over = opened(ended=True).file.case

    assert "Rank orange, blind now." in said(Occasion.URGED, blind)["en"]
    assert "等级橙色，现已解除。" in said(Occasion.URGED, over)["zh"]


def test_the_limit_is_the_one_that_the_reader_has_to_keep() -> None:
    taken = did(opened(Rank.RED).file, "zhang", Accept(order=1)).file
    words = Words(order=only(taken))

    assert "By 05:00: Please hurry" in said(Occasion.URGED, taken.case, words)["en"]
    assert "By " not in said(Occasion.NOT_ACCEPTED, taken.case, words)["en"]


@pytest.mark.parametrize("occasion", OF_CASES)
def test_every_occasion_has_words_in_both_languages(occasion: Occasion) -> None:
    title, text = compose(occasion, opened().file.case, Words(), NOW, CITY)

    assert title.keys() == text.keys() == {"zh", "en"}
    assert all([*title.values(), *text.values()])


def test_places_are_named_as_people_say_them() -> None:
    assert place("pudong/hq", CITY) == {"zh": "浦东新区花桥街道", "en": "Huaqiao, Pudong"}
    assert place("", CITY) == {"zh": "全市", "en": "the whole city"}
    assert place("lancheng", CITY)["en"] == "lancheng"


LONG = st.text(max_size=400)


@given(
    occasion=st.sampled_from(OF_CASES),
    title=LONG,
    instruction=LONG,
    detail=LONG,
    drill=st.booleans(),
)
def test_however_long_the_words_a_text_fits_and_its_case_number_stays(
    occasion: Occasion, title: str, instruction: str, detail: str, drill: bool
) -> None:
    file = opened(Rank.RED).file
    case = msgspec.structs.replace(
        file.case,
        title={"en": title},
        instruction={"zh": instruction},
        exercise=drill,
        sight=Sight.BLIND,
    )

    titles, texts = compose(occasion, case, Words(order=only(file), detail={"": detail}), NOW, SITE)

    for language in ("zh", "en"):
        assert len(titles[language]) <= 80
        assert len(texts[language]) <= MOST
        assert f"/cases/{case.id}" in texts[language]
        assert "\n" not in texts[language]
