"""A deployment's files held together: every problem at once, and what there is if there is none."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sentinel.bundle.bundle import Bundle
from sentinel.bundle.compile import Compiled, compile_registry_of
from sentinel.bundle.cost import Cost, rule_cost
from sentinel.config.bundles import BundleStore
from sentinel.config.gather import gather
from sentinel.config.handling import read_handling
from sentinel.config.load import read_config
from sentinel.config.models import compile_whole
from sentinel.config.settings import Config
from sentinel.document import ConfigurationError, Problems
from sentinel.domain.area import Level
from sentinel.domain.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check found. config: None if the file makes no sense; compiled: None then too."""

    config: Config | None
    compiled: Compiled | None
    problems: Problems

    @property
    def bundle(self) -> Bundle | None:
        """The bundle that the files make, if they are good."""
        return self.compiled.bundle if self.compiled and not self.problems.errors else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a bundle holds, in figures. areas: By level, the widest first."""

    areas: dict[str, int]
    devices: int
    retired: int
    sensors: int
    metrics: int
    formats: int
    rules: int
    models: int
    subjects: dict[str, int]
    state_bytes: int
    state_bytes_per_sensor: float


def check(path: Path) -> Checked:
    """Read a configuration and all that it points at; nothing is changed."""
    problems = Problems()
    config = read_config(path, problems)
    if config is None:
        return Checked(config=None, compiled=None, problems=problems)
    gathered = gather(config, problems, absence_is_told=True)
    compiled = compile_whole(gathered.files, gathered.names)
    problems.found += compiled.problems.found
    if config.desk.duty is not None:
        bundle = compiled.bundle
        told = Problems()  # the registry's own are told above
        files, names = gathered.files, gathered.names
        registry = bundle.registry if bundle else compile_registry_of(files, names, told)
        if registry is not None:
            read_handling(config, registry, problems)
    return Checked(config=config, compiled=compiled, problems=problems)


def put_by(config: Config, bundles: BundleStore) -> Compiled:
    """Compile what the configuration points at and keep it in `bundles`.

    Raises:
        ConfigurationError: With every problem; nothing was kept.
    """
    problems = Problems()
    gathered = gather(config, problems)
    if problems.errors:
        raise ConfigurationError(problems)
    compiled = bundles.add(gathered.files, gathered.names)
    if compiled.bundle is None:
        raise ConfigurationError(compiled.problems)
    return compiled


def load_registry(config: Config) -> Registry:
    """Return the registry alone, as its files stand.

    Raises:
        ConfigurationError: With every problem of its three files.
    """
    problems = Problems()
    gathered = gather(config, problems)
    registry = compile_registry_of(gathered.files, gathered.names, problems)
    if registry is None:
        raise ConfigurationError(problems)
    return registry


def summarise(bundle: Bundle) -> Summary:
    """Return the figures."""
    registry = bundle.registry
    cost: Cost = rule_cost(bundle.programs, registry)
    levels = [area.level for area in registry.areas]
    retired = int(np.count_nonzero(registry.device_retired))
    return Summary(
        areas={level.name.lower(): levels.count(level) for level in Level},
        devices=len(registry.device_ids) - retired,
        retired=retired,
        sensors=cost.sensors,
        metrics=len(registry.metrics),
        formats=len(bundle.formats),
        rules=len(bundle.programs),
        models=len(bundle.models),
        subjects=cost.subjects,
        state_bytes=cost.total,
        state_bytes_per_sensor=round(cost.per_sensor, 1),
    )
