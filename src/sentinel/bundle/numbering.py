"""Which device and sensor has which number: only ever appended to, so that state and stores last.

`sensors.txt` has a line for each device with the metrics of its sensors, in the order of the
numbers; a metric that a device got later stands in a further line of that device.
"""

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
    had = known.sensor_device.astype(np.int64) << 20 | known.sensor_metric
    has = sensor_device.astype(np.int64) << 20 | renamed
    new = has[~np.isin(has, had)]
    new = new[np.argsort(new >> 20, kind="stable")]
    return Numbering(
        device_ids=device_ids,
        metric_ids=names,
        sensor_device=np.concatenate([known.sensor_device, (new >> 20).astype(np.int32)]),
        sensor_metric=np.concatenate(
            [known.sensor_metric, (new & ((1 << 20) - 1)).astype(np.int32)]
        ),
    )


def dump_numbering(numbering: Numbering) -> bytes:
    """Return the file that `parse_numbering` reads back."""
    devices = numbering.sensor_device.tolist()
    metrics = numbering.sensor_metric.tolist()
    lines: list[str] = []
    at = told = 0
    while at < len(devices):
        device, end = devices[at], at + 1
        while end < len(devices) and devices[end] == device:
            end += 1
        lines += [f"{name}\t" for name in numbering.device_ids[told:device]]
        told = max(told, device + 1)
        names = ";".join([numbering.metric_ids[metric] for metric in metrics[at:end]])
        lines.append(f"{numbering.device_ids[device]}\t{names}")
        at = end
    lines += [f"{name}\t" for name in numbering.device_ids[told:]]
    return "".join(f"{line}\n" for line in lines).encode()


def parse_numbering(data: bytes, file: str, problems: Problems) -> Numbering | None:
    """Return what `dump_numbering` wrote; None, and a problem, if the file is not whole."""
    try:
        lines = data.decode().split("\n")
        pairs = [line.split("\t") for line in lines[:-1]]
        ids, metrics = zip(*pairs, strict=True) if pairs else ((), ())
    except ValueError:
        lines, ids, metrics = [""], (), ()
    if lines[-1] or len(ids) != len(metrics) or (data and not ids):
        problems.add(Place(file), "", "the numbering of the sensors is damaged")
        return None
    devices: dict[str, int] = {}
    number = [devices.setdefault(name, len(devices)) for name in ids]
    specs = {text: code for code, text in enumerate(dict.fromkeys(metrics))}
    names = {n: i for i, n in enumerate(dict.fromkeys(m for s in specs for m in _split(s)))}
    sensor_device, sensor_metric = expand(
        np.array(number, np.int32),
        np.fromiter(map(specs.__getitem__, metrics), np.int32, len(metrics)),
        [tuple(names[m] for m in _split(spec)) for spec in specs],
    )
    return Numbering(
        device_ids=list(devices),
        metric_ids=list(names),
        sensor_device=sensor_device,
        sensor_metric=sensor_metric,
    )


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
