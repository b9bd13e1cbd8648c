# ruff: noqa: RUF001 -- Chinese has punctuation of its own
"""First drafts: what the case says, how bad, how soon, how sure; nothing of any person."""

import msgspec
import pytest

from sentinel.domain.finding import Ending
from sentinel.domain.rank import Rank, Sight
from sentinel.publish.cap.draft import Usual, first_draft
from sentinel.publish.cap.faults import faults
from sentinel.publish.cap.grade import Basis, basis_of
from sentinel.publish.cap.message import (
    Category,
    Certainty,
    Kind,
    Response,
    Scope,
    Severity,
    Urgency,
)
from sentinel.publish.cap.personal import worries
from sentinel.warn.case import CaseFile, Origin, Report
from tests.publish.small import NOW, WHERE, case, closed, content, order, warning

USUAL = Usual(
    categories={"flood-control": (Category.MET, Category.SAFETY)},
    events={"flood-control": {"zh": "内涝", "en": "flooding"}},
    valid_ms={Rank.ORANGE: 7_200_000},
)
FILE = CaseFile(case=case(), orders=(order(),), warnings=(warning(),))


def test_a_draft_says_what_the_case_says() -> None:
    draft = first_draft(FILE, Kind.ALERT, WHERE.place, USUAL)

    assert draft.headline == {
        "zh": "橙色预警：浦东 · 花桥：1 号水位 3.9 米",
        "en": "Orange warning: Pudong · Huaqiao: gauge 1 at 3.9 m",
    }
    assert draft.instruction == {"zh": "撤离河岸人员", "en": "Clear the banks"}
    assert (draft.event["en"], draft.categories[0]) == ("flooding", Category.MET)
    assert (draft.valid_ms, draft.onset) == (7_200_000, NOW - 15 * 60_000)
    assert faults(draft) == []


def test_a_draft_is_restricted_unless_somebody_chooses_otherwise() -> None:
    draft = first_draft(FILE, Kind.ALERT, WHERE.place, USUAL)

    assert (draft.scope, draft.restriction) == (Scope.RESTRICTED, USUAL.restriction)


def test_a_title_that_names_its_place_is_not_told_the_place_again() -> None:
    named = CaseFile(case=case(title={"zh": "花桥水位高", "en": "Huaqiao is high"}))
    draft = first_draft(named, Kind.ALERT, WHERE.place, USUAL)

    assert draft.headline["en"] == "Orange warning: Huaqiao is high"


def test_what_people_said_and_found_stays_at_the_desk() -> None:
    told = Report(source="hotline", text="Zhang San, 13812345678, is trapped", reference="H-17")
    file = closed(1, origin=Origin.REPORTED, report=told)
    text = msgspec.json.encode(first_draft(file, Kind.ALERT, WHERE.place, USUAL)).decode()

    assert all(word not in text for word in ("Zhang", "zhang", "138", "H-17", "pumped"))


def test_many_warnings_are_named_up_to_five() -> None:
    file = CaseFile(case=case(), warnings=tuple(warning(number) for number in range(1, 9)))
    draft = first_draft(file, Kind.ALERT, {}, USUAL)

    assert draft.description["en"].endswith("gauge 5 at 3.9 m; and 3 more.")


@pytest.mark.parametrize(
    ("rank", "severity"),
    [
        (Rank.RED, Severity.EXTREME),
        (Rank.ORANGE, Severity.SEVERE),
        (Rank.YELLOW, Severity.MODERATE),
        (Rank.BLUE, Severity.MINOR),
    ],
)
def test_the_colour_becomes_a_severity(rank: Rank, severity: Severity) -> None:
    file = CaseFile(case=case(rank=rank, worst=rank))

    assert severity is first_draft(file, Kind.ALERT, {}, USUAL).severity


