"""A document held against a pydantic model; what does not fit becomes problems with places."""

import re
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from sentinel.document.node import Node
from sentinel.document.problems import Problems, nearest
from sentinel.document.scalars import FROM_DOCUMENT

Model = TypeVar("Model", bound=BaseModel)
_WIDTH = 60
_ROUNDS = 5
"""A key that goes may leave its section without one that is required."""


def validate(model: type[Model], node: Node, problems: Problems, context: str = "") -> Model | None:
    """Return `node` as a `model`, or None after telling `problems` all that is wrong with it.

    The model must forbid extra keys; an unknown one is answered with the nearest known.
    """
    try:
        return model.model_validate(node.plain(), context=FROM_DOCUMENT)
    except ValidationError as error:
        for details in error.errors(include_url=False):
            _tell(details, model, node, problems, context)
        return None


def sound_part(model: type[Model], node: Node) -> Model | None:
    """Return what `node` is without the keys that are wrong, None if too little is left.

    For looking further after `validate` has told what is wrong; never to be put in force.
    """
    plain = node.plain()
    for _ in range(_ROUNDS):
        try:
            return model.model_validate(plain, context=FROM_DOCUMENT)
        except ValidationError as error:
            for details in error.errors(include_url=False):
                _drop(plain, details["loc"])
    return None


def _drop(plain: Any, path: tuple[int | str, ...]) -> None:  # noqa: ANN401 -- whatever was written
    """Take the deepest key on the path out of its mapping."""
    mapping, key = None, path[0] if path else ""
    for step in path:
        if isinstance(plain, dict) and step in plain:
            mapping, key, plain = plain, step, plain[step]
        elif isinstance(plain, list) and step in range(len(plain)):
            plain = plain[int(step)]
        else:
            break
    if mapping is not None:
        mapping.pop(key, None)


def _tell(
    details: ErrorDetails, model: type[BaseModel], node: Node, problems: Problems, context: str
) -> None:
    path = details["loc"]
    dotted = ".".join(str(step) for step in path)
    if details["type"] == "extra_forbidden":
        parent = node.at(path[:-1])
        known = _keys_of(model, path[:-1])
        place = parent.keys.get(str(path[-1]), parent.place)
        rule = f"there is no such key: {path[-1]!r}"
        problems.add(place, context, rule, nearest(str(path[-1]), known))
    elif details["type"] == "missing":
        problems.add(node.at(path[:-1]).place, context, f"the key `{dotted}` is required")
    else:
        rule = f"`{dotted}`: {_rule(details)}" if dotted else _rule(details)
        problems.add(node.at(path).place, context, rule + _got(details), _hint(details))


def _rule(details: ErrorDetails) -> str:
    """The rule of the game in the words of this house: `must be a valid integer`."""
    if details["type"] == "value_error":
        return str(details["ctx"]["error"])
    text = details["msg"].removeprefix("Input should be ")
    return f"must be {text}" if text != details["msg"] else text[:1].lower() + text[1:]


def _got(details: ErrorDetails) -> str:
    """What was found, unless the rule says it; a whole section would say too much."""
    own = details["type"] == "value_error"
    if own and (isinstance(details["input"], dict) or "; got " in str(details["ctx"]["error"])):
        return ""
    return f"; got {shortened(details['input'])}"


def _hint(details: ErrorDetails) -> str:
    """The nearest of the values that a closed choice has."""
    if details["type"] not in {"literal_error", "enum"}:
        return ""
    return nearest(str(details["input"]), re.findall(r"'([^']*)'", details["ctx"]["expected"]))


def _keys_of(model: type[BaseModel], path: tuple[int | str, ...]) -> list[str]:
    """Return the keys known at `path` inside `model`, as far as plain annotations tell."""
    at: Any = model
    for step in path:
        field = at.model_fields.get(step) if _is_model(at) else None
        at = _model_in(field.annotation) if field else _model_in(at)
    return [f.alias or name for name, f in at.model_fields.items()] if _is_model(at) else []


def _is_model(thing: object) -> bool:
    return isinstance(thing, type) and issubclass(thing, BaseModel)


def _model_in(annotation: Any) -> Any:  # noqa: ANN401 -- annotations have no common type
    """Return the first model named inside an annotation such as `dict[str, Model] | None`."""
    if _is_model(annotation):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        found = _model_in(inner)
        if found is not None:
            return found
    return None


def shortened(value: object) -> str:
    """Return a value as a problem shows it: by repr, cut to what a terminal's line holds."""
    text = repr(value)
    return text if len(text) <= _WIDTH else text[: _WIDTH - 3] + "..."
