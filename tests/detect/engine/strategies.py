"""Random rules and random weeks of a small city, for the laws."""

from hypothesis import strategies as st

from sentinel.detect.program import Code, Func, Leaf, MissingThen, Op, Program, Watch
from sentinel.domain.rank import Rank
from sentinel.domain.readings import Mark, ReadingFlag, Readings
from sentinel.testing.builders import MINUTE, Rows, build_leaf

INSTANT = [Func.VALUE, Func.VALUE, Func.AGE, Func.MISSING, Func.CHANGED, Func.QUALITY]
OVER = [
    Func.MEAN, Func.MIN, Func.MAX, Func.SUM, Func.COUNT, Func.STDDEV, Func.DELTA, Func.SLOPE,
    Func.FLAT, Func.QUANTILE,
]  # fmt: skip
QUARTERS = st.integers(0, 24).map(lambda k: k / 4)


@st.composite
def leaves(draw: st.DrawFn, watches: int) -> Leaf:
    watch = draw(st.integers(0, watches - 1))
    func = draw(st.sampled_from(INSTANT + OVER))
    if func not in OVER:
        return build_leaf(func, watch=watch)
    over = draw(st.sampled_from([2, 5, 10])) * MINUTE
    need = draw(st.sampled_from([0, 1, 2, 3] if func is Func.COUNT else [1, 2, 3]))
    return build_leaf(func, over, watch=watch, need=need, arg=draw(st.sampled_from([0.5, 0.9])))


@st.composite
def codes(draw: st.DrawFn, n_leaves: int) -> Code:
    ops: list[tuple[Op, int]] = []
    consts: list[float] = []
    terms = draw(st.integers(1, 3))
    for term in range(terms):
        ops.append((Op.LEAF, draw(st.integers(0, n_leaves - 1))))
        if draw(st.booleans()):
            ops.append((Op.LEAF, draw(st.integers(0, n_leaves - 1))))
            ops.append((draw(st.sampled_from([Op.ADD, Op.SUB, Op.MUL, Op.DIV])), 0))
        if draw(st.integers(0, 9)) == 0:
            ops.append((Op.NEG, 0))
        ops.append((Op.CONST, len(consts)))
        consts.append(draw(QUARTERS))
        ops.append((draw(st.sampled_from([Op.LT, Op.LE, Op.GT, Op.GE, Op.EQ, Op.NE])), 0))
        if draw(st.integers(0, 4)) == 0:
            ops.append((Op.NOT, 0))
        if term:
            ops.append((draw(st.sampled_from([Op.AND, Op.OR])), 0))
    return Code(tuple(ops), tuple(consts), 8)


@st.composite
def programs(draw: st.DrawFn, rule: str, metrics: int) -> Program:
    watched = draw(st.lists(st.integers(0, metrics - 1), min_size=1, max_size=2))
    used = draw(st.lists(leaves(len(watched)), min_size=1, max_size=4))
    ranks = draw(st.sets(st.sampled_from(list(Rank)[1:]), min_size=1))
    written = draw(st.booleans())
    holds = st.sampled_from([0, 0, MINUTE, 150_000])
    return Program(
        rule=rule,
        file="rules/any.yaml",
        scenario="any",
        watches=tuple(Watch(name=f"w{k}", metric=m) for k, m in enumerate(watched)),
        params=(),
        leaves=tuple(used),
        raise_code={rank: draw(codes(len(used))) for rank in sorted(ranks)},
        hold_ms={rank: draw(holds) for rank in sorted(ranks)},
        clear_code=draw(codes(len(used))) if written else None,
        clear_hold_ms=draw(st.sampled_from([0, MINUTE, 3 * MINUTE])),
        missing_after_ms=draw(st.sampled_from([0, 0, 150_000, 10 * MINUTE, -1])),
        missing_then=draw(st.sampled_from([MissingThen.BLIND, MissingThen.BLIND, *MissingThen])),
        missing_rank=draw(st.sampled_from(list(Rank)[1:])),
        needs_ticks=any(leaf.func in (Func.AGE, Func.MISSING) for leaf in used),
        meaning=rule,
        title={"en": "{device.id} {w0.value:.1f}"},
    )


@st.composite
def weeks(draw: st.DrawFn, devices: int, metrics: int) -> Readings:
    """Some minutes with readings in time, late, twice, in groups; ticks, outages, drills."""
    rows, now = Rows(), 0
    for _ in range(draw(st.integers(5, 60))):
        now += draw(st.sampled_from([0, 1000, 15_000, 60_000, 60_000, 60_000, 200_000]))
        kind = draw(st.integers(0, 29))
        if kind < 9:
            rows.tick(now)
        elif kind == 9:
            rows.tick(now, draw(st.sampled_from([m.value for m in Mark])))
        elif kind == 10:
            for second in range(0, draw(st.sampled_from([20_000, 60_000])), 4000):
                rows.tick(now + second)
            now += 60_000
        else:
            add_reading(draw, rows, now, devices, metrics)
    return rows.build()


def add_reading(draw: st.DrawFn, rows: Rows, now: int, devices: int, metrics: int) -> None:
    device = draw(st.integers(0, devices - 1))
    late = draw(
        st.sampled_from([0, 0, 0, 0, 0, 500, 30_000, 60_000, 90_000, 400_000, -9_000, -60_000])
    )
    quality = draw(st.sampled_from([1, 1, 1, 1, 3, 4]))
    odd = [ReadingFlag.HISTORICAL, ReadingFlag.EXERCISE, ReadingFlag.DEADLINE, ReadingFlag.ALIVE]
    flag = draw(st.sampled_from([ReadingFlag(0)] * 10 + [ReadingFlag.UNTIMED] * 3 + odd))
    drill = ReadingFlag.EXERCISE if draw(st.integers(0, 7)) == 0 else ReadingFlag(0)
    late = 0 if flag is ReadingFlag.UNTIMED else late
    together = draw(st.integers(0, 5)) == 0 and metrics > 1
    for metric in range(metrics) if together else [draw(st.integers(0, metrics - 1))]:
        flags = flag | drill | (ReadingFlag.TOGETHER if together and metric < metrics - 1 else 0)
        value = draw(QUARTERS)
        if flag is ReadingFlag.ALIVE:
            value = float(draw(st.booleans()))
        if flag is ReadingFlag.DEADLINE:
            value = draw(st.sampled_from([0.0, 30.0, 600.0]))
        rows.add(
            device * metrics + metric, now - late, value, received=now, quality=quality,
            flags=ReadingFlag(flags),
        )  # fmt: skip
