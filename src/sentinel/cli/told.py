"""The reference of metrics and log lines, made from the events themselves: `docs/metrics.md`.

`python -m sentinel.cli.told > docs/metrics.md` writes it anew; a test holds it to that.
"""

import inspect
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from prometheus_client.metrics import MetricWrapperBase

import sentinel.observe.events
from sentinel.app.service import STAGES
from sentinel.observe.event import Event

_HEAD = """\
# Metrics and log lines

Made from the events themselves by `python -m sentinel.cli.told`. Each service answers
`/metrics` for Prometheus on a port of its own ([operations](operations.md) says where), and writes
log lines to stderr: JSON where stderr is no terminal. A service shows the metrics of its own stages
(`sentinel_<stage>_...`), and those that every Python process has:

{services}

What ends in `_total` counts from the service's start; the rest says how it is now. A reader's lag
in seconds is `time()` less its `reached_timestamp_seconds`, a second at most while all is well.
"""


def told_reference() -> str:
    """Return the text of `docs/metrics.md`."""
    modules = _stages()
    metrics = [_metric(metric) for module in modules for metric in _metrics(module)]
    lines = [_line(event) for module in modules for event in _events(module)]
    return "\n".join(
        [
            _HEAD.format(services=_services()),
            "## Metrics\n\n| metric | labels | |\n| --- | --- | --- |",
            *metrics,
            "\n## Log lines\n\n| event | level | |\n| --- | --- | --- |",
            *lines,
            "",
        ]
    )


def _services() -> str:
    rows = [
        f"| `sentinel {service}` | {', '.join(f'`{stage}`' for stage in sorted(stages))} |"
        for service, stages in STAGES.items()
    ]
    return "\n".join(["| service | stages |", "| --- | --- |", *rows])


def _stages() -> list[ModuleType]:
    package = sentinel.observe.events
    names = sorted(found.name for found in iter_modules(package.__path__))
    return [import_module(f"{package.__name__}.{name}") for name in names]


def _events(module: ModuleType) -> Iterator[type[Event]]:
    for found in vars(module).values():
        if isinstance(found, type) and issubclass(found, Event) and hasattr(found, "name"):
            yield found


def _metrics(module: ModuleType) -> list[MetricWrapperBase]:
    found = [one for one in vars(module).values() if isinstance(one, MetricWrapperBase)]
    found += [event.counter for event in _events(module) if event.counter is not None]
    return sorted(set(found), key=_name)


def _name(metric: MetricWrapperBase) -> str:
    family = next(iter(metric.describe()))
    return f"{family.name}_total" if family.type == "counter" else family.name


def _metric(metric: MetricWrapperBase) -> str:
    family = next(iter(metric.describe()))
    labels = ", ".join(f"`{label}`" for label in metric._labelnames)  # noqa: SLF001 -- told nowhere else
    return f"| `{_name(metric)}` | {labels} | {family.documentation} |"


def _line(event: type[Event]) -> str:
    first = (inspect.getdoc(event) or "").splitlines()[0]
    return f"| `{event.name}` | {event.level} | {first} |"


if __name__ == "__main__":
    print(told_reference(), end="")
