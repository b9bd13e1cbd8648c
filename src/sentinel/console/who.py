"""Who asks, for routes: `Annotated[Person, Depends(person)]`, and what they may see and do."""

from typing import Annotated

from fastapi import Depends, HTTPException, Request

from sentinel.console.plainly import NotAllowedError, NotFoundError
from sentinel.domain.person import EVERYWHERE, Person, Role

SIGN_IN_FIRST = "nobody is signed in here, or no longer; sign in, or send a token that holds"


def person(request: Request) -> Person:
    """Return who asks; the middleware `SignIn` has put them there.

    Raises:
        HTTPException: 401, on a path that is open to strangers.
    """
    found: Person | None = getattr(request.state, "person", None)
    if found is None:
        raise HTTPException(401, SIGN_IN_FIRST)
    return found


Asking = Annotated[Person, Depends(person)]
"""The type of a route's parameter."""


def must_see(who: Person, area: str, what: str) -> None:
    """Answer as if it were not there if it lies outside of what they see.

    Args:
        who: Who asks.
        area: Where it is.
        what: In the words of the answer, such as `case 'c1'`.

    Raises:
        NotFoundError: Else one could find out what there is elsewhere.
    """
    if not who.sees(area):
        message = f"there is no {what}"
        raise NotFoundError(message)


def must_hold(who: Person, role: Role, area: str) -> None:
    """Refuse what needs a role for an area.

    Raises:
        NotAllowedError: In plain words.
    """
    if not who.holds(role, area):
        where = f"in {area!r}" if area != EVERYWHERE else "in the whole city"
        message = f"this needs the role {role.value!r} {where}, which {who.name} does not have"
        raise NotAllowedError(message)
