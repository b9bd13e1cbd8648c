"""Devices and their health: what they measured last, and what is wrong with them."""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sentinel.console.ground import Glance, Ground
from sentinel.console.record_shapes import DeviceShape, DevicesShape, SensorShape, TroubleShape
from sentinel.console.shapes import RANK_WORD, SIGHT_WORD
from sentinel.domain.person import Person, is_inside
from sentinel.domain.rank import Sight
from sentinel.domain.registry import Registry
from sentinel.warn.silence import Silence, device_of
from sentinel.warn.warning import EarlyWarning

MAINTENANCE = "devices"
"""The scenario of built-in checks."""
_DAY = 86_400_000
_AHEAD = 60_000
"""Clocks of devices may be a little ahead of ours."""
_SILENT_INTERVALS = 3
Health = Literal["ok", "silent", "blind", "faulty", "retired"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedDevices:
    """Which devices.

    area: In it or below it. text: Part of the id. troubled: Only those with an open warning of
    their own health, or that a rule cannot see. after: Id of the last one before.
    """

    area: str = ""
    kind: str = ""
    text: str = ""
    troubled: bool = False
    after: str = ""
    limit: int = 50


class DeviceView:
    """Answers from registry, store and desk; any thread may ask."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def page(self, who: Person, asked: AskedDevices) -> DevicesShape:
        """Return one page of the devices that somebody sees."""
        registry = self._ground.registry()
        if registry is None:
            return DevicesShape(devices=[], next=None)
        troubles = self._troubles(who)
        found = list(self._chosen(who, asked, registry, troubles))
        glance, silences = self._ground.glance(), self._ground.desk.silences()
        now = self._ground.now()
        devices = [
            self._device(number, registry, troubles, silences, now, glance)
            for number in found[: asked.limit]
        ]
        more = len(found) > asked.limit
        return DevicesShape(devices=devices, next=devices[-1].id if more else None)

    def _troubles(self, who: Person) -> dict[str, list[EarlyWarning]]:
        found: dict[str, list[EarlyWarning]] = defaultdict(list)
        for warning in self._ground.open_warnings(who):
            if warning.scenario == MAINTENANCE or warning.condition.sight is Sight.BLIND:
                found[device_of(warning.subject)].append(warning)
        return found

    def _chosen(
        self,
        who: Person,
        asked: AskedDevices,
        registry: Registry,
        troubles: dict[str, list[EarlyWarning]],
    ) -> Iterator[int]:
        """Yield numbers in order, one more than asked for."""
        left = asked.limit + 1
        last = registry.device_number.get(asked.after, -1) if asked.after else -1
        for number in np.flatnonzero(self._seen(who, asked.area, registry)).tolist():
            device = registry.device_ids[number]
            if number > last and _fits(device, registry.device_kind[number], asked, troubles):
                yield number
                left -= 1
                if not left:
                    return

    def _seen(self, who: Person, within: str, registry: Registry) -> NDArray[np.bool_]:
        """Return by device whether it lies where somebody sees, and asks."""
        gazetteer = self._ground.gazetteer()
        within = gazetteer.key(within)
        keys = [gazetteer.key(area.code) for area in registry.areas]
        areas = np.array([who.sees(key) and is_inside(key, within) for key in keys], np.bool_)
        nowhere = who.sees("") and not within
        at = registry.device_area
        return np.where(at >= 0, np.append(areas, False)[at], nowhere)

    def _device(
        self,
        number: int,
        registry: Registry,
        troubles: dict[str, list[EarlyWarning]],
        silences: Sequence[Silence],
        now: int,
        at: Glance,
    ) -> DeviceShape:
        device, kind = registry.device_ids[number], registry.device_kind[number]
        area, mine = registry.area_code(number), troubles.get(device, [])
        sensors = list(self._sensors(number, device, registry, now))
        known = registry.kinds.get(kind)
        return DeviceShape.model_construct(
            id=device,
            kind=kind,
            kind_title=dict(known.title) if known else {},
            area=area,
            place=at.gazetteer.place(area),
            health=_health(bool(registry.device_retired[number]), mine, sensors),
            sensors=sensors,
            maintenance=[_trouble(one) for one in mine],
            silences=[one.id for one in silences if device_of(one.subject) == device],
        )

    def _sensors(
        self, number: int, device: str, registry: Registry, now: int
    ) -> Iterator[SensorShape]:
        for place, metric in enumerate(registry.metrics):
            if registry.sensor(number, place) < 0:
                continue
            last = self._ground.sources.readings(device, metric.id, now - _DAY, now + _AHEAD, 1)
            there = len(last.time) > 0
            value = float(last.value[-1]) if there else math.nan
            read_at = int(last.time[-1]) if there else None
            silent_after = _SILENT_INTERVALS * metric.interval_ms
            yield SensorShape(
                metric=metric.id,
                title=metric.title,
                unit=metric.unit,
                interval_ms=metric.interval_ms,
                read_at=read_at,
                value=None if math.isnan(value) else value,
                quality=int(last.quality[-1]) if there else None,
                silent=read_at is None or now - read_at > silent_after,
            )


def _fits(
    device: str, kind: str, asked: AskedDevices, troubles: dict[str, list[EarlyWarning]]
) -> bool:
    if asked.kind not in {"", kind} or asked.text.casefold() not in device.casefold():
        return False
    return not asked.troubled or device in troubles


def _health(retired: bool, troubles: list[EarlyWarning], sensors: list[SensorShape]) -> Health:
    if retired:
        return "retired"
    if any(one.scenario == MAINTENANCE for one in troubles):
        return "faulty"
    if troubles:
        return "blind"
    return "silent" if any(one.silent for one in sensors) else "ok"


def _trouble(warning: EarlyWarning) -> TroubleShape:
    return TroubleShape(
        id=warning.id,
        rule=warning.rule,
        scenario=warning.scenario,
        title=warning.title,
        rank=RANK_WORD[warning.condition.rank],
        sight=SIGHT_WORD[warning.condition.sight],
    )
