# ruff: noqa: RUF001 -- Chinese has punctuation of its own
"""A made-up night in Lancheng: a registry, rules, findings and readings, always the same.

`python -m tests.console.serve` serves it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sentinel.detect.program import Code, Func, Leaf, MissingThen, Op, Param, Program, Watch
from sentinel.domain.area import Area, Level
from sentinel.domain.finding import (
    LINK_RULE,
    Change,
    Ending,
    Evidence,
    Finding,
    finding_id,
    warning_id,
)
from sentinel.domain.metric import Metric, MetricKind
from sentinel.domain.rank import Rank, Sight
from sentinel.domain.registry import Registry
from simulators.city import degrees, geojson, lancheng

NOW = 1_781_723_520_000
"""2026-06-18, 03:12 in Shanghai."""
MINUTE = 60_000
METRICS = {
    "river": ("water_level", "水位", "water level", "m"),
    "underpass": ("water_depth", "积水深度", "water depth", "m"),
    "rain_gauge": ("rain_intensity", "雨强", "rain intensity", "mm/h"),
    "gas": ("gas", "燃气浓度", "gas concentration", "%LEL"),
    "cabinet": ("temperature", "温度", "temperature", "Cel"),
    "pump": ("vibration", "振动", "vibration", "mm/s"),
}
LADDERS = {
    "river": (3.2, 3.5, 3.8, 4.2),
    "underpass": (0.1, 0.15, 0.3, 0.5),
    "rain_gauge": (20.0, 50.0, 80.0, 110.0),
    "gas": (5.0, 10.0, 20.0, 40.0),
    "cabinet": (45.0, 60.0, 75.0, 90.0),
    "pump": (4.0, 7.0, 11.0, 18.0),
}
TITLES = {
    "river": ("{place}水位 {value:.2f} 米", "{place}: river at {value:.2f} m"),
    "underpass": (
        "{place}下立交积水 {value:.2f} 米",
        "{place}: underpass {value:.2f} m under water",
    ),
    "rain_gauge": ("{place}降雨 {value:.0f} 毫米/小时", "{place}: rain of {value:.0f} mm/h"),
    "gas": ("{place}燃气浓度 {value:.0f}% LEL", "{place}: gas at {value:.0f} %LEL"),
    "cabinet": ("{place}配电柜 {value:.0f} ℃", "{place}: switch cabinet at {value:.0f} °C"),
    "pump": ("{place}泵站振动 {value:.1f} 毫米/秒", "{place}: pump vibrates at {value:.1f} mm/s"),
}
INSTRUCTIONS = {
    "river": (
        "关闭沿河闸门、撤离河岸人员、巡查堤防。",
        "Close the gates along the river, clear the banks, walk the dykes.",
    ),
    "underpass": (
        "封闭下立交、派泵车排水、逐车检查有无被困人员。",
        "Close the underpass, send a pump lorry, look into every car.",
    ),
}
BUNDLE = "7b0e4c2f9a51d8e6"
UNITS = {"river": "water-affairs", "underpass": "water-affairs", "gas": "gas-company"}
RULES = {
    "river": "river-level",
    "underpass": "underpass-flooded",
    "rain_gauge": "rain-intensity",
    "gas": "gas-leak",
    "cabinet": "cabinet-hot",
    "pump": "pump-vibration",
}


PUMP = Metric(
    id="pump_state",
    title={"zh": "泵状态", "en": "pump"},
    kind=MetricKind.STATE,
    unit="",
    interval_ms=MINUTE,
    states={"IDLE": 0.0, "RUN": 1.0, "FAULT": 2.0},
)


@dataclass(frozen=True)
class NightCity:
    """What is in force."""

    registry: Registry
    programs: Sequence[Program]
    zone: str = "Asia/Shanghai"
    hash: str = BUNDLE


@dataclass(frozen=True)
class NightSeries:
    """Readings of one sensor."""

    time: NDArray[np.int64]
    received: NDArray[np.int64]
    value: NDArray[np.float64]
    quality: NDArray[np.uint8]
    flags: NDArray[np.uint16]


def night_city() -> NightCity:
    """Return Lancheng with one rule for each kind of device."""
    features = json.loads(geojson(lancheng()))["features"]
    areas = [_area(feature) for feature in features]
    numbers = {area.code: number for number, area in enumerate(areas)}
    stations = lancheng().stations
    kinds = list(METRICS)
    pumps = [number for number, station in enumerate(stations) if station.kind == "underpass"]
    registry = Registry(
        areas=areas,
        area_number=numbers,
        area_parent=np.array([numbers.get(area.parent, -1) for area in areas], np.int32),
        metrics=[*(_metric(kind) for kind in kinds), PUMP],
        metric_number={
            **{METRICS[kind][0]: number for number, kind in enumerate(kinds)},
            PUMP.id: len(kinds),
        },
        device_ids=[station.id for station in stations],
        device_number={station.id: number for number, station in enumerate(stations)},
        device_area=np.array([numbers[station.area] for station in stations], np.int32),
        device_kind=[station.kind for station in stations],
        device_retired=np.zeros(len(stations), np.bool_),
        attributes={
            "bank_height": ["4.20[m]" for _ in stations],
            **{name: [one.columns[name] for one in stations] for name in ("name_zh", "name_en")},
            "lon": [f"{degrees(one.at)[0]:.5f}" for one in stations],
            "lat": [f"{degrees(one.at)[1]:.5f}" for one in stations],
        },
        sensor_device=np.array([*range(len(stations)), *pumps], np.int32),
        sensor_metric=np.array(
            [*(kinds.index(station.kind) for station in stations), *(len(kinds) for _ in pumps)],
            np.int32,
        ),
        sensor_offset=np.zeros(len(stations) + len(pumps)),
    )
    return NightCity(registry, [_program(number, kind) for number, kind in enumerate(kinds)])


def night_findings(count: int, *, seed: int = 5, now: int = NOW) -> list[Finding]:
    """Return the findings of `count` warnings, some risen, some blind, some ended."""
    chance = Random(seed)  # noqa: S311 -- always the same night
    stations = lancheng().stations
    names = {area.code: area.name for area in lancheng().areas}
    found: list[Finding] = []
    for number in range(count):
        station = stations[(number * 37) % len(stations)]
        onset = now - int(chance.expovariate(1 / (25 * MINUTE))) - 20_000 - number
        peak = chance.choices(list(Rank), [0, 9, 6, 4, 2])[0]
        found += _story(station.kind, station.id, station.area, names, onset, peak, chance, now)
    return found


def night_link_lost(now: int = NOW) -> Finding:
    """Return what is said when the listener loses its broker."""
    warning = warning_id(LINK_RULE, "listener", now)
    return Finding(
        id=finding_id(warning, 1),
        warning=warning,
        number=1,
        rule=LINK_RULE,
        subject="listener",
        area="",
        scenario="devices",
        change=Change.OPENED,
        rank=Rank.NONE,
        previous_rank=Rank.NONE,
        sight=Sight.BLIND,
        blind_since=now,
        onset=now,
        decided_at=now,
        received_at=now,
        title={
            "zh": "澜城：监听器与消息服务器失去联系，全市不可见",
            "en": "Lancheng: the listener has lost its broker, nothing in the city can be seen",
        },
        evidence=(),
        bundle=BUNDLE,
        row=1,
        index=0,
    )


def night_readings(
    device: str, metric: str, start_ms: int, end_ms: int, limit: int | None = None
) -> NightSeries:
    """Return a reading a minute that swells towards now; a few are odd, and an hour is missing."""
    kind = next((kind for kind, names in METRICS.items() if names[0] == metric), "pump_state")
    start_ms = max(start_ms, NOW - 14 * 24 * 60 * MINUTE)  # nothing is kept from before
    times = np.arange(start_ms - start_ms % MINUTE, min(end_ms, NOW + 10 * MINUTE), MINUTE)
    chance = np.random.default_rng(len(device) + sum(device.encode()))
    if kind == "pump_state":
        running = np.where(times > NOW - 20 * MINUTE, 2.0, 1.0)
        time = times.astype(np.int64)
        good, none = np.ones(len(time), np.uint8), np.zeros(len(time), np.uint16)
        return NightSeries(time, time, running, good, none)
    phase = (times - NOW) / (35 * MINUTE)
    top = LADDERS[kind][3]
    value = top * (0.66 + 0.52 / (1 + np.exp(-phase - 1))) + top * 0.012 * np.sin(times / 9e5)
    value += chance.normal(0, top * 0.006, len(times))
    quality = np.ones(len(times), np.uint8)
    quality[chance.integers(0, max(1, len(times)), len(times) // 40)] = 3
    kept = slice(-limit if limit else None, None)
    time = times[kept].astype(np.int64)
    flags = np.zeros(len(time), np.uint16)
    return NightSeries(time, time + 400, value[kept], quality[kept], flags)


def _story(
    kind: str,
    device: str,
    area: str,
    names: dict[str, tuple[str, str]],
    onset: int,
    peak: Rank,
    chance: Random,
    now: int,
) -> list[Finding]:
    """One warning rises rank by rank to its peak; then it holds, ends, or loses its sensor."""
    at = onset + 5_000
    line: list[dict[str, Any]] = []
    before = Rank.NONE
    for rank in [rank for rank in Rank if Rank.NONE < rank <= peak and chance.random() < 0.7]:
        line.append({"rank": rank, "previous_rank": before, "decided_at": at})
        before, at = rank, at + chance.randrange(1, 9) * MINUTE
    line = [step for step in line if step["decided_at"] < now - 1_000] or [
        {"rank": peak, "previous_rank": Rank.NONE, "decided_at": onset + 5_000}
    ]
    last = line[-1]
    fate = chance.random()
    after = min(now - 500, last["decided_at"] + 3 * MINUTE)
    if fate < 0.14:
        blind = {"sight": Sight.BLIND, "blind_since": after - 2 * MINUTE, "change": Change.SIGHT}
        line.append({**last, **blind, "previous_rank": last["rank"], "decided_at": after})
    elif fate < 0.3 and peak < Rank.RED:
        line.append(
            {
                "rank": Rank.NONE,
                "previous_rank": last["rank"],
                "decided_at": after,
                "change": Change.ENDED,
                "ending": Ending.CLEARED,
            }
        )
    elif fate < 0.36 and peak is Rank.BLUE:
        blind = {"sight": Sight.BLIND, "blind_since": onset, "rank": Rank.NONE}
        line = [{**line[0], **blind}]
    return [
        _finding(kind, device, area, names[area], onset, number, step)
        for number, step in enumerate(line, 1)
    ]


def _finding(
    kind: str,
    device: str,
    area: str,
    place: tuple[str, str],
    onset: int,
    number: int,
    step: dict[str, Any],
) -> Finding:
    rule = RULES[kind]
    warning = warning_id(rule, device, onset)
    rank: Rank = step["rank"] or step["previous_rank"] or Rank.BLUE
    value = LADDERS[kind][rank - 1] * 1.02
    zh, en = (t.format(place=p, value=value) for t, p in zip(TITLES[kind], place, strict=True))
    todo = INSTRUCTIONS.get(kind)
    pump = (Evidence(text="pump", value=2.0, unit=""),) if kind == "underpass" else ()
    values: dict[str, Any] = {
        "change": Change.OPENED if number == 1 else Change.RANK,
        "sight": Sight.SEEN,
        "blind_since": None,
        "received_at": step["decided_at"] + 400,
        "title": {"zh": zh, "en": en},
        "evidence": (
            Evidence(text="x", value=value, unit=METRICS[kind][3]),
            *pump,
            Evidence(text="slope(x, over=30m)", value=value / 9, unit=f"{METRICS[kind][3]}/h"),
            Evidence(text="mean(x, over=1h30m)", value=None, unit="", note="too few readings"),
        ),
        **step,
    }
    return Finding(
        id=finding_id(warning, number),
        warning=warning,
        number=number,
        rule=rule,
        subject=device,
        area=area,
        scenario="flood-control" if kind in {"river", "underpass", "rain_gauge"} else "safety",
        onset=onset,
        bundle=BUNDLE,
        row=1,
        index=0,
        dispatch_to=UNITS.get(kind, ""),
        instruction={"zh": todo[0], "en": todo[1]} if todo else {},
        **values,
    )


def _area(feature: dict[str, Any]) -> Area:
    columns = feature["properties"]
    return Area(
        code=columns["code"],
        parent=columns["parent"],
        level=Level[columns["level"].upper()],
        name={"zh": columns["name_zh"], "en": columns["name_en"]},
        geometry=feature["geometry"],
        attributes={},
    )


def _metric(kind: str) -> Metric:
    name, zh, en, unit = METRICS[kind]
    return Metric(
        id=name,
        title={"zh": zh, "en": en},
        kind=MetricKind.GAUGE,
        unit=unit,
        interval_ms=MINUTE,
    )


def _program(metric: int, kind: str) -> Program:
    """`x >= limit` for each rank; the river's red is its bank."""
    unit = METRICS[kind][3]
    codes = {
        rank: Code(((Op.LEAF, 0), (Op.CONST, 0), (Op.GE, 0)), (limit,), 2)
        for rank, limit in zip(list(Rank)[1:], LADDERS[kind], strict=True)
    }
    params: tuple[Param, ...] = ()
    leaves = [Leaf(func=Func.VALUE, watch=0, text="x", unit=unit)]
    if kind == "river":
        params = (
            Param(text="device.bank_height", source="device", column="bank_height", unit="m"),
        )
        leaves.append(Leaf(func=Func.PARAM, watch=0, text="device.bank_height", unit="m"))
        codes[Rank.RED] = Code(((Op.LEAF, 0), (Op.LEAF, 1), (Op.GE, 0)), (), 2)
    watches = [Watch(name="x", metric=metric, kind=kind)]
    if kind == "underpass":
        watches.append(Watch(name="pump", metric=len(METRICS), kind=kind))
        leaves.append(Leaf(func=Func.VALUE, watch=1, text="pump", unit=""))
        codes[Rank.ORANGE] = _or_with_a_faulty_pump(LADDERS[kind][2], 0.2)
    return Program(
        rule=RULES[kind],
        file="rules/demo.yaml",
        scenario="demo",
        watches=tuple(watches),
        params=params,
        leaves=tuple(leaves),
        raise_code=codes,
        hold_ms=dict.fromkeys(codes, 0),
        clear_code=None,
        clear_hold_ms=300_000,
        missing_after_ms=0,
        missing_then=MissingThen.BLIND,
        meaning=kind,
        title={},
    )


def _or_with_a_faulty_pump(limit: float, lower: float) -> Code:
    """`x >= limit or x >= lower and pump == FAULT`."""
    x, pump = (Op.LEAF, 0), (Op.LEAF, 1)
    high = (x, (Op.CONST, 0), (Op.GE, 0))
    lame = (x, (Op.CONST, 1), (Op.GE, 0), pump, (Op.CONST, 2), (Op.EQ, 0), (Op.AND, 0))
    return Code((*high, *lame, (Op.OR, 0)), (limit, lower, 2.0), 4)
