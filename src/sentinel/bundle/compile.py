"""Files to a bundle: everything checked together, nothing read but what is handed in."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from types import MappingProxyType

from sentinel.bundle.bundle import Bundle
from sentinel.bundle.cost import check_cost
from sentinel.bundle.numbering import NOTHING, Numbering, dump_numbering, parse_numbering
from sentinel.bundle.registry import Source, check_addresses, compile_registry
from sentinel.bundle.settings import BundleSettings
from sentinel.bundle.sound import sound_registry
from sentinel.detect.program import Program
from sentinel.detect.rules import compile_rules
from sentinel.document import Node, Place, Problems, parse_yaml, validate
from sentinel.document.text import decode_text
from sentinel.domain.registry import Registry
from sentinel.normalise.format import Format
from sentinel.normalise.formats import parse_formats

SETTINGS = "settings.yaml"
AREAS = "registry/areas.geojson"
DEVICES = "registry/devices.csv"
METRICS = "registry/metrics.yaml"
SENSORS = "sensors.txt"
FORMATS, RULES, MODELS = "formats/", "rules/", "models/"
"""Folders of a bundle."""
MODEL, RECORD = ".skops", ".json"
"""A model's file, and that of the record of its training beside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """What came of a set of files.

    bundle: None if there are errors; its hash is that of `files`.
    files: As handed in, with the numbering extended by the sensors that are new.
    problems: Errors and warnings; their places name the user's own files.
    """

    bundle: Bundle | None
    files: Mapping[str, bytes]
    problems: Problems


def compile_bundle(
    files: Mapping[str, bytes], names: Mapping[str, str] = MappingProxyType({})
) -> tuple[Bundle | None, Problems]:
    """Return the bundle that the files make, None if there are errors, and all problems.

    Args:
        files: By path in the bundle.
        names: For a path in the bundle, what its user calls the file. One that has a name and is
            not among the files was told of by who could not read it.
    """
    compiled = compile_files(files, names)
    return compiled.bundle, compiled.problems


def compile_files(
    files: Mapping[str, bytes], names: Mapping[str, str] = MappingProxyType({})
) -> Compiled:
    """Do the same, and return also the files with the numbering that the next bundle extends."""
    work = _Work(files, names, Problems())
    bundle, numbering = work.compile()
    if bundle is None or numbering is None or work.problems.errors:
        return Compiled(bundle=None, files=files, problems=work.problems)
    same = SENSORS in files and numbering is work.known
    whole = files if same else {**files, SENSORS: dump_numbering(numbering)}
    bundle = replace(bundle, hash=bundle_hash(whole))
    return Compiled(bundle=bundle, files=whole, problems=work.problems)


def compile_registry_of(
    files: Mapping[str, bytes], names: Mapping[str, str], problems: Problems
) -> Registry | None:
    """Return the registry alone; None after telling all problems of its files."""
    found = _Work(files, names, problems).registry()
    return found[0] if found else None


def bundle_hash(files: Mapping[str, bytes]) -> str:
    """Return the name of the bundle that these files are: the same for the same content."""
    total = blake2b(digest_size=16)
    for path in sorted(files):
        total.update(f"{path}\0{blob_hash(files[path])}\n".encode())
    return total.hexdigest()


def blob_hash(data: bytes) -> str:
    """Return the name of one file's content."""
    return blake2b(data, digest_size=20).hexdigest()


@dataclass(frozen=True, slots=True)
class _ModelRecord:
    """Of a model's training, what rules are held against."""

    metric: str


