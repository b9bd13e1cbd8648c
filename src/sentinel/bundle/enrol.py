"""Rows for devices.csv, drafted from what was rejected, for a person to edit."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from io import StringIO

from sentinel.bundle.cells import device_id_fault
from sentinel.domain.registry import Registry
from sentinel.domain.rejection import Reason, Rejection


@dataclass(slots=True)
class Draft:
    """One device that spoke and was not known, or not with all that it measures.

    address: Under which `format` knows it. metrics: Those it sent, as far as they were known.
    count: Rejections it caused. topic: One that it published to.
    """

    address: str
    format: str
    topic: str
    metrics: dict[str, None] = field(default_factory=dict)
    count: int = 0


def draft_devices(rejections: Iterable[Rejection], registry: Registry) -> list[Draft]:
    """Return a draft for each device, the one rejected most often first.

    Unknown devices, and known ones for which a metric of the registry was unknown; rejections
    for other reasons, and metrics that the registry does not have, are passed over.
    """
    drafts: dict[tuple[str, str], Draft] = {}
    for rejection in rejections:
        if not _is_about_enrolment(rejection, registry):
            continue
        key = rejection.format, rejection.device
        draft = drafts.setdefault(key, Draft(rejection.device, rejection.format, rejection.topic))
        draft.count += 1
        if rejection.metric in registry.metric_number:
            draft.metrics[rejection.metric] = None
    return sorted(drafts.values(), key=lambda draft: (-draft.count, draft.address))


def draft_rows(drafts: Iterable[Draft], registry: Registry) -> str:
    """Return the drafts as CSV with a header of devices.csv; what only a person knows is empty.

    A device that the registry has gets the row it needs in place of its own. An address that
    can be no id stands in the column of its format, and the id is left to the person.
    """
    drafts = list(drafts)
    formats = sorted({d.format for d in drafts if device_id_fault(d.address) and d.format})
    header = ["id", "kind", "area", "metrics", "lon", "lat", "name", "owner"]
    columns = [f"address:{name}" for name in formats]
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*header, *columns, "seen"])
    for draft in drafts:
        chosen = [_address(draft, name) for name in formats]
        chosen.append(f"{draft.count}x at {draft.topic}")
        writer.writerow([*_row(draft, registry), *map(_harmless, chosen)])
    return out.getvalue()


def _is_about_enrolment(rejection: Rejection, registry: Registry) -> bool:
    if not rejection.device:
        return False
    if rejection.reason is Reason.UNKNOWN_METRIC:
        known = rejection.device in registry.device_number
        return known and rejection.metric in registry.metric_number
    return rejection.reason is Reason.UNKNOWN_DEVICE


def _row(draft: Draft, registry: Registry) -> list[str]:
    device = registry.device_number.get(draft.address, -1)
    own = [registry.metrics[m].id for m in _metrics_of(device, registry)]
    metrics = ";".join(dict.fromkeys([*own, *draft.metrics]))
    if device >= 0:
        kept = [registry.attributes.get(name, ()) for name in ("lon", "lat", "name", "owner")]
        texts = [column[device] if column else "" for column in kept]
        kind, area = registry.device_kind[device], registry.area_code(device)
        return [draft.address, kind, area, metrics, *texts]
    name = "" if device_id_fault(draft.address) else draft.address
    return [name, _likely_kind(draft, registry), "", metrics, "", "", "", ""]


def _metrics_of(device: int, registry: Registry) -> list[int]:
    if device < 0:
        return []
    metrics: list[int] = registry.sensor_metric[registry.sensor_device == device].tolist()
    return [metric for metric in metrics if metric >= 0]


def _likely_kind(draft: Draft, registry: Registry) -> str:
    """The kind that measures just this, if there is only one; empty otherwise."""
    wanted = {registry.metric_number[metric] for metric in draft.metrics}
    kinds = registry.kinds.items()
    fits = [name for name, kind in kinds if wanted and set(kind.metrics) == wanted]
    return fits[0] if len(fits) == 1 else ""


def _address(draft: Draft, name: str) -> str:
    return draft.address if draft.format == name and device_id_fault(draft.address) else ""


def _harmless(cell: str) -> str:
    """A device chose this text: a spreadsheet must not take it for a formula."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell
