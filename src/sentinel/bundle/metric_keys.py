"""The keys of metrics.yaml, each by itself."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from sentinel.document.scalars import DurationMs
from sentinel.domain.metric import MetricKind


def _read_title(value: Any) -> Any:  # noqa: ANN401 -- whatever was written
    """One text is the title in every language."""
    return {"zh": value, "en": value} if isinstance(value, str) else value


Title = Annotated[
    dict[str, str],
    BeforeValidator(_read_title),
    Field(min_length=1, json_schema_extra={"examples": [{"zh": "水位", "en": "water level"}]}),
]
Finite = Annotated[float, Field(allow_inf_nan=False)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MetricSettings(_Strict):
    """One metric of metrics.yaml; numbers are in its unit."""

    title: Title | None = Field(None, description="Its name by language; the id if not given.")
    kind: MetricKind = Field(MetricKind.GAUGE, description="How its values behave.")
    unit: str | None = Field(None, description="Canonical unit; '1' for a plain number.")
    sensor_span: tuple[Finite, Finite] | None = Field(
        None, description="What the sensor can deliver; outside it a reading fails."
    )
    plausible_span: tuple[Finite, Finite] | None = Field(
        None, description="What nature does; outside it a reading is suspect."
    )
    interval: Annotated[DurationMs, Field(gt=0)] | None = Field(
        None, description="The usual time between readings; only events may leave it out."
    )
    jump: Annotated[Finite, Field(gt=0)] | None = Field(
        None, description="A larger step between neighbouring readings is suspect."
    )
    flat_after: Annotated[DurationMs, Field(gt=0)] | None = Field(
        None, description="The same value for this long is suspect."
    )
    babble: int = Field(
        20,
        ge=2,
        lt=60_000,
        description="More readings than this within one interval fail as babbling.",
    )
    states: dict[str, Finite] | None = Field(
        None, description="Name to number, for `kind: state`, used by name in rules."
    )
    personal: bool = Field(
        False, description="Whether its readings tell of a person; not available in this version."
    )


class KindSettings(_Strict):
    """One kind of device: what it measures unless its row in devices.csv says otherwise."""

    title: Title | None = Field(None, description="Its name by language; the id if not given.")
    metrics: list[str] = Field(min_length=1, description="Ids of the metrics that it measures.")


class MetricsFile(_Strict):
    """metrics.yaml."""

    metrics: dict[str, MetricSettings] = Field(min_length=1)
    kinds: dict[str, KindSettings] = Field(default_factory=dict)
