"""The shape of a rule file, as pydantic checks it and as editors complete it."""

import re
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from sentinel.document.scalars import DurationMs

RankWord = Literal["blue", "yellow", "orange", "red"]
RANKS: tuple[RankWord, ...] = ("blue", "yellow", "orange", "red")


def _refusal(rule: str) -> PydanticCustomError:
    return PydanticCustomError("form", "{rule}", {"rule": rule})


_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}\Z")


def _read_id(value: Any) -> Any:  # noqa: ANN401 -- whatever was written
    if isinstance(value, str) and _ID.match(value):
        return value
    rule = "must be letters, digits, `-`, `_` and `.`, at most 80"
    raise _refusal(rule)


def _read_texts(value: Any) -> Any:  # noqa: ANN401 -- whatever was written
    """One text stands for every language."""
    if isinstance(value, str) and value:
        return {"zh": value, "en": value}
    if isinstance(value, dict) and value and all(isinstance(t, str) for t in value.values()):
        return value
    rule = 'must be a text, or texts by language such as {zh: "...", en: "..."}'
    raise _refusal(rule)


def _read_word(value: Any) -> Any:  # noqa: ANN401 -- whatever was written
    """A column's value; a number there is compared as it is written."""
    if isinstance(value, (str, int, float)):
        return str(value)
    rule = "must be one value, as the registry writes it"
    raise _refusal(rule)


def _read_condition(value: Any) -> Any:  # noqa: ANN401 -- whatever was written
    if isinstance(value, str):
        return value
    rule = "must be a condition such as `level >= 3.20`"
    raise _refusal(rule)


def _read_unit(value: Any) -> Any:  # noqa: ANN401 -- whatever was written
    return {"to": value} if isinstance(value, str) else value


_TEXTS = {
    "anyOf": [
        {"type": "string"},
        {"type": "object", "additionalProperties": {"type": "string"}, "minProperties": 1},
    ]
}
_DURATION = {"type": "string", "examples": ["5m", "1h30m"]}
_HOLD = {
    "anyOf": [
        _DURATION,
        {
            "type": "object",
            "properties": dict.fromkeys(RANKS, _DURATION),
            "additionalProperties": False,
        },
    ]
}
Texts = Annotated[dict[str, str], BeforeValidator(_read_texts), WithJsonSchema(_TEXTS)]
Condition = Annotated[
    str,
    BeforeValidator(_read_condition),
    WithJsonSchema({"type": "string", "examples": ["level >= 3.20"]}),
]
Hold = Annotated[Any, WithJsonSchema(_HOLD)]
Within = Annotated[Any, WithJsonSchema(_HOLD)]
"""Read by `timing`, which can say more about it."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    example: ClassVar[str]

    @model_validator(mode="before")
    @classmethod
    def _is_mapping(cls, value: Any) -> Any:  # noqa: ANN401 -- whatever was written
        if isinstance(value, dict):
            return value
        rule = f"must be keys with values, such as {cls.example}"
        raise _refusal(rule)


class WatchKeys(_Strict):
    """One named input."""

    example = "{metric: water_level, kind: river}"

    metric: str = Field(description="Id of the metric.")
    kind: str | None = Field(None, description="Only devices of this kind.")
    in_: str | None = Field(None, alias="in", description="Only devices in this area.")
    where: dict[str, Annotated[str, BeforeValidator(_read_word)]] = Field(
        default_factory=dict, description="Only devices with these values in registry columns."
    )


class MissingKeys(_Strict):
    """When an input counts as missing, and what then."""

    example = "{after: 15m, then: blind}"

    after: Annotated[Any, WithJsonSchema(_DURATION)] = Field(
        None, description="A duration, or `never`; three reporting intervals if not given."
    )
    then: Literal["blind", "ok", "blue", "yellow", "orange", "red"] = Field(
        "blind", description="Become blind, clear, or raise a rank."
    )


class DispatchKeys(_Strict):
    """Who is asked to act."""

    example = "{to: water-affairs}"

    to: str = Field(min_length=1, description="Id of a department or of a unit.")
    accept_within: Within = Field(None, description="Time to accept, one or by rank.")
    resolve_within: Within = Field(None, description="Time to resolve, one or by rank.")


class FoldKeys(_Strict):
    """When many warnings of the rule become one on the screen and in notices."""

    example = '{into: district, at: "20 or 10%"}'

    into: Literal["building", "grid", "street", "district", "city"] = Field(
        description="The level of the area into which they are folded."
    )
    at: str | int = Field(description="From so many, or such a share of the subjects, or both.")


Dispatch = Annotated[DispatchKeys, BeforeValidator(_read_unit)]


class DefaultKeys(_Strict):
    """What every rule of the file has unless it says otherwise."""

    example = "{clear_hold: 5m}"

    hold: Hold = None
    clear_hold: DurationMs | None = None
    missing: MissingKeys | None = None
    dispatch: Dispatch | None = None


class RuleKeys(_Strict):
    """One rule."""

    example = "{id: ..., title: ..., watch: ..., raise: ...}"

    id: Annotated[str, BeforeValidator(_read_id)] = Field(
        description="Unique in the rule set; never reused for another meaning."
    )
    title: Texts = Field(description="What a warning is called; may hold {level.value:.2f}.")
    watch: dict[str, WatchKeys] = Field(description="The inputs, each with a name.")
    per: Literal["device"] = Field("device", description="One warning per device.")
    raise_: dict[str, Condition] = Field(
        alias="raise",
        description="Rank to condition; the highest rank whose condition holds wins.",
        json_schema_extra={"propertyNames": {"enum": list(RANKS)}, "minProperties": 1},
    )
    hold: Hold = Field(None, description="How long a condition must hold, one or by rank.")
    clear: Condition | None = Field(None, description="What must hold for the end.")
    clear_hold: DurationMs | None = Field(None, description="And for how long; 5m.")
    missing: MissingKeys | None = None
    dispatch: Dispatch | None = None
    explains: list[str] = Field(
        default_factory=list, description="Rules that are quiet while this one is raised there."
    )
    fold: FoldKeys | None = None
    instruction: Texts | None = Field(None, description="What to do.")


class FileKeys(_Strict):
    """A rule file."""

    example = "{scenario: ..., rules: [...]}"

    scenario: str = Field("", description="Groups rules on the screen and in reports.")
    defaults: DefaultKeys | None = None
    rules: list[RuleKeys] = Field(min_length=1)


class FileShell(_Strict):
    """A rule file whose rules are looked at one by one."""

    example = "{scenario: ..., rules: [...]}"

    scenario: str = ""
    defaults: Any = None
    rules: list[Any] = Field(min_length=1)


LATER_FILE_KEYS = frozenset({"calendars", "limits"})
LATER_RULE_KEYS = frozenset({"active", "flap"})
LATER_WATCH_KEYS = frozenset({"device", "from"})
LATER_SUBJECTS = ("group", "building", "grid", "street", "district", "city")


def rules_schema() -> dict[str, Any]:
    """Return the JSON Schema of rule files, for editors."""
    schema = FileKeys.model_json_schema(by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "sentinel rule file",
        **{key: value for key, value in schema.items() if key != "title"},
    }
