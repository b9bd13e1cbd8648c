"""What a new bundle changes against the one before it, for the person who puts it in force."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np

from sentinel.bundle.bundle import Bundle
from sentinel.detect.program import Program


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleChange:
    """Names by what becomes of them.

    rules_anew: Changed in what they mean; their open warnings end and they begin anew.
    rules_reworded: Changed in title, instruction or dispatch only; what is open goes on.
    devices_changed: The same device with another kind, area, attribute, metric or offset.
    """

    rules_added: Sequence[str]
    rules_removed: Sequence[str]
    rules_anew: Sequence[str]
    rules_reworded: Sequence[str]
    devices_added: Sequence[str]
    devices_retired: Sequence[str]
    devices_changed: Sequence[str]
    metrics_changed: Sequence[str]
    formats_changed: Sequence[str]
    areas_changed: Sequence[str]
    models_changed: Sequence[str]
    settings_changed: Sequence[str]

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self))


def compare(old: Bundle, new: Bundle) -> BundleChange:
    """Return what `new` changes. Both must be numbered alike, one from the other."""
    before = {program.rule: program for program in old.programs}
    after = {program.rule: program for program in new.programs}
    both = [rule for rule in after if rule in before]
    anew = [rule for rule in both if before[rule].meaning != after[rule].meaning]
    reworded = [r for r in both if r not in anew and _words(before[r]) != _words(after[r])]
    live_before, live_after = _in_service(old), _in_service(new)
    settings = ("zone", "skew_ms", "past_ms", "max_payload_bytes", "builtin")
    return BundleChange(
        rules_added=[rule for rule in after if rule not in before],
        rules_removed=[rule for rule in before if rule not in after],
        rules_anew=anew,
        rules_reworded=reworded,
        devices_added=sorted(live_after - live_before),
        devices_retired=sorted(live_before - live_after),
        devices_changed=_changed_devices(old, new, live_before & live_after),
        metrics_changed=_differing(_by_id(old), _by_id(new)),
        formats_changed=_differing(
            {form.name: repr(form) for form in old.formats},
            {form.name: repr(form) for form in new.formats},
        ),
        areas_changed=_differing(
            {area.code: area for area in old.registry.areas},
            {area.code: area for area in new.registry.areas},
        ),
        models_changed=_differing(old.models, new.models),
        settings_changed=[name for name in settings if getattr(old, name) != getattr(new, name)],
    )


def _words(program: Program) -> object:
    """What a rule says beyond what it means."""
    return program.title, program.instruction, program.dispatch_to, program.scenario


def _in_service(bundle: Bundle) -> set[str]:
    registry = bundle.registry
    live = np.flatnonzero(~registry.device_retired).tolist()
    return set(map(registry.device_ids.__getitem__, live))


def _by_id(bundle: Bundle) -> Mapping[str, object]:
    return {metric.id: metric for metric in bundle.registry.metrics}


def _changed_devices(old: Bundle, new: Bundle, both: Collection[str]) -> list[str]:
    """Compare column by column: a million devices are the same but for a few."""
    one, other = old.registry, new.registry
    count = min(len(one.device_ids), len(other.device_ids))
    different = np.zeros(count, np.bool_)
    names = dict.fromkeys([*one.attributes, *other.attributes])
    pairs = [(one.attributes.get(name, ()), other.attributes.get(name, ())) for name in names]
    codes = [_area_codes(old, count), _area_codes(new, count)]
    for a, b in [(one.device_kind, other.device_kind), (codes[0], codes[1]), *pairs]:
        different |= _unequal(a, b, count)
    different[_resensored(old, new, count)] = True
    ids = (new.registry.device_ids[at] for at in np.flatnonzero(different).tolist())
    return sorted(name for name in ids if name in both)


def _area_codes(bundle: Bundle, count: int) -> list[str]:
    codes = [*(area.code for area in bundle.registry.areas), ""]
    return [codes[area] for area in bundle.registry.device_area[:count].tolist()]


def _unequal(
    one: Sequence[str], other: Sequence[str], count: int
) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    texts, others = (one or [""] * count), (other or [""] * count)
    pairs = zip(texts, others, strict=False)
    return np.fromiter((a != b for a, b in pairs), np.bool_, count)


def _resensored(old: Bundle, new: Bundle, count: int) -> list[int]:
    """The devices one of whose sensors came, went or got another offset."""
    found: set[int] = set()
    kept = min(len(old.registry.sensor_device), len(new.registry.sensor_device))
    for bundle in (old, new):
        found.update(bundle.registry.sensor_device[kept:].tolist())
    ids = [[m.id for m in bundle.registry.metrics] for bundle in (old, new)]
    names = [np.array([*own, ""], object) for own in ids]
    one, other = (
        n[b.registry.sensor_metric[:kept]] for n, b in zip(names, (old, new), strict=True)
    )
    offsets = [bundle.registry.sensor_offset[:kept] for bundle in (old, new)]
    moved = (one != other) | (offsets[0] != offsets[1])
    found.update(new.registry.sensor_device[:kept][moved].tolist())
    return [device for device in found if device < count]


def _differing(old: Mapping[str, object], new: Mapping[str, object]) -> list[str]:
    names = dict.fromkeys([*old, *new])
    return [n for n in names if n not in old or n not in new or old[n] != new[n]]
