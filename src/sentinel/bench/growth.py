"""Whether a large city costs more a reading than a small one, and what rules cost."""

from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from sentinel.bench.prepare import write_journal
from sentinel.bench.replay import replay_in_process
from sentinel.bench.result import Must, Result
from sentinel.bench.world import World

SENSORS = (10_000, 100_000, 1_000_000)
RULES = (1, 4, 16)
MESSAGES = 2_000_000
ROUNDS = 3


def run(*, rounds: int = ROUNDS, messages: int = MESSAGES) -> Result:
    """Measure each size in turn, `rounds` times; the ratios are of the medians."""
    figures: dict[str, float] = {}
    with TemporaryDirectory(prefix="sentinel-bench-") as folder:
        sizes = {f"sensors_{n}": World(n) for n in SENSORS}
        sizes |= {f"rules_{n}": World(SENSORS[0], n) for n in RULES}
        for name, world in sizes.items():
            write_journal(world, Path(folder) / name, world.sensors + messages)
        speeds: dict[str, list[float]] = {name: [] for name in sizes}
        for _ in range(rounds):
            for name, world in sizes.items():
                found = replay_in_process(Path(folder) / name, lead_in=world.sensors)
                speeds[name].append(found["messages"] / found["seconds"])
    figures = {f"{name}_per_second": median(found) for name, found in speeds.items()}
    cost = {n: 1e6 / figures[f"rules_{n}_per_second"] for n in RULES}
    low, middle, high = RULES
    first = (cost[middle] - cost[low]) / (middle - low)
    later = (cost[high] - cost[middle]) / (high - middle)
    figures |= {
        "million_to_ten_thousand": figures[f"sensors_{SENSORS[2]}_per_second"]
        / figures[f"sensors_{SENSORS[0]}_per_second"],
        "microseconds_a_rule_1_to_4": first,
        "microseconds_a_rule_4_to_16": later,
        "later_rules_to_first": later / first,
    }
    return Result(
        bench="growth",
        figures=figures,
        meaning={
            **{f"sensors_{n}_per_second": f"readings/s, {n:,} sensors, 4 rules" for n in SENSORS},
            **{
                f"rules_{n}_per_second": f"readings/s, {SENSORS[0]:,} sensors, {n} rules"
                for n in RULES
            },
            "million_to_ten_thousand": "speed at a million / at ten thousand sensors",
            "microseconds_a_rule_1_to_4": "cost of a further rule, from 1 to 4, microseconds",
            "microseconds_a_rule_4_to_16": "cost of a further rule, from 4 to 16, microseconds",
            "later_rules_to_first": "the second of these / the first (1: linear)",
        },
        musts=(
            Must(figure="million_to_ten_thousand", at_least=0.6, aim=0.8),
            Must(figure="later_rules_to_first", at_most=1.5, aim=1.0),
        ),
        notes=[
            f"{messages:,} messages each, after one of every sensor; medians of {rounds}",
        ],
    )
