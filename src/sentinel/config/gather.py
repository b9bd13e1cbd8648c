"""The files that a configuration points at, as a bundle has them."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sentinel.bundle.compile import (
    AREAS,
    DEVICES,
    FORMATS,
    METRICS,
    MODEL,
    MODELS,
    RECORD,
    RULES,
    SETTINGS,
)  # fmt: skip
from sentinel.config.load import matching, read_bytes
from sentinel.config.settings import Config
from sentinel.document import Place, Problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """files: Content by path in the bundle. names: What the user calls each, for problems."""

    files: Mapping[str, bytes]
    names: Mapping[str, str]


def gather(config: Config, problems: Problems, *, absence_is_told: bool = False) -> Gathered:
    """Read the registry, formats, rules and models; a file that cannot be read is a problem.

    absence_is_told: Who read the configuration has told already which files are not there.
    """
    paths = {
        AREAS: config.registry.areas,
        DEVICES: config.registry.devices,
        METRICS: config.registry.metrics,
        **_named(FORMATS, config, config.normalise.formats),
        **_named(RULES, config, config.detect.rules),
        **_models(config),
    }
    files = {SETTINGS: config.bundle_settings().dump()}
    names = {SETTINGS: str(config.file)}
    for path, source in paths.items():
        names[path] = called(source, config)
        if absence_is_told and not source.is_file():
            continue
        data = read_bytes(source, Place(names[path]), problems)
        if data is not None:
            files[path] = data
    return Gathered(files=files, names=names)


def _named(folder: str, config: Config, patterns: tuple[str, ...]) -> dict[str, Path]:
    """Return the files by path in the bundle: their names, told apart if two are alike."""
    found = dict.fromkeys(p for pattern in patterns for p in matching(config.folder, pattern))
    named: dict[str, Path] = {}
    for path in found:
        name, number = folder + path.name, 1
        while name in named:
            number += 1
            name = f"{folder}{path.stem}-{number}{path.suffix}"
        named[name] = path
    return named


def _models(config: Config) -> dict[str, Path]:
    folder = config.detect.models
    if folder is None:
        return {}
    wanted = (*folder.glob(f"*{MODEL}"), *folder.glob(f"*{RECORD}"))
    return {MODELS + path.name: path for path in sorted(wanted)}


def called(path: Path, config: Config) -> str:
    """A path as the user would write it: relative, if the configuration was named so."""
    if config.file.is_absolute():
        return str(path)
    return os.path.normpath(config.file.parent / os.path.relpath(path, config.folder))
