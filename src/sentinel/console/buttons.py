"""The buttons of a case: what this person may do to it now, and between what they choose."""

import msgspec

from sentinel.console.case_shapes import OfferShape
from sentinel.domain.person import Person, Role
from sentinel.warn.case import CaseFile, Verdict
from sentinel.warn.city import City
from sentinel.warn.offers import Offer, offers
from sentinel.warn.route import centres_around

_OF_EXERCISES = (Verdict.DRILL, Verdict.TEST)


def offer_shapes(file: CaseFile, who: Person, handling: City) -> list[OfferShape]:
    """Return what somebody may do to a case as it stands."""
    city = msgspec.structs.replace(handling, person=who)
    return [
        OfferShape(
            do=offer.do,
            order=offer.order,
            on_behalf=offer.on_behalf,
            choices=_choices(offer, file, city),
        )
        for offer in offers(file, city)
    ]


def _choices(offer: Offer, file: CaseFile, city: City) -> list[str]:
    match offer.do:
        case "verify":
            verdicts = _OF_EXERCISES if file.case.exercise else tuple(Verdict)
            return [verdict.value for verdict in verdicts]
        case "plan":
            return sorted(city.plans)
        case "take_over":
            return [
                centre.area
                for centre in centres_around(file.case.centre, city.duty)
                if centre.area != file.case.centre
                and city.person.holds(Role.SUPERVISOR, centre.area)
            ]
        case "tick":
            order = next(one for one in file.orders if one.number == offer.order)
            return [str(at) for at, item in enumerate(order.checklist) if not item.done_by]
        case _:
            return []
