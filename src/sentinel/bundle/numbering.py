"""Which device and sensor has which number: only ever appended to, so that state and stores last.

`sensors.txt` has a line for each device with the metrics of its sensors, in the order of the
numbers; a metric that a device got later stands in a further line of that device.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sentinel.document import Place, Problems


@dataclass(frozen=True, kw_only=True)
class Numbering:
    """Devices and sensors in the order of their numbers, those that are gone among them.

    device_ids: By device number.
    metric_ids: The metrics that sensors have or had, in no order that matters.
    sensor_device, sensor_metric: int32, by sensor number; the second into `metric_ids`.
    """

    device_ids: Sequence[str]
    metric_ids: Sequence[str]
    sensor_device: NDArray[np.int32]
    sensor_metric: NDArray[np.int32]


_WHOLE = re.compile(r"(?:[^\t\n]+\t[^\t\n]*\n)*+\Z")

NOTHING = Numbering(
    device_ids=(),
    metric_ids=(),
    sensor_device=np.empty(0, np.int32),
    sensor_metric=np.empty(0, np.int32),
)


def extend_numbering(
    known: Numbering,
    device_ids: Sequence[str],
    metric_ids: Sequence[str],
    sensor_device: NDArray[np.int32],
    sensor_metric: NDArray[np.int32],
) -> Numbering:
    """Return `known` with the sensors that it has not yet appended.

    Args:
        known: What holds already.
        device_ids: Of all devices, by number: the known ones first, in their order.
        metric_ids: Of the registry, by the registry's number.
        sensor_device: Of the sensors there are now, by device number.
        sensor_metric: Of the sensors there are now, into `metric_ids`.
    """
    names = list(dict.fromkeys([*known.metric_ids, *metric_ids]))
    place = {name: number for number, name in enumerate(names)}
    renamed = np.array([place[name] for name in metric_ids], np.int32)[sensor_metric]
    had = sensor_keys(known.sensor_device, known.sensor_metric)
    has = sensor_keys(sensor_device, renamed)
    new = has[~is_among(has, had)]
    if not len(new) and len(device_ids) == len(known.device_ids):
        return known
    new = new[np.argsort(new >> 20, kind="stable")]
    return Numbering(
        device_ids=device_ids,
        metric_ids=names,
        sensor_device=np.concatenate([known.sensor_device, (new >> 20).astype(np.int32)]),
        sensor_metric=np.concatenate(
            [known.sensor_metric, (new & ((1 << 20) - 1)).astype(np.int32)]
        ),
    )


def sensor_keys(devices: NDArray[np.int32], metrics: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return one number for each device and metric."""
    return devices.astype(np.int64) << 20 | metrics


def is_among(keys: NDArray[np.int64], known: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return by key whether it is known; both in any order, quickest if nearly sorted."""
    if not len(known):
        return np.zeros(len(keys), np.bool_)
    ordered = np.sort(known, kind="stable")
    at = np.searchsorted(ordered, keys)
    at[at == len(ordered)] = 0
    return np.asarray(ordered[at] == keys)


def dump_numbering(numbering: Numbering) -> bytes:
    """Return the file that `parse_numbering` reads back."""
    devices, metrics = numbering.sensor_device, numbering.sensor_metric.tolist()
    begins = np.flatnonzero(np.diff(devices, prepend=-1))
    ends = np.append(begins, len(devices))[1:].tolist()
    specs: dict[tuple[int, ...], str] = {}
    lines: list[str] = []
    told = 0
    for device, begin, end in zip(devices[begins].tolist(), begins.tolist(), ends, strict=True):
        lines += [f"{name}\t\n" for name in numbering.device_ids[told:device]]
        told = max(told, device + 1)
        spec = tuple(metrics[begin:end])
        if spec not in specs:
            specs[spec] = ";".join([numbering.metric_ids[metric] for metric in spec])
        lines.append(f"{numbering.device_ids[device]}\t{specs[spec]}\n")
    lines += [f"{name}\t\n" for name in numbering.device_ids[told:]]
    return "".join(lines).encode()


def parse_numbering(data: bytes, file: str, problems: Problems) -> Numbering | None:
    """Return what `dump_numbering` wrote; None, and a problem, if the file is not whole."""
    text = _text(data)
    if text is None:
        problems.add(Place(file), "", "the numbering of the sensors is damaged")
        return None
    cells = text.replace("\n", "\t").split("\t")
    ids, metrics = cells[:-1:2], cells[1::2]
    devices = {name: number for number, name in enumerate(dict.fromkeys(ids))}
    specs = {spec: code for code, spec in enumerate(dict.fromkeys(metrics))}
    names = {n: i for i, n in enumerate(dict.fromkeys(m for s in specs for m in _split(s)))}
    sensor_device, sensor_metric = expand(
        np.fromiter(map(devices.__getitem__, ids), np.int32, len(ids)),
        np.fromiter(map(specs.__getitem__, metrics), np.int32, len(metrics)),
        [tuple(names[m] for m in _split(spec)) for spec in specs],
    )
    return Numbering(
        device_ids=list(devices),
        metric_ids=list(names),
        sensor_device=sensor_device,
        sensor_metric=sensor_metric,
    )


def _text(data: bytes) -> str | None:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    return text if _WHOLE.match(text) else None


def expand(
    devices: NDArray[np.int32], specs: NDArray[np.int32], metrics: Sequence[tuple[int, ...]]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return device and metric of each sensor, where row i has the metrics `metrics[specs[i]]`.

    >>> expand(np.array([7, 8], np.int32), np.array([1, 0], np.int32), [(5,), (5, 6)])
    (array([7, 7, 8], dtype=int32), array([5, 6, 5], dtype=int32))
    """
    lengths = np.array([len(spec) for spec in metrics], np.int64)
    flat = np.array([metric for spec in metrics for metric in spec], np.int32)
    starts = np.cumsum(lengths) - lengths
    counts = lengths[specs] if len(specs) else np.empty(0, np.int64)
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    within = np.arange(total) - np.repeat(ends - counts, counts)
    at = np.repeat(starts[specs] if len(specs) else counts, counts) + within
    return np.repeat(devices, counts).astype(np.int32), flat[at]


def _split(spec: str) -> list[str]:
    return spec.split(";") if spec else []
