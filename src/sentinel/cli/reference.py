"""The reference of every command, made from the commands themselves: `docs/commands.md`.

`python -m sentinel.cli.reference > docs/commands.md` writes it anew; a test holds it to that.
"""

import inspect
from collections.abc import Callable, Iterator
from enum import Enum
from importlib import import_module
from types import NoneType
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import typer
from typer.models import ArgumentInfo, OptionInfo

from sentinel.cli.app import COMMANDS

_HEAD = """\
# Commands

Made from the commands themselves by `python -m sentinel.cli.reference`; `sentinel COMMAND --help`
says the same in a terminal. `-c FILE` names the configuration; without it `sentinel.yaml` of the
folder is taken. Where a command takes `--json`, what it prints is for machines and stays as it is
from version to version.

Exit status: 0 is well, 1 says that what was asked about is not (a problem, a rejection, somebody
was first), 2 that the command could not do its work; the reason is on stderr.
"""
_TYPES = {str: "TEXT", int: "NUMBER", float: "NUMBER"}


def reference() -> str:
    """Return the text of `docs/commands.md`."""
    app = typer.Typer()
    for module in dict.fromkeys(COMMANDS.values()):
        import_module(f"sentinel.cli.{module}").register(app)
    return "\n".join([_HEAD, *_of(app, "sentinel")]).rstrip() + "\n"


def _of(app: typer.Typer, path: str) -> Iterator[str]:
    for one in app.registered_commands:
        name = one.name or ""
        yield from _chapter(one.callback, f"{path} {name}", hidden=one.hidden)
    for group in app.registered_groups:
        below = group.typer_instance
        if below is not None:
            name = f"{path} {group.name or below.info.name}"
            yield f"## {name}\n\n{below.info.help}\n"
            if below.registered_callback is not None:
                yield from _body(below.registered_callback.callback)
            yield from _of(below, name)


def _chapter(command: Callable[..., Any] | None, path: str, *, hidden: bool) -> Iterator[str]:
    yield f"{'#' * (path.count(' ') + 1)} {path}\n"
    if hidden:
        yield "For `sentinel up` and `make setup`; `--help` does not list it.\n"
    yield from _body(command)


def _body(command: Callable[..., Any] | None) -> Iterator[str]:
    if command is None:
        return
    yield f"{inspect.getdoc(command)}\n"
    rows = list(_rows(command))
    if rows:
        yield "| | | default |\n| --- | --- | --- |"
        yield from rows
        yield ""


def _rows(command: Callable[..., Any]) -> Iterator[str]:
    hints = get_type_hints(command, include_extras=True)
    for name, parameter in inspect.signature(command).parameters.items():
        if get_origin(hints[name]) is Annotated:
            kind, info = get_args(hints[name])[:2]
            names = _names(name, kind, info)
            yield f"| {names} | {_escaped(info.help or '')} | {_default(parameter.default)} |"


def _names(name: str, kind: Any, info: ArgumentInfo | OptionInfo) -> str:  # noqa: ANN401 -- any type
    if isinstance(info, ArgumentInfo):
        takes = _takes(kind)
        return f"`{_escaped(info.metavar or name.upper())}`" + (f" {takes}" if "`" in takes else "")
    declared = [info.default, *(info.param_decls or ())]  # Typer's way with `Annotated`
    names = [one for one in declared if isinstance(one, str)] or [f"--{name.replace('_', '-')}"]
    told = ", ".join(f"`{one}`" for one in names)
    return f"{told} {_takes(kind)}".rstrip()


def _takes(kind: Any) -> str:  # noqa: ANN401 -- any type
    inner = next((one for one in get_args(kind) if one is not NoneType), kind)
    inner = next(iter(get_args(inner)), inner)  # of a list, what it holds
    if isinstance(inner, type) and issubclass(inner, Enum):
        return " \\| ".join(f"`{one.value}`" for one in inner)
    return "" if inner is bool else _TYPES.get(inner, "FILE")


def _default(default: Any) -> str:  # noqa: ANN401 -- any type
    if default is inspect.Parameter.empty:
        return "required"
    plain = default.value if isinstance(default, Enum) else default
    return "" if plain in (None, "", False) else f"`{plain}`"


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    print(reference(), end="")
