"""Plans: whom to send at once for one kind of event, each with a checklist."""

import msgspec


class PlanOrder(msgspec.Struct, frozen=True, kw_only=True):
    """One order of a plan.

    to: Id of a department, whose nearest unit is sent, or of a unit. checklist: Steps in order,
        each by language.
    """

    to: str
    checklist: tuple[dict[str, str], ...] = ()


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Several orders with checklists at once. title: By language."""

    id: str
    title: dict[str, str]
    orders: tuple[PlanOrder, ...]
