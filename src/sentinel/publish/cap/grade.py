"""How bad, how soon and how sure, from what the desk knows."""

from enum import StrEnum

from sentinel.domain.rank import Rank, Sight
from sentinel.publish.cap.message import Certainty, Severity, Urgency
from sentinel.warn.case import CaseFile, Origin

SEVERITY = {
    Rank.RED: Severity.EXTREME,
    Rank.ORANGE: Severity.SEVERE,
    Rank.YELLOW: Severity.MODERATE,
    Rank.BLUE: Severity.MINOR,
    Rank.NONE: Severity.UNKNOWN,
}
"""As the colours of the emergency law are usually told in CAP."""


class Basis(StrEnum):
    """What a message rests on."""

    OBSERVED = "observed"
    """It is so now: a sensor that can be trusted says it, or people on site."""
    SOON = "soon"
    """It is expected within the next hour."""
    LATER = "later"
    """It is expected after that, and more likely than not."""
    PERHAPS = "perhaps"
    """It is expected after that, and no more likely than not."""
    DOUBTFUL = "doubtful"
    """The sensor is suspect or cannot be seen, or one call is all there is."""
    OVER = "over"


TIMING = {
    Basis.OBSERVED: (Urgency.IMMEDIATE, Certainty.OBSERVED),
    Basis.SOON: (Urgency.EXPECTED, Certainty.LIKELY),
    Basis.LATER: (Urgency.FUTURE, Certainty.LIKELY),
    Basis.PERHAPS: (Urgency.FUTURE, Certainty.POSSIBLE),
    Basis.DOUBTFUL: (Urgency.IMMEDIATE, Certainty.POSSIBLE),
    Basis.OVER: (Urgency.PAST, Certainty.OBSERVED),
}
"""When to act, and how sure it is."""


def basis_of(file: CaseFile) -> Basis:
    """Return what a message about a case rests on, as far as the case tells.

    Rules say what is, not what will be: who drafts says SOON or LATER where they know better.
    """
    case = file.case
    if not case.is_live or not case.holds:
        return Basis.OVER
    if any(order.on_site_at is not None for order in file.orders):
        return Basis.OBSERVED
    doubtful = case.sight is Sight.BLIND or case.origin is Origin.REPORTED
    return Basis.DOUBTFUL if doubtful else Basis.OBSERVED
