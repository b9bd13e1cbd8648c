"""What the desk must know of the city, handed in: who is where, how long, by which channels."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sentinel.warn.city import City
from sentinel.warn.contacts import Channels
from sentinel.warn.duty import Duty
from sentinel.warn.rate import Limits


def _unknown(_rule: str, _area: str) -> int:
    return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The city at one time.

    city: Without silences, persons and cases: those are the desk's.
    channels: By rank. limits: Of notices. subjects: How many a rule judges in an area; 0: unknown.
    """

    city: City
    channels: Channels = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    subjects: Callable[[str, str], int] = _unknown


FactsReader = Callable[[], Facts]
"""Asked for each step, so that a changed roster counts at once; cheap."""

NOBODY = Facts(city=City(duty=Duty(zone="UTC", departments={}, units={}, centres=(), contacts={})))
"""A city without a roster: everything is dispatched to its centre, which nobody runs."""
