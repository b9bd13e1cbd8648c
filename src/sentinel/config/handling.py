"""What the configuration says of handling: the duty file, plans, and what rules ask for."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from threading import Lock

import numpy as np

from sentinel.bundle import Bundle
from sentinel.config.gather import called
from sentinel.config.load import matching, read_bytes
from sentinel.config.settings import Config
from sentinel.desk import NOBODY, Facts
from sentinel.detect.program import Program
from sentinel.document import Node, Place, Problems, nearest, parse_yaml
from sentinel.document.text import decode_text
from sentinel.domain.area import Level
from sentinel.domain.person import EVERYWHERE, is_inside
from sentinel.domain.registry import Registry
from sentinel.warn.city import City
from sentinel.warn.duty_file import DutyFile, parse_duty
from sentinel.warn.plan import Plan
from sentinel.warn.plan_file import parse_plans
from sentinel.warn.terms import RuleTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """The duty file and the plans, read."""

    duty: DutyFile
    plans: Mapping[str, Plan]


def read_handling(config: Config, registry: Registry, problems: Problems) -> Handling | None:
    """Return what the files say; None without a duty file, or after telling what is wrong."""
    if config.desk.duty is None:
        return None
    errors = len(problems.errors)
    node = _read(config.desk.duty, config, problems)
    city = next((area.code for area in registry.areas if area.level is Level.CITY), "")
    codes = [area.code for area in registry.areas]
    if node is None:
        return None
    duty = parse_duty(node, problems, zone=config.zone, areas=codes, city=city)
    if duty is None:
        return None
    _check_channels(node, config, problems)
    plans: dict[str, Plan] = {}
    for path in _plan_files(config):
        document = _read(path, config, problems)
        if document is not None:
            plans |= parse_plans(document, problems, duty=duty.duty, seen=plans)
    return Handling(duty=duty, plans=plans) if len(problems.errors) == errors else None


def _check_channels(duty: Node, config: Config, problems: Problems) -> None:
    """A channel that is not there reaches nobody; said once each, where it is first named."""
    known, told = config.desk.channels, set(config.desk.channels)
    for name, place in _channels_named(duty):
        if name not in told:
            told.add(name)
            message = f"`desk: channels` of the configuration has no channel {name!r}"
            problems.add(place, "", message, nearest(name, known), severity="warning")


def _channels_named(duty: Node) -> Iterator[tuple[str, Place]]:
    for section in ("people", "units"):
        for one in _within(duty, (section,)).keys:
            yield from _within(duty, (section, one, "channels")).keys.items()
    for rank in _within(duty, ("channels",)).keys:
        names = duty.at(("channels", rank))
        if isinstance(names.value, list):
            yield from ((str(name.value), name.place) for name in names.value)


def _within(node: Node, path: tuple[str, ...]) -> Node:
    """Return the node at `path`; an empty one if it is not there."""
    for step in path:
        if not isinstance(node.value, dict) or step not in node.value:
            return Node({}, node.place, {})
        node = node.value[step]
    return node


def rule_terms(programs: Iterable[Program]) -> dict[str, RuleTerms]:
    """Return what rules say of handling, by rule."""
    return {
        program.rule: RuleTerms(
            rule=program.rule,
            dispatch_to=program.dispatch_to,
            accept=program.handling.accept_ms,
            resolve=program.handling.resolve_ms,
            explains=program.handling.explains,
            fold_into=program.handling.fold_into,
            fold_count=program.handling.fold_count,
            fold_share=program.handling.fold_share,
        )
        for program in programs
    }


class FactsBook:
    """The city as files and bundle say now; read again when one of them has changed.

    A file that is changed and does not make sense changes nothing: the desk goes on with what it
    had, and `fault` says so.

    Args:
        config: Names the files.
        bundle: What is in force; None before the first.
        on_change: Called with what each changed file now says, for the trail.
    """

    def __init__(
        self,
        config: Config,
        bundle: Callable[[], Bundle | None],
        on_change: Callable[[Mapping[str, str]], None] = lambda _changed: None,
    ) -> None:
        self._config = config
        self._bundle = bundle
        self._on_change = on_change
        self._turn = Lock()
        self._facts = NOBODY
        self._seen: tuple[object, ...] = ()
        self.fault = ""

    def __call__(self) -> Facts:
        """Return the facts; cheap while nothing has changed."""
        with self._turn:
            bundle = self._bundle()
            seen = (bundle.hash if bundle else "", *map(_stamp, self._files()))
            if seen != self._seen:
                self._seen = seen
                self._read(bundle)
            return self._facts

    def _files(self) -> list[Path]:
        duty = self._config.desk.duty
        return [*([duty] if duty else []), *_plan_files(self._config)]

    def _read(self, bundle: Bundle | None) -> None:
        if bundle is None or self._config.desk.duty is None:
            return
        problems = Problems()
        handling = read_handling(self._config, bundle.registry, problems)
        if handling is None:
            first = next(iter(problems.in_order()), "it cannot be read")
            self.fault = f"the duty roster stays as it was: {first}"
            return
        self.fault = ""
        self._facts = _facts(self._config, bundle, handling)
        self._on_change({str(path): _stamp(path)[2] for path in self._files()})


def _facts(config: Config, bundle: Bundle, handling: Handling) -> Facts:
    registry = bundle.registry
    return Facts(
        city=City(
            duty=handling.duty.duty,
            terms=handling.duty.terms,
            rules=rule_terms(bundle.programs),
            plans=dict(handling.plans),
            places={_place(area.code, area.level): area.name for area in registry.areas},
            site=config.desk.publish.site,
        ),
        channels=handling.duty.channels,
        limits=handling.duty.limits,
        subjects=lru_cache(4096)(
            partial(_subjects, registry, {one.rule: one for one in bundle.programs})
        ),
    )


def _subjects(registry: Registry, programs: Mapping[str, Program], rule: str, where: str) -> int:
    """Return how many devices in an area a rule may judge: those with its first metric."""
    program = programs.get(rule)
    if program is None:
        return 0
    metric = program.watches[0].metric
    devices = registry.sensor_device[registry.sensor_metric == metric]
    areas = registry.device_area[devices[~registry.device_retired[devices]]]
    inside = np.array([is_inside(area.code, where) for area in registry.areas])
    return int(np.count_nonzero(inside[areas[areas >= 0]]))


def _place(code: str, level: Level) -> str:
    return EVERYWHERE if level is Level.CITY else code


def _plan_files(config: Config) -> list[Path]:
    return [path for pattern in config.desk.plans for path in matching(config.folder, pattern)]


def _stamp(path: Path) -> tuple[str, int, str]:
    """Return what changes when a file does."""
    try:
        stat = path.stat()
    except OSError:
        return str(path), 0, "gone"
    return str(path), stat.st_mtime_ns, f"{stat.st_size} bytes"


def _read(path: Path, config: Config, problems: Problems) -> Node | None:
    name = called(path, config)
    data = read_bytes(path, Place(name), problems)
    text = None if data is None else decode_text(data, name, problems)
    return None if text is None else parse_yaml(text, name, problems)
