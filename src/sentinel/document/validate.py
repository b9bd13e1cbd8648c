"""A document held against a pydantic model; what does not fit becomes problems with places."""

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from sentinel.document.node import Node, Place
from sentinel.document.problems import Problems, nearest

Model = TypeVar("Model", bound=BaseModel)

_RULES = {
    "missing": "this key is required",
    "extra_forbidden": "there is no such key",
}


def validate(model: type[Model], node: Node, problems: Problems, context: str = "") -> Model | None:
    """Return `node` as a `model`, or None after telling `problems` all that is wrong with it.

    The model must forbid extra keys; an unknown one is answered with the nearest known.
    """
    try:
        return model.model_validate(node.plain())
    except ValidationError as error:
        for details in error.errors(include_url=False):
            _tell(details, model, node, problems, context)
        return None


def _tell(
    details: ErrorDetails, model: type[BaseModel], node: Node, problems: Problems, context: str
) -> None:
    path = details["loc"]
    dotted = ".".join(str(step) for step in path)
    rule = _RULES.get(details["type"], details["msg"][:1].lower() + details["msg"][1:])
    if details["type"] == "extra_forbidden":
        parent = node.at(path[:-1])
        known = _keys_of(model, path[:-1])
        place = parent.keys.get(str(path[-1]), parent.place)
        problems.add(place, context, f"{rule}: {path[-1]!r}", nearest(str(path[-1]), known))
    elif details["type"] == "missing":
        problems.add(node.at(path[:-1]).place, context, f"{rule}: `{dotted}`")
    else:
        place: Place = node.at(path).place
        found = _short(details["input"])
        problems.add(place, context, f"`{dotted}`: {rule}; got {found}")


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


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."  # noqa: PLR2004 -- one line of a terminal