@dataclass(slots=True)
class _Work:
    files: Mapping[str, bytes]
    names: Mapping[str, str]
    problems: Problems
    settings: BundleSettings = field(init=False)
    known: Numbering = NOTHING

    def __post_init__(self) -> None:
        self.settings = self._read_settings()

    def compile(self) -> tuple[Bundle | None, Numbering | None]:
        found = self.registry()
        if found is None:
            self._look_further()
            return None, None
        registry, numbering = found
        formats = self._formats(registry)
        models = self._models()
        programs = self._rules(registry, models)
        most, rules = self.settings.max_state, lambda: self._nodes(RULES)
        check_cost(programs, registry, most, self.problems, rules)
        return self._bundle(registry, formats, programs, models), numbering

    def _bundle(
        self,
        registry: Registry,
        formats: tuple[Format, ...],
        programs: tuple[Program, ...],
        models: Mapping[str, bytes],
    ) -> Bundle:
        return Bundle(
            hash="",
            zone=self.settings.zone,
            registry=registry,
            formats=formats,
            programs=programs,
            skew_ms=self.settings.skew,
            past_ms=self.settings.past,
            max_payload_bytes=self.settings.max_payload,
            builtin=self.settings.builtin,
            models=models,
        )

    def _read_settings(self) -> BundleSettings:
        node = self._node(SETTINGS) if SETTINGS in self.files else None
        found = validate(BundleSettings, node, self.problems, "settings") if node else None
        return found or BundleSettings()

    def registry(self) -> tuple[Registry, Numbering] | None:
        for path in (AREAS, DEVICES, METRICS):
            if path not in self.files and path not in self.names:
                self.problems.add(Place(path), "", "the file is not there")
        if SENSORS in self.files:
            found = parse_numbering(self.files[SENSORS], self._name(SENSORS), self.problems)
            self.known = found or NOTHING
        return compile_registry(
            areas=self._source(AREAS),
            devices=self._source(DEVICES),
            metrics=self._source(METRICS),
            zone=self.settings.zone,
            known=self.known,
            problems=self.problems,
        )

    def _formats(self, registry: Registry) -> tuple[Format, ...]:
        nodes = self._nodes(FORMATS)
        formats = parse_formats(nodes, registry, self.problems)
        self._check_addresses(registry, formats, nodes, self.problems)
        return formats

    def _check_addresses(
        self, registry: Registry, found: Sequence[Format], nodes: Sequence[Node], problems: Problems
    ) -> None:
        """Tell of addresses for formats that there are not, if every format has a name."""
        devices = self._source(DEVICES)
        if devices is not None and len(nodes) == len(self._in(FORMATS)):
            check_addresses(registry, [one.name for one in found], devices, problems)

    def _rules(self, registry: Registry, models: Mapping[str, bytes]) -> tuple[Program, ...]:
        records = self._records(models)
        return compile_rules(self._nodes(RULES), registry, self.problems, models=records)

    def _models(self) -> dict[str, bytes]:
        return {
            path.removeprefix(MODELS).removesuffix(MODEL): data
            for path, data in self._in(MODELS)
            if path.endswith(MODEL)
        }

    def _records(self, names: Iterable[str]) -> dict[str, _ModelRecord]:
        found = {name: self._record(name) for name in names}
        return {name: record for name, record in found.items() if record is not None}

    def _record(self, name: str) -> _ModelRecord | None:
        path = f"{MODELS}{name}{RECORD}"
        try:
            metric = json.loads(self.files[path])["metric"]
        except (KeyError, ValueError, TypeError, RecursionError):
            metric = None
        if not isinstance(metric, str):
            rule = "a model has the record of its training, with its metric, beside it"
            place = Place(self._name(MODELS + name + MODEL))
            self.problems.add(place, f"model {name!r}", rule)
            return None
        return _ModelRecord(metric)

    def _look_further(self) -> None:
        """Tell what is wrong with the rest, whatever is wrong with the registry.

        Not told is what may follow from that: problems of whatever names something spoilt.
        """
        formats, rules = self._nodes(FORMATS), self._nodes(RULES)
        sound = sound_registry(
            areas=self._source(AREAS),
            devices=self._source(DEVICES),
            metrics=self._source(METRICS),
            zone=self.settings.zone,
            problems=self.problems,
        )
        aside = Problems()
        found = parse_formats(formats, sound.registry, aside)
        self._check_addresses(sound.registry, found, formats, aside)
        compile_rules(rules, sound.registry, aside, models=self._records(self._models()))
        self.problems.found += sound.of_their_own(aside.errors, formats, rules)

    def _nodes(self, folder: str) -> Sequence[Node]:
        nodes = [self._node(path) for path, _ in self._in(folder)]
        return [node for node in nodes if node is not None]

    def _node(self, path: str) -> Node | None:
        name = self._name(path)
        text = decode_text(self.files[path], name, self.problems)
        return None if text is None else parse_yaml(text, name, self.problems)

    def _in(self, folder: str) -> list[tuple[str, bytes]]:
        return [(path, self.files[path]) for path in sorted(self.files) if path.startswith(folder)]

    def _source(self, path: str) -> Source | None:
        data = self.files.get(path)
        return None if data is None else Source(name=self._name(path), data=data)

    def _name(self, path: str) -> str:
        return self.names.get(path, path)
