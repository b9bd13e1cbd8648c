"""What the kernel found, as findings that people and the desk can read."""

import math
from collections.abc import Mapping

from sentinel.detect.engine import find
from sentinel.detect.engine.arrays import State
from sentinel.detect.engine.builtin import (
    CHECK_NOTES,
    CHECK_TITLES,
    LINK_TITLES,
    NO_READING,
    THE_CITY,
)
from sentinel.detect.engine.checks import CHECKS
from sentinel.detect.engine.layout import Layout
from sentinel.detect.engine.title import fill, unknown_in
from sentinel.detect.program import Program
from sentinel.domain.area import Level
from sentinel.domain.finding import (
    LINK_RULE,
    Change,
    Ending,
    Evidence,
    Finding,
    finding_id,
    warning_id,
)
from sentinel.domain.rank import Rank, Sight
from sentinel.domain.registry import Registry, device_name

CHANGES = {
    find.OPENED: Change.OPENED, find.RANK: Change.RANK, find.SIGHT: Change.SIGHT,
    find.CONFIRMED: Change.CONFIRMED, find.ENDED: Change.ENDED,
}  # fmt: skip
ENDINGS = {
    0: None, find.CLEARED: Ending.CLEARED, find.SEEN_AGAIN: Ending.SEEN_AGAIN,
    find.RULE_CHANGED: Ending.RULE_CHANGED, find.DEVICE_RETIRED: Ending.DEVICE_RETIRED,
}  # fmt: skip
NOTES = (
    "", "the latest reading is suspect", "missing", "too few readings", "still learning",
    "empty in the registry", "more readings than expected: from 64 panes",
)  # fmt: skip
RANKS_ZH = ("无", "蓝色", "黄色", "橙色", "红色")
LISTENER = "listener"

Record = Mapping[str, int]


def findings(layout: Layout, state: State) -> list[Finding]:
    """Return the findings that the kernel wrote, in its order, and make room for new ones."""
    shard = state.shard[0]
    told = [_finding(layout, state, k) for k in range(int(shard["found"]))]
    shard["found"] = 0
    return told


def _finding(layout: Layout, state: State, at: int) -> Finding:
    record = {name: int(state.found[at][name]) for name in state.found.dtype.names or ()}
    if record["check"] == find.LINK:
        return _link_finding(layout, record)
    if record["check"] == find.RULE:
        return _rule_finding(layout, state, at, record)
    return _check_finding(layout, record, float(state.evidence[at, 0]))


def _rule_finding(layout: Layout, state: State, at: int, record: Record) -> Finding:
    registry = layout.bundle.registry
    program = layout.bundle.programs[int(layout.program[record["who"]])]
    device = layout.device_number(record["who"])
    n = len(program.leaves)
    values = [_known(value) for value in state.evidence[at].tolist()]
    notes = state.notes[at].tolist()
    evidence = tuple(
        Evidence(text=leaf.text, value=value, unit=leaf.unit, note=NOTES[note])
        for leaf, value, note in zip(program.leaves, values, notes, strict=False)
    )
    shown = {f"{w.name}.value": v for w, v in zip(program.watches, values[n:], strict=False)}
    rank = Rank(record["rank"] or record["previous"])
    return _made(
        record,
        layout,
        rule=program.rule,
        subject=registry.device_ids[device],
        device=device,
        scenario=program.scenario,
        evidence=evidence,
        title=_title(program, registry, device, rank, shown),
        instruction=_texts(program.instruction, registry, device, rank, shown),
        dispatch_to=program.dispatch_to,
        unjudged=_unjudged(program, record["unjudged"]),
    )


def _title(
    program: Program, registry: Registry, device: int, rank: Rank, shown: dict[str, float | None]
) -> dict[str, str]:
    """The rule's title; where it would show a value that is unknown, one that says so."""
    metrics = {f"{w.name}.value": registry.metrics[w.metric] for w in program.watches}
    texts, more = {}, {}
    for language, text in program.title.items():
        unknown = unknown_in(text, shown)
        texts[language] = NO_READING.get(language, NO_READING["en"]) if unknown else text
        for metric in map(metrics.__getitem__, unknown[:1]):
            more[language] = metric.title.get(language) or metric.id
    return _texts(texts, registry, device, rank, {**shown, "metric": more})


