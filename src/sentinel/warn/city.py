"""What acts and timers need to know of the city: handed in, never looked up."""

import msgspec

from sentinel.domain.person import SENTINEL, Person
from sentinel.warn.case import CaseFile
from sentinel.warn.duty import Duty
from sentinel.warn.plan import Plan
from sentinel.warn.silence import Silence
from sentinel.warn.terms import USUAL, RuleTerms, Terms
from sentinel.warn.warning import EarlyWarning


class City(msgspec.Struct, frozen=True, kw_only=True):
    """The city as it stands when something is done.

    rules: What a rule itself says of handling, by rule. plans: By id. silences: Those that may
        still count; ones that are over do no harm.
    person: Who acts; a timer or a rule acts as `SENTINEL`.
    places: Names of areas by language, by code. site: Where people reach the desk's pages, such as
        `https://duty.example.cn`; empty: notices name the case's number instead.
    cases: Other cases that the step looks at, by id: the one into which this one is merged, the
        one that already has a warning to be linked, live ones that may explain this one. Others
        do no harm; one that explains and is missing here makes a notice too many, never too few.
    warnings: The warning to be linked, by id.
    """

    duty: Duty
    terms: Terms = USUAL
    rules: dict[str, RuleTerms] = {}
    plans: dict[str, Plan] = {}
    silences: tuple[Silence, ...] = ()
    person: Person = SENTINEL
    places: dict[str, dict[str, str]] = {}
    site: str = ""
    cases: dict[str, CaseFile] = {}
    warnings: dict[str, EarlyWarning] = {}
