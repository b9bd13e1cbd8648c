"""Plan files: whom to send at once for one kind of event, each with a checklist."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from sentinel.document import Node, Problems, nearest, validate
from sentinel.warn.duty import Duty
from sentinel.warn.plan import Plan, PlanOrder


def _read_words(value: Any) -> Any:  # noqa: ANN401 -- whatever was written
    """One text stands for every language."""
    return {"zh": value, "en": value} if isinstance(value, str) else value


Text = Annotated[dict[str, str], BeforeValidator(_read_words), Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PlanOrderKeys(_Strict):
    """One order. to: A department, whose nearest unit is sent, or a unit."""

    to: str
    checklist: tuple[Text, ...] = ()


class PlanKeys(_Strict):
    """One plan."""

    title: Text
    orders: tuple[PlanOrderKeys, ...] = Field(min_length=1)


class PlanFileKeys(_Strict):
    """A file of plans, by id."""

    plans: dict[str, PlanKeys] = Field(min_length=1)


def parse_plans(
    node: Node, problems: Problems, *, duty: Duty, seen: dict[str, Plan]
) -> dict[str, Plan]:
    """Return the plans of a file by id; what is wrong is told. seen: Those of earlier files."""
    keys = validate(PlanFileKeys, node, problems)
    if keys is None:
        return {}
    known = [*duty.departments, *duty.units]
    for name, plan in keys.plans.items():
        place = node.value["plans"].keys[name]
        if name in seen:
            problems.add(place, f"plan {name!r}", "a plan's id is unique over all files")
        for number, order in enumerate(plan.orders):
            if order.to not in known:
                at = node.at(("plans", name, "orders", number, "to")).place
                rule = f"no department or unit {order.to!r}"
                problems.add(at, f"plan {name!r}", rule, nearest(order.to, known))
    return {name: _plan(name, plan) for name, plan in keys.plans.items()}


def plans_schema() -> dict[str, Any]:
    """Return the JSON Schema of plan files, for editors that complete them."""
    return PlanFileKeys.model_json_schema()


def _plan(name: str, keys: PlanKeys) -> Plan:
    orders = tuple(PlanOrder(to=order.to, checklist=order.checklist) for order in keys.orders)
    return Plan(id=name, title=keys.title, orders=orders)
