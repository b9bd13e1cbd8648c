"""A configuration file read: every problem in it at once."""

import os
import re
from collections.abc import Iterator
from glob import glob, has_magic
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from sentinel.config.settings import Config
from sentinel.document import ConfigurationError, Node, Place, Problems, parse_yaml, validate
from sentinel.document.text import decode_text
from sentinel.document.validate import sound_part

_TEST = ".test.yaml"
_SECRET_IN_URL = re.compile(r"\w+://[^/@\s]*:[^/@\s]+@")
_SECRETS = frozenset({"password", "token", "secret", "key", "api_key", "key_password"})
_FOLDERS = frozenset({("data",), ("detect", "models")})
"""Those that need not be there yet."""
_Model = TypeVar("_Model", bound=BaseModel)


def load_config(path: Path) -> Config:
    """Return the configuration in the file.

    Raises:
        ConfigurationError: With every problem found; files that it points at must be there.
    """
    problems = Problems()
    config = read_config(path, problems)
    if config is None or problems.errors:
        raise ConfigurationError(problems)
    return config


def read_config(path: Path, problems: Problems) -> Config | None:
    """Return the configuration, None if it has no sense; `problems` is told all that is wrong.

    With errors it is what is left without the keys that are wrong, so that what it points at can
    be checked all the same.
    """
    data = read_bytes(path, Place(str(path)), problems)
    text = None if data is None else decode_text(data, str(path), problems)
    node = None if text is None else parse_yaml(text, str(path), problems)
    if node is None:
        return None
    _check_secrets(node, problems)
    found = validate(Config, node, problems) or sound_part(Config, node)
    if found is None:
        return None
    config = _resolved(found, path.absolute().parent).read_from(path)
    _check_files(config, node, problems)
    return config


def read_bytes(path: Path, place: Place, problems: Problems) -> bytes | None:
    """Return a file's content, None and a problem if it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        problems.add(place, "", f"the file cannot be read: {str(path)!r}: {why}")
        return None


def matching(folder: Path, pattern: str) -> list[Path]:
    """Return the files that a pattern means, in order; tests beside rules are none of them."""
    found = glob(str(folder / pattern), recursive=True)  # noqa: PTH207 -- `..` and absolute patterns
    paths = [Path(os.path.normpath(path)) for path in sorted(found) if not path.endswith(_TEST)]
    return [path for path in paths if path.is_file()]


def _resolved(model: _Model, folder: Path) -> _Model:
    """Return the model with every path in it made absolute, from `folder`.

    What the file did not name still counts as not named: `sentinel up` brings a broker by that.
    """
    values = {name: getattr(model, name) for name in type(model).model_fields}
    absolute = {name: _absolute(value, folder) for name, value in values.items()}
    changed = {name: value for name, value in absolute.items() if value is not values[name]}
    return model.model_copy(update=changed)


def _absolute(value: object, folder: Path) -> object:
    if isinstance(value, Path):
        return Path(os.path.normpath(folder / value))
    if isinstance(value, BaseModel):
        return _resolved(value, folder)
    if isinstance(value, dict) and value:
        return {name: _absolute(inner, folder) for name, inner in value.items()}
    return value


def _check_files(config: Config, node: Node, problems: Problems) -> None:
    for path, value in _paths(config, ()):
        place, dotted = node.at(path).place, ".".join(path)
        if path in _FOLDERS:
            if value.exists() and not value.is_dir():
                problems.add(place, "", f"`{dotted}` must be a folder; got {str(value)!r}")
        elif not value.is_file():
            problems.add(place, "", f"`{dotted}`: there is no such file: {str(value)!r}")
    _check_patterns(config, node, problems)


def _check_patterns(config: Config, node: Node, problems: Problems) -> None:
    for path, patterns in (
        (("normalise", "formats"), config.normalise.formats),
        (("detect", "rules"), config.detect.rules),
        (("desk", "plans"), config.desk.plans),
    ):
        for at, pattern in enumerate(patterns):
            if not matching(config.folder, pattern):
                rule = "no file matches" if has_magic(pattern) else "there is no such file:"
                place = node.at((*path, at)).place
                problems.add(place, "", f"`{'.'.join(path)}`: {rule} {pattern!r}")


def _paths(value: object, at: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Path]]:
    if isinstance(value, Path):
        yield at, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _paths(getattr(value, name), (*at, name))
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _paths(inner, (*at, name))


def _check_secrets(node: Node, problems: Problems) -> None:
    """A secret in a file ends up in a mail, a screenshot or a repository."""
    if isinstance(node.value, dict):
        for key, inner in node.value.items():
            if key in _SECRETS:
                rule = f"a secret does not stand in this file: `{key}`"
                hint = f"name where it is with `{key}_env` or `{key}_file`"
                problems.add(node.keys[key], "", rule, hint)
            _check_secrets(inner, problems)
    elif isinstance(node.value, list):
        for inner in node.value:
            _check_secrets(inner, problems)
    elif isinstance(node.value, str) and _SECRET_IN_URL.search(node.value):
        rule = "a secret does not stand in this file; got an address with a password in it"
        problems.add(node.place, "", rule, "PostgreSQL reads PGPASSWORD or ~/.pgpass")