@pytest.mark.parametrize(
    ("file", "basis"),
    [
        (FILE, Basis.OBSERVED),
        (CaseFile(case=case(sight=Sight.BLIND)), Basis.DOUBTFUL),
        (CaseFile(case=case(origin=Origin.REPORTED)), Basis.DOUBTFUL),
        (
            CaseFile(case=case(origin=Origin.REPORTED), orders=(order(on_site_at=1),)),
            Basis.OBSERVED,
        ),
        (CaseFile(case=case(holds=False, rank=Rank.NONE)), Basis.OVER),
        (closed(1), Basis.OVER),
    ],
    ids=["seen", "blind", "one call", "people are there", "ended", "closed"],
)
def test_what_a_message_rests_on(file: CaseFile, basis: Basis) -> None:
    assert basis is basis_of(file)


@pytest.mark.parametrize(
    ("basis", "urgency", "certainty"),
    [
        (Basis.OBSERVED, Urgency.IMMEDIATE, Certainty.OBSERVED),
        (Basis.SOON, Urgency.EXPECTED, Certainty.LIKELY),
        (Basis.LATER, Urgency.FUTURE, Certainty.LIKELY),
        (Basis.PERHAPS, Urgency.FUTURE, Certainty.POSSIBLE),
        (Basis.DOUBTFUL, Urgency.IMMEDIATE, Certainty.POSSIBLE),
        (Basis.OVER, Urgency.PAST, Certainty.OBSERVED),
    ],
)
def test_how_soon_and_how_sure(basis: Basis, urgency: Urgency, certainty: Certainty) -> None:
    draft = first_draft(FILE, Kind.ALERT, {}, USUAL, basis)

    assert (draft.urgency, draft.certainty) == (urgency, certainty)


def test_a_cancel_says_that_it_is_over() -> None:
    ended = msgspec.structs.replace(warning().newest, number=2, ending=Ending.CLEARED)
    file = CaseFile(case=case(), warnings=(warning(newest=ended),))
    draft = first_draft(file, Kind.CANCEL, WHERE.place, USUAL)

    assert draft.headline["en"].startswith("The warning has ended: ")
    assert draft.responses == (Response.ALL_CLEAR,)
    assert (draft.urgency, draft.instruction) == (Urgency.PAST, {})
    assert faults(draft) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"restriction": " "}, "a restricted message says who may have it: `restriction`"),
        ({"restriction": "x" * 501}, "the restriction has 500 characters at most"),
        ({"categories": ()}, "a message has at least one category"),
        ({"valid_ms": 1}, "a message is valid for 5 minutes to 7 days"),
        ({"headline": {"zh": "水"}}, "the headline is missing in English"),
        ({"event": {"zh": "", "en": ""}}, "the event is missing in Chinese"),
        ({"instruction": {"en": "run"}}, "the instruction is missing in Chinese"),
        (
            {"headline": {"zh": "水", "en": "x" * 161}},
            "the headline in English has 160 characters at most",
        ),
        (
            {"description": {"zh": "水", "en": "w", "fr": "eau"}},
            "the description is in a language that is not spoken: 'fr'",
        ),
    ],
)
def test_what_is_not_whole_is_told_in_plain_words(
    changes: dict[str, object], expected: str
) -> None:
    assert expected in [fault["en"] for fault in faults(content(**changes))]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("请联系 13812345678", "mobile"),
        ("call +86 138-1234-5678 now", "mobile"),
        ("电话１３８１２３４５６７８", "mobile"),
        ("ring 021-58881234", "landline"),
        ("身份证 310115199003074518", "id_number"),
        ("ID 11010519491231002X.", "id_number"),
        ("write to zhang.san@example.cn", "mail"),
    ],
)
def test_what_looks_like_a_persons_number_is_warned_about(text: str, what: str) -> None:
    found = worries(content(description={"zh": text, "en": text}))

    assert [(worry.what, worry.field, worry.language) for worry in found] == [
        (what, "description", "zh"),
        (what, "description", "en"),
    ]
    assert all(len(worry.shown) == 7 for worry in found)


@pytest.mark.parametrize(
    "text", ["call 110 or 12345", "水位 3.92 米，20260618 03:12", "gauge 1018620 at 0.56 m", ""]
)
def test_other_numbers_worry_nobody(text: str) -> None:
    assert worries(content(description={"zh": text, "en": text})) == ()