def _check_finding(layout: Layout, record: Record, value: float) -> Finding:
    registry = layout.bundle.registry
    sensor = int(layout.sensors[record["who"]])
    device = int(registry.sensor_device[sensor])
    metric = registry.metrics[int(registry.sensor_metric[sensor])]
    note = CHECK_NOTES[record["check"]](metric)
    titles = CHECK_TITLES[record["check"]]
    shown = {"metric": {language: metric.title.get(language) or metric.id for language in titles}}
    evidence = Evidence(text=metric.id, value=_known(value), unit=metric.unit, note=note)
    return _made(
        record,
        layout,
        rule=CHECKS[record["check"]],
        subject=f"{registry.device_ids[device]}/{metric.id}",
        device=device,
        scenario="devices",
        evidence=(evidence,),
        title=_texts(titles, registry, device, Rank(record["rank"]), shown),
        dispatch_to=_attribute(registry, "owner", device),
    )


def _link_finding(layout: Layout, record: Record) -> Finding:
    areas = layout.bundle.registry.areas
    city = next((area.name for area in areas if area.level is Level.CITY), THE_CITY)
    title = {
        language: fill(text, {"area.name": _in_language(city, language)})
        for language, text in LINK_TITLES.items()
    }
    return _made(
        record, layout, rule=LINK_RULE, subject=LISTENER, device=-1, scenario="devices",
        evidence=(), title=title,
    )  # fmt: skip


def _made(
    record: Record, layout: Layout, *, rule: str, subject: str, device: int, scenario: str,
    evidence: tuple[Evidence, ...], title: dict[str, str],
    instruction: dict[str, str] | None = None, dispatch_to: str = "",
    unjudged: tuple[str, ...] = (),
) -> Finding:  # fmt: skip
    """Put a finding together from the kernel's record and the words for it."""
    warning = warning_id(rule, subject, record["onset"])
    is_blind = record["blind"] != 0
    return Finding(
        id=finding_id(warning, record["number"]), warning=warning, number=record["number"],
        rule=rule, subject=subject, scenario=scenario,
        area=layout.bundle.registry.area_code(device) if device >= 0 else "",
        change=CHANGES[record["change"]], ending=ENDINGS[record["ending"]],
        rank=Rank(record["rank"]), previous_rank=Rank(record["previous"]),
        sight=Sight.BLIND if is_blind else Sight.SEEN,
        blind_since=record["blind_since"] if is_blind else None,
        onset=record["onset"], decided_at=record["decided"], received_at=record["received"],
        delayed=record["delayed"] != 0, unjudged=unjudged, evidence=evidence,
        bundle=layout.bundle.hash, row=record["row"], index=record["index"],
        title=title, instruction=instruction or {}, dispatch_to=dispatch_to,
    )  # fmt: skip


def _texts(
    texts: Mapping[str, str], registry: Registry, device: int, rank: Rank,
    shown: Mapping[str, float | Mapping[str, str] | None],
) -> dict[str, str]:  # fmt: skip
    """Fill in the texts of each language; what is shown may have a name in each."""
    area = int(registry.device_area[device])
    identity = registry.device_ids[device]
    filled = {}
    for language, text in texts.items():
        names = registry.areas[area].name if area >= 0 else {}
        values = {
            "device.id": identity,
            "device.name": device_name(registry, device, language),
            "area.name": _in_language(names, language),
            "rank": RANKS_ZH[rank] if language == "zh" else rank.word,
            **{k: v.get(language) if isinstance(v, Mapping) else v for k, v in shown.items()},
        }
        filled[language] = fill(text, values)
    return filled


def _attribute(registry: Registry, column: str, device: int) -> str:
    texts = registry.attributes.get(column)
    return texts[device] if texts else ""


def _in_language(names: Mapping[str, str], language: str) -> str:
    return names.get(language) or next(iter(names.values()), "")


def _unjudged(program: Program, bits: int) -> tuple[str, ...]:
    return tuple(rank.word for rank in sorted(program.raise_code) if bits >> rank & 1)


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value
