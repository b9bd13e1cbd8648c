"""The folder of trained models: NAME.skops, which is read, and NAME.json, its record for people."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from sentinel.detect.models.kept import Kept, ModelRefused, read_kept
from sentinel.detect.models.record import ModelRecord, encode_record
from sentinel.domain.errors import SentinelError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}\Z")


class NoSuchModel(SentinelError):  # noqa: N818 -- named after what happened
    """The folder has no model of that name."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Models by name in one folder."""

    folder: Path

    def names(self) -> list[str]:
        """Return the names of all models, sorted."""
        return sorted(path.stem for path in self.folder.glob("*.skops"))

    def put(self, data: bytes, record: ModelRecord) -> Path:
        """Keep a model, in the place of an older one of its name; return its file.

        Raises:
            ModelRefused: Its name could not be a file's.
        """
        if not is_name(record.name):
            message = f"a model's name must be letters, digits, `-` and `_`; got {record.name!r}"
            raise ModelRefused(message)
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{record.name}.skops"
        _replace(self.folder / f"{record.name}.json", encode_record(record))
        _replace(path, data)
        return path

    def take(self, name: str) -> Kept:
        """Return a model.

        Raises:
            NoSuchModel: There is none of that name.
            ModelRefused: Its file cannot be used.
        """
        path = self.folder / f"{name}.skops"
        if name not in self.names():
            message = f"no model {name!r} in {self.folder}; it has {_listed(self.names())}"
            raise NoSuchModel(message)
        try:
            return read_kept(path.read_bytes())
        except ModelRefused as refused:
            message = f"{path}: {refused}"
            raise ModelRefused(message) from refused


def is_name(name: str) -> bool:
    """Return whether a model can be called so."""
    return bool(_NAME.match(name))


def _listed(names: list[str]) -> str:
    return ", ".join(names) or "none"


def _replace(path: Path, data: bytes) -> None:
    """Never leave half a file: a crash keeps the old one."""
    new = path.with_suffix(path.suffix + ".new")
    with new.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
