"""What people send to act: read here, so that nothing beyond has to doubt it."""

from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from sentinel.console.acts import ACT_SCHEMA, LATEST
from sentinel.console.shapes import HowTyped, RankWord, Said

Instant = Annotated[int, Field(ge=0, le=LATEST, description="milliseconds since 1970 UTC")]
Key = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9._:-]{1,64}$"),
    Field(description="of the sender's own making; the same again changes nothing"),
]
_Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4_000)]
_Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
_Code = Annotated[str, StringConstraints(max_length=200)]


class Form(BaseModel):
    """A body; unknown keys, and signs that no text has, are refused."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _holds_only_text(cls, data: Any) -> Any:  # noqa: ANN401 -- whatever was sent
        if not _is_text(data):
            message = "texts hold no zero bytes and no halves of characters"
            raise ValueError(message)
        return data


class Speaking(Form):
    """How the word reached the desk, and of whom, if the one who is signed in only enters it."""

    how: HowTyped = "screen"
    on_behalf_of: Said = Field(default="", description="id or name of who called")


class ActForm(Speaking):
    """One act on a case."""

    act: Annotated[dict[str, Any], Field(json_schema_extra=ACT_SCHEMA)]


class ReportForm(Form):
    """What somebody said who noticed it. reference: The hotline's own number."""

    source: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,39}$")] = "desk"
    text: _Text = ""
    reference: _Line = ""


class OpenForm(Speaking):
    """A case opened by hand. department: Who is to act, or a unit; empty: the centre itself."""

    key: Key
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    area: _Code
    rank: RankWord
    report: ReportForm = Field(default_factory=ReportForm)
    department: _Line = ""
    scenario: _Line = ""
    exercise: bool = False


class SilenceForm(Form):
    """A silence. starts_at: None: now. out_of_service: The device is known to be broken."""

    key: Key
    reason: _Text
    ends_at: Instant
    starts_at: Instant | None = None
    cap: RankWord = "orange"
    area: _Code = ""
    scenario: _Line = ""
    subject: Annotated[str, StringConstraints(max_length=300)] = ""
    out_of_service: bool = False

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.starts_at is not None and self.ends_at <= self.starts_at:
            message = "`ends_at` must lie after `starts_at`"
            raise ValueError(message)
        return self


class LiftForm(Form):
    """Why a silence ends early."""

    reason: _Text


def _is_text(data: Any) -> bool:  # noqa: ANN401 -- whatever was sent
    if isinstance(data, str):
        return "\x00" not in data and not any("\ud800" <= sign <= "\udfff" for sign in data)
    if isinstance(data, dict):
        return all(_is_text(key) and _is_text(value) for key, value in data.items())
    if isinstance(data, list):
        return all(map(_is_text, data))
    return True
