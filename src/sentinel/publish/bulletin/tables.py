"""The tables of a bulletin, each row with its bar."""

from collections.abc import Mapping, Sequence
from xml.etree import ElementTree as ET

from sentinel.domain.rank import Rank
from sentinel.publish.bulletin.charts import STACK, bar, share
from sentinel.publish.bulletin.clock import Step, Timing
from sentinel.publish.bulletin.figures import Counts
from sentinel.publish.bulletin.markup import tag
from sentinel.publish.bulletin.speech import Speech
from sentinel.publish.bulletin.words import NONE, RANKS, STEPS, duration
from sentinel.warn.precision import Precision

LEAST_VERDICTS = 10
"""A rule with fewer may be anything: 7 of 8 lies somewhere between 5 and 8 of 8."""


def counted(speech: Speech, first: str, counts: Sequence[Counts]) -> list[ET.Element]:
    """Return warnings by `scenario` or `area`, and rank."""
    title = tag("h2", speech.say(f"by_{first}"))
    if not counts:
        return [title, speech.nothing()]
    most = max(one.total for one in counts)
    ranks = [rank for rank in STACK if any(one.ranks.get(rank) for one in counts)]
    head = tag(
        "tr",
        tag("th", speech.say(first), scope="col"),
        tag("th", class_="drawn"),
        *(tag("th", speech.rank(rank), scope="col") for rank in ranks),
        tag("th", speech.say("total"), scope="col"),
    )
    called = speech.scenario if first == "scenario" else speech.area
    rows = [_counts_row(speech, one, called(one.name), ranks, most) for one in counts]
    table = tag("table", tag("thead", head), tag("tbody", *rows), class_="counted")
    return [title, table, tag("p", speech.say("note_counts"), class_="note")]


def _counts_row(speech: Speech, one: Counts, name: str, ranks: list[Rank], most: int) -> ET.Element:
    said = ", ".join(f"{RANKS[rank][speech.language]} {one.ranks.get(rank, 0)}" for rank in ranks)
    return tag(
        "tr",
        tag("th", name, scope="row"),
        tag("td", bar(one.ranks, most, f"{name}: {said}"), class_="drawn"),
        *(_number(one.ranks.get(rank, 0)) for rank in ranks),
        _number(one.total),
    )


def times(speech: Speech, found: Mapping[Step, Mapping[Rank | None, Timing]]) -> list[ET.Element]:
    """Return how long each step took, by rank."""
    parts = [tag("h2", speech.say("times"))]
    for step, timings in found.items():
        parts.append(tag("h3", STEPS[step][speech.language]))
        whole = timings[None]
        parts.append(_timings(speech, timings) if whole.done or whole.judged else speech.nothing())
    return [*parts, tag("p", speech.say("note_times"), class_="note")]


def _timings(speech: Speech, timings: Mapping[Rank | None, Timing]) -> ET.Element:
    keys = ("rank", "done", "median", "p90", "target", "share")
    wide = {"done", "p90"}
    cells = [
        tag("th", speech.say(key), scope="col", class_="wide" if key in wide else "")
        for key in keys
    ]
    head = tag("tr", *cells, tag("th", class_="drawn"), tag("th", speech.say("waiting")))
    ordered = [rank for rank in timings if rank is not None]
    rows = [_timing_row(speech, rank, timings[rank]) for rank in [*ordered, None]]
    return tag("table", tag("thead", head), tag("tbody", *rows), class_="times")


def _timing_row(speech: Speech, rank: Rank | None, one: Timing) -> ET.Element:
    name = speech.say("all_ranks") if rank is None else speech.rank(rank)
    spans = [duration(ms, speech.language) for ms in (one.median_ms, one.p90_ms, one.target_ms)]
    ratio = percent(one.share)
    said = f"{speech.say('share')}: {ratio}"
    return tag(
        "tr",
        tag("th", name, scope="row"),
        tag("td", f"{one.done:,}", class_="wide"),
        tag("td", spans[0]),
        tag("td", spans[1], class_="wide"),
        tag("td", spans[2]),
        tag("td", ratio),
        tag("td", share(one.share, said), class_="drawn"),
        _number(one.waiting),
        class_="all" if rank is None else "",
    )


def rules(speech: Speech, found: Sequence[tuple[str, Precision]]) -> list[ET.Element]:
    """Return how often each rule was right."""
    title = tag("h2", speech.say("rules"))
    if not found:
        return [title, speech.nothing()]
    keys = ("rule", "true", "false", "unjudged", "precision")
    head = tag("tr", *(tag("th", speech.say(key), scope="col") for key in keys))
    head.append(tag("th", class_="drawn"))
    rows = [_rule_row(speech, rule, one) for rule, one in found]
    note = speech.say("note_rules", least=str(LEAST_VERDICTS))
    return [
        title,
        tag("table", tag("thead", head), tag("tbody", *rows), class_="judged"),
        tag("p", note, class_="note"),
    ]


def _rule_row(speech: Speech, rule: str, one: Precision) -> ET.Element:
    judged = one.true + one.false
    few = f" ({speech.say('few')})" if 0 < judged < LEAST_VERDICTS else ""
    ratio = percent(one.ratio)
    return tag(
        "tr",
        tag("th", rule, scope="row"),
        _number(one.true),
        _number(one.false),
        _number(one.unjudged),
        tag("td", ratio + few),
        tag("td", share(one.ratio, f"{rule}: {ratio}"), class_="drawn"),
    )


def _number(count: int) -> ET.Element:
    return tag("td", f"{count:,}", class_="zero" if not count else "")


def percent(ratio: float | None) -> str:
    """Return a share as people say it; a dash while there is none."""
    return NONE if ratio is None else f"{100 * ratio:.0f}%"
