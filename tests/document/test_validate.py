"""Documents held against models."""

from enum import StrEnum
from typing import Self

import pytest
from pydantic import BaseModel, ConfigDict, Field, model_validator

from sentinel.document import Problems, parse_yaml, validate
from sentinel.document.validate import sound_part


class Colour(StrEnum):
    BLUE = "blue"
    ORANGE = "orange"


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")

    colour: Colour = Colour.BLUE
    count: int = Field(default=1, ge=1)


class Outer(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    inner: Inner = Field(default_factory=Inner)
    many: dict[str, Inner] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _is_not_bad(self) -> Self:
        if self.name == "bad":
            message = "the name is not 'bad'"
            raise ValueError(message)
        return self


def told(text: str) -> list[str]:
    problems = Problems()
    node = parse_yaml(text, "a.yaml", problems)
    if node is not None:
        validate(Outer, node, problems)
    return [str(problem) for problem in problems.in_order()]


def test_an_unknown_key_is_told_with_the_nearest_known() -> None:
    assert told("name: x\nmany:\n  one: {colur: blue}\n") == [
        "a.yaml:3:9: there is no such key: 'colur'; did you mean 'colour'?"
    ]


def test_a_missing_key_is_told_where_it_should_stand() -> None:
    assert told("inner: {}\n") == ["a.yaml:1:1: the key `name` is required"]


def test_a_wrong_choice_is_told_with_the_nearest() -> None:
    assert told("name: x\ninner: {colour: orang}\n") == [
        (
            "a.yaml:2:17: `inner.colour`: must be 'blue' or 'orange'; got 'orang'; "
            "did you mean 'orange'?"
        )
    ]


def test_a_value_out_of_range_is_told_with_its_place() -> None:
    assert told("name: x\ninner: {count: 0}\n") == [
        "a.yaml:2:16: `inner.count`: must be greater than or equal to 1; got 0"
    ]


def test_a_rule_over_several_keys_is_told_in_its_own_words() -> None:
    assert told("name: bad\n") == ["a.yaml:1:1: the name is not 'bad'"]


def test_every_problem_is_told_in_file_order() -> None:
    found = told("inner: {count: x, colour: red}\nnam: 3\n")

    assert [line.split(": ")[0] for line in found] == [
        "a.yaml:1:1",
        "a.yaml:1:16",
        "a.yaml:1:27",
        "a.yaml:2:1",
    ]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("name: x\nfoo: 1\ninner: {count: 0}\n", Outer(name="x")),
        (
            "name: x\nmany: {one: {colour: bleu, count: 2}}\n",
            Outer(name="x", many={"one": Inner(count=2)}),
        ),
        ("foo: 1\n", None),
        ("name: bad\n", None),
        ("[1, 2]\n", None),
    ],
)
def test_what_is_left_without_the_keys_that_are_wrong(text: str, left: Outer | None) -> None:
    node = parse_yaml(text, "a.yaml", Problems())
    assert node is not None

    assert sound_part(Outer, node) == left
