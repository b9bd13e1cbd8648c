"""Who acts: people and machines, and what they may do where."""

from enum import StrEnum

import msgspec

EVERYWHERE = ""
"""As the area of a grant: the whole city."""


class Role(StrEnum):
    """What somebody may do; always held for an area, and by handlers for a department."""

    VIEWER = "viewer"
    """See warnings, cases and devices."""
    HANDLER = "handler"
    """Act on the orders of the department's units."""
    OPERATOR = "operator"
    """Run a duty centre: dispatch, open, merge, silence, verify; act on behalf of a unit."""
    SUPERVISOR = "supervisor"
    """Urge, reassign and take over what lower centres have."""
    PUBLISHER = "publisher"
    """Approve and issue what goes out to the public."""
    ANALYST = "analyst"
    """See rules with their precision; label, and test."""
    AUDITOR = "auditor"
    """Read the audit trail."""
    ADMIN = "admin"
    """Manage users and tokens."""


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """One role, held for an area and everything below it.

    area: Code of the area; `EVERYWHERE`: the city. department: Of a handler; empty for others.
    """

    role: Role
    area: str = EVERYWHERE
    department: str = ""

    def covers(self, area: str) -> bool:
        """Return whether `area` is the grant's area or lies in it."""
        return is_inside(area, self.area)


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who is signed in, or a machine with a token.

    id: As the trail names it. name: For screens.
    """

    id: str
    name: str
    grants: tuple[Grant, ...] = ()

    def holds(self, role: Role, area: str) -> bool:
        """Return whether the person holds `role` for `area`."""
        return any(grant.role is role and grant.covers(area) for grant in self.grants)

    def sees(self, area: str) -> bool:
        """Return whether any of the person's roles covers `area`."""
        return any(grant.covers(area) for grant in self.grants)

    @property
    def areas(self) -> tuple[str, ...]:
        """The areas the person sees, with all below them, none inside another; sorted."""
        held = sorted({grant.area for grant in self.grants})
        return tuple(
            area
            for area in held
            if not any(other != area and is_inside(area, other) for other in held)
        )

    def passes(self, area: str) -> bool:
        """Return whether `area` lies around what the person sees: its name, nothing in it."""
        return any(is_inside(seen, area) for seen in self.areas)


SENTINEL = Person(id="sentinel", name="sentinel")
"""Acts by rule or timer; no user has this id."""


def is_inside(area: str, around: str) -> bool:
    """Return whether `area` is `around` or lies in it; everything lies in the city.

    >>> is_inside("pudong/hq/g07", "pudong"), is_inside("pudong2", "pudong")
    (True, False)
    """
    return around in {EVERYWHERE, area} or area.startswith(f"{around}/")
