"""The rules in force: what each looks at, what it found, and how often it was right."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from sentinel.console.fresh import BySight
from sentinel.console.ground import Ground
from sentinel.console.record_shapes import PrecisionShape, RuleShape, RulesShape
from sentinel.console.shapes import RANK_WORD
from sentinel.detect.program import Program
from sentinel.domain.metric import Metric
from sentinel.domain.person import Person
from sentinel.domain.rank import Rank, Sight
from sentinel.warn.precision import Precision, precision

_PRECISION_SECONDS = 60.0
"""Verdicts are few, and the question reads all of them."""


class RuleView:
    """Answers from what is in force and from verdicts; any thread may ask."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        records = ground.sources.records
        self._precision: BySight[Mapping[str, Precision]] = BySight(
            lambda seen: precision(records.verified(seen)), seconds=_PRECISION_SECONDS
        )

    def rules(self, who: Person) -> RulesShape:
        """Return all rules; what they found, in what somebody sees."""
        city = self._ground.sources.city()
        if city is None:
            return RulesShape(rules=[])
        right, metrics = self._precision(who.areas), city.registry.metrics
        found: dict[str, Counter[Rank]] = defaultdict(Counter)
        blind: Counter[str] = Counter()
        for warning in self._ground.open_warnings(who):
            found[warning.rule][warning.condition.rank] += 1
            blind[warning.rule] += warning.condition.sight is Sight.BLIND
        return RulesShape(
            rules=[
                _rule(
                    program,
                    metrics,
                    found[program.rule],
                    blind[program.rule],
                    right.get(program.rule, Precision()),
                )
                for program in sorted(city.programs, key=lambda program: program.rule)
            ]
        )


def _rule(
    program: Program,
    metrics: Sequence[Metric],
    found: Counter[Rank],
    blind: int,
    right: Precision,
) -> RuleShape:
    handling = program.handling
    return RuleShape(
        rule=program.rule,
        file=program.file,
        scenario=program.scenario,
        title=dict(program.title),
        watches={watch.name: metrics[watch.metric].id for watch in program.watches},
        kinds=sorted({watch.kind for watch in program.watches if watch.kind}),
        ranks=[RANK_WORD[rank] for rank in sorted(program.raise_code, reverse=True)],
        dispatch_to=program.dispatch_to,
        explains=list(handling.explains),
        fold_into=handling.fold_into,
        open={RANK_WORD[rank]: found[rank] for rank in Rank},
        blind=blind,
        precision=PrecisionShape(
            true=right.true, false=right.false, unjudged=right.unjudged, ratio=right.ratio
        ),
    )
