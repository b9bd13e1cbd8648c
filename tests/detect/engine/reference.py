# ruff: noqa: C901, PLR0911, PLR0912 -- each method is one paragraph of the design, whole
"""The rules of the game once more, slowly: dictionaries, lists, and the design's own words.

Nothing is shared with the engine but the contracts, so that a mistake must be made twice.
"""

import math
import operator
from bisect import insort
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from sentinel.detect.engine import BundleLike
from sentinel.detect.program import Code, Func, Leaf, MissingThen, Op, Program
from sentinel.domain.finding import warning_id
from sentinel.domain.rank import Rank
from sentinel.domain.readings import Mark, ReadingFlag, Readings

Truth = bool | None
PLAIN: dict[Op, Callable[[float, float], float]] = {
    Op.ADD: operator.add, Op.SUB: operator.sub, Op.MUL: operator.mul, Op.LT: operator.lt,
    Op.LE: operator.le, Op.GT: operator.gt, Op.GE: operator.ge, Op.EQ: operator.eq,
    Op.NE: operator.ne,
}  # fmt: skip
UNJUDGED = ReadingFlag.HISTORICAL | ReadingFlag.LATE | ReadingFlag.REPEAT | ReadingFlag.EXERCISE


@dataclass
class Input:
    registered: int
    interval: int
    past: list[tuple[int, float]] = field(default_factory=list)
    newest: int | None = None
    ahead: int = 0
    by_receipt: bool = False
    stamp: int = 0
    arrival: int | None = None
    value: float | None = None
    previous: float | None = None
    readings: int = 0
    quality: int | None = None
    gone: bool = False
    promise: int = 0
    suspect: bool = False
    seen: list[tuple[int, int, bool, float]] = field(default_factory=list)
    """Time in order, time as said, whether it said one that can be."""

    @property
    def heard_at(self) -> int:
        return self.registered if self.arrival is None else self.arrival


@dataclass
class Hold:
    """One level: what "this rank or a higher one" was, and its hold's story."""

    truth: Truth = None
    began: int | None = None
    stood: int = 0
    false_since: int | None = None


@dataclass
class Subject:
    program: Program
    device: int
    inputs: list[Input]
    holds: dict[Rank, Hold]
    last: int = 0
    rank: Rank = Rank.NONE
    blind_since: int | None = None
    clear_since: int | None = None
    missing: frozenset[int] = frozenset()
    warning: str | None = None
    onset: int | None = None
    number: int = 0
    confirm: int | None = None


class Reference:
    def __init__(self, bundle: BundleLike, started_at: int) -> None:
        registry = bundle.registry
        self.bundle = bundle
        self.found: list[dict[str, Any]] = []
        self.now = self.last_tick = -(10**18)
        self.ticked = False
        self.pauses: list[list[float]] = []
        self.link = "up"
        self.group: int | None = None
        self.touched: list[Subject] = []
        self.group_heard = False
        self.inputs = [
            Input(started_at, registry.metrics[m].interval_ms) for m in registry.sensor_metric
        ]
        self.device_of = [int(d) for d in registry.sensor_device]
        self.subjects: list[Subject] = []
        for device in range(len(registry.device_ids)):
            for program in bundle.programs:
                if registry.device_retired[device]:
                    continue
                numbers = [registry.sensor(device, w.metric) for w in program.watches]
                ranks = set(program.raise_code)
                if program.missing_then is MissingThen.RAISE:
                    ranks.add(program.missing_rank)
                holds = {rank: Hold() for rank in sorted(ranks)}
                inputs = [self.inputs[n] for n in numbers]
                self.subjects.append(Subject(program, device, inputs, holds))

    # --- rows -------------------------------------------------------------------------------

    def judge(self, readings: Readings) -> list[dict[str, Any]]:
        self.found = []
        for at in range(len(readings)):
            row = {
                name: getattr(readings, name)[at].item()
                for name in (
                    "sensor",
                    "time",
                    "received",
                    "value",
                    "quality",
                    "flags",
                    "row",
                    "index",
                )
            }
            self.take(row)
        return self.found

    def take(self, row: dict[str, Any]) -> None:
        sensor = row["sensor"]
        if self.group is not None and (sensor < 0 or self.device_of[sensor] != self.group):
            self.close_group()
        self.row = row
        if sensor < 0:
            self.heed(Mark(sensor), row["received"])
            return
        row["flags"] |= self.order(row)
        self.now = max(self.last_tick, row["received"])
        flags, own = ReadingFlag(row["flags"]), self.inputs[sensor]
        judge: list[Subject] = []
        is_reading = False
        if flags & UNJUDGED:
            pass
        elif flags & ReadingFlag.DEADLINE:
            own.promise = int(row["value"] * 1000) if row["value"] > 0 else 0
        elif flags & ReadingFlag.ALIVE:
            for k, one in enumerate(self.inputs):
                if self.device_of[k] == self.device_of[sensor]:
                    one.gone = row["value"] == 0
            judge = [s for s in self.subjects if s.device == self.device_of[sensor]]
            self.age = 0
        else:
            judge, is_reading = self.keep(own, row)
        is_open = self.group is not None
        if is_open or (not flags & UNJUDGED and flags & ReadingFlag.TOGETHER):
            self.group = self.device_of[sensor]
            self.touched += judge
            self.group_heard |= is_reading
            if not flags & ReadingFlag.TOGETHER:
                self.close_group()
            return
        for subject in judge:
            self.evaluate(subject, is_reading)

    def close_group(self) -> None:
        touched, heard = self.touched, self.group_heard
        self.group, self.touched, self.group_heard = None, [], False
        for subject in self.subjects:
            if any(subject is one for one in touched):
                self.evaluate(subject, heard)

    def order(self, row: dict[str, Any]) -> int:
        """Late or a repeat; the newest six readings are remembered.

        What lies after the receipt, or says no time, is of its receipt, and after all before it.
        """
        flags = ReadingFlag(row["flags"])
        if flags & (
            ReadingFlag.HISTORICAL | ReadingFlag.EXERCISE | ReadingFlag.DEADLINE | ReadingFlag.ALIVE
        ):
            return 0
        own, said, received = self.inputs[row["sensor"]], row["time"], row["received"]
        untimed = ReadingFlag.UNTIMED in flags
        believed = said <= received and not untimed
        time = row["time"] = min(said, received)
        newest_six, last = own.seen[-6:], own.seen[-1][0] if own.seen else -math.inf
        value = float(np.float32(row["value"]))
        repeat = not untimed and any(
            said == before and (believed == was_believed or value == measured)
            for _, before, was_believed, measured in newest_six
        )
        just_now = untimed or said >= received
        if not repeat and just_now and (time == last or (own.by_receipt and time < last)):
            time = int(last) + 1
        elif not repeat and time >= last - own.interval:
            while time in [seen[0] for seen in newest_six]:
                time += 1
        row["time"] = time
        if time < last - own.interval:
            return int(ReadingFlag.LATE)
        if repeat:
            return int(ReadingFlag.REPEAT)
        if len(own.seen) > 6 and time < own.seen[-6][0]:
            return int(ReadingFlag.LATE)
        if time > last:
            own.by_receipt = just_now
        insort(own.seen, (time, said, believed, value))
        return 0

    def keep(self, own: Input, row: dict[str, Any]) -> tuple[list[Subject], bool]:
        time = row["time"]
        own.quality = row["quality"]
        mine = [s for s in self.subjects if any(own is one for one in s.inputs)]
        if row["quality"] >= 4:
            quality = {Func.QUALITY}
            return [s for s in mine if {leaf.func for leaf in s.program.leaves} & quality], False
        insort(own.past, (time, row["value"]))
        own.arrival, own.gone = self.now, False
        if own.newest is not None and time <= own.newest:
            return [], False
        own.previous, own.value = own.value, row["value"]
        own.newest, own.stamp, own.readings = time, self.now, own.readings + 1
        own.suspect = row["quality"] == 3
        own.ahead = max(time - row["received"], 0)
        self.age = row["received"] - (time - own.ahead)
        return mine, True

    def heed(self, mark: Mark, received: int) -> None:
        before = self.last_tick
        self.now = self.last_tick = max(before, received)
        away = self.ticked and self.now - before > 5000 and self.link == "up"
        self.ticked = True
        if away and mark is Mark.TICK:
            self.pauses.append([before, self.now])
        elif away:
            self.pauses.append([before, math.inf])
            self.link = "down"
        if mark in (Mark.LINK_DOWN, Mark.LINK_UP):
            if self.link == "up":
                self.pauses.append([self.now, math.inf])
            self.link = "down"
        elif mark is Mark.CAUGHT_UP:
            self.link = "up"
            if self.pauses and self.pauses[-1][1] == math.inf:
                self.pauses[-1][1] = self.now
        elif mark is Mark.TICK:
            for subject in self.subjects:
                if self.is_due(subject):
                    self.evaluate(subject, False)

    # --- sight and time ---------------------------------------------------------------------

    def after(self, subject: Subject, k: int) -> float:
        after = subject.program.missing_after_ms
        if after < 0:
            return math.inf
        return subject.inputs[k].promise or after or 3 * subject.inputs[k].interval

    def is_missing(self, subject: Subject, k: int) -> bool:
        own, after = subject.inputs[k], self.after(subject, k)
        if after == math.inf:
            return False
        if own.gone:
            return True
        silent = self.now - own.heard_at
        return silent - self.paused(own, self.now) >= after

    def paused(self, own: Input, now: int) -> float:
        """Milliseconds since the arrival that lie in any pause, each counted once."""
        parts = sorted(
            (max(begin, own.heard_at), min(end + own.interval, now)) for begin, end in self.pauses
        )
        total, upto = 0.0, -math.inf
        for begin, end in parts:
            total += max(end - max(begin, upto), 0)
            upto = max(upto, end)
        return total

    def clock(self, subject: Subject) -> int:
        def key(own: Input) -> tuple[int, int]:
            if own.newest is None:
                return own.registered, own.registered
            return own.newest - own.ahead, own.stamp

        time, stamp = max(key(own) for own in subject.inputs)
        return time + max(self.last_tick - stamp, 0)

    def is_due(self, s: Subject) -> bool:
        program, clock = s.program, self.clock(s)
        missing = frozenset(k for k in range(len(s.inputs)) if self.is_missing(s, k))
        if program.needs_ticks or missing != s.missing:
            return True
        for rank, hold in s.holds.items():
            if hold.truth and rank > s.rank and self.has_served(s, rank, clock):
                return True
        if s.confirm is not None and self.now >= s.confirm:
            return True
        return program.missing_after_ms < 0 and self.fall(s, clock) != s.rank

    # --- judging ----------------------------------------------------------------------------

    def evaluate(self, s: Subject, is_reading: bool) -> None:
        program, clock = s.program, self.clock(s)
        missing = frozenset(k for k in range(len(s.inputs)) if self.is_missing(s, k))
        s.missing = missing
        values = [self.leaf(s, leaf, clock) for leaf in program.leaves]
        since = min((s.inputs[k].heard_at for k in missing), default=0)
        own = {rank: truth(code, values) for rank, code in program.raise_code.items()}
        unjudged = tuple(rank.word for rank in sorted(own) if own[rank] is None)
        if program.missing_then is MissingThen.RAISE and program.missing_rank not in own:
            own[program.missing_rank] = False
        if missing and program.missing_then is MissingThen.RAISE:
            own[program.missing_rank] = True
        for rank, hold in s.holds.items():
            self.move(hold, any_of(own[r] for r in own if r >= rank), clock, s.last)
        lowest = s.holds[min(s.holds)].truth
        if program.clear_code is not None and truth(program.clear_code, values) and not lowest:
            s.clear_since = clock if s.clear_since is None else min(s.clear_since, clock)
        else:
            s.clear_since = None
        rank, onset = s.rank, clock
        if missing and program.missing_then is MissingThen.OK:
            rank = Rank.NONE
            s.holds = {r: Hold() for r in s.holds}
            s.clear_since = None
        else:
            served = [r for r in s.holds if s.holds[r].truth and self.has_served(s, r, clock)]
            up = max(served, default=Rank.NONE)
            if served:
                onset = s.holds[up].began or 0
            if missing and program.missing_then is MissingThen.RAISE and program.missing_rank > up:
                up, onset = program.missing_rank, clock
            if up > rank:
                rank = up
            elif not missing and (is_reading or program.missing_after_ms < 0):
                rank = self.fall(s, clock)
        blind = bool(missing) and program.missing_then is not MissingThen.OK
        s.last = clock
        self.conclude(s, rank, since if blind else None, onset, clock, is_reading, unjudged, values)

    def has_served(self, s: Subject, rank: Rank, clock: int) -> bool:
        hold = s.holds[rank]
        return clock - (hold.began or 0) - hold.stood >= s.program.hold_ms.get(rank, 0)

    def fall(self, s: Subject, clock: int) -> Rank:
        """The rank that the clear holds allow."""
        wait = s.program.clear_hold_ms

        def over(since: int | None) -> bool:
            return since is not None and clock - since >= wait

        if s.rank == Rank.NONE:
            return Rank.NONE
        lowest = s.holds[min(s.holds)]
        if s.program.clear_code is not None:
            if over(s.clear_since):
                return Rank.NONE
        elif lowest.truth is False and over(lowest.false_since):
            return Rank.NONE
        for rank, above in pairwise(s.holds):
            if rank < s.rank and over(s.holds[above].false_since) and s.holds[above].truth is False:
                return rank
        return s.rank

    @staticmethod
    def move(hold: Hold, now: Truth, clock: int, last: int) -> None:
        was = hold.truth
        if was is None and hold.began is not None and now is not False:
            hold.stood += max(clock - last, 0)
        if now is True:
            if was is False or hold.began is None or hold.began > clock:
                hold.began, hold.stood = clock, 0
        elif now is False:
            hold.began = None
            if was is not False or (hold.false_since or 0) > clock:
                hold.false_since = clock
        elif was is False:
            hold.began, hold.stood = None, 0
        hold.truth = now

    # --- what it says -----------------------------------------------------------------------

    def conclude(
        self,
        s: Subject,
        rank: Rank,
        blind_since: int | None,
        onset: int,
        clock: int,
        is_reading: bool,
        unjudged: tuple[str, ...],
        values: list[float | None],
    ) -> None:
        delays = [s.program.missing_after_ms or 3 * own.interval for own in s.inputs]
        delay = math.inf if s.program.missing_after_ms < 0 else max(delays)
        late = is_reading and self.age > delay
        delayed = late or (s.confirm is not None and not is_reading)
        was, was_blind = s.rank, s.blind_since
        blind = was_blind if was_blind is not None and blind_since is not None else blind_since
        s.rank, s.blind_since = rank, blind
        is_open = rank != Rank.NONE or blind is not None
        changed = False

        def tell(
            change: str,
            now: Rank,
            before: Rank,
            blind: int | None,
            ending: str | None,
            delayed: bool,
        ) -> None:
            s.number += 1
            self.found.append(
                {
                    "rule": s.program.rule, "subject": self.bundle.registry.device_ids[s.device],
                    "change": change, "rank": now, "previous_rank": before, "blind_since": blind,
                    "onset": s.onset, "number": s.number, "decided_at": clock,
                    "received_at": self.now, "ending": ending, "delayed": delayed,
                    "unjudged": unjudged, "row": self.row["row"], "warning": s.warning,
                    "values": values,
                }
            )  # fmt: skip

        if s.warning is not None:
            turned = was == Rank.NONE and rank != Rank.NONE and blind is None
            if not is_open or turned:
                ending = "cleared" if was != Rank.NONE else "seen again"
                tell("ended", Rank.NONE, was, None, ending, delayed)
                s.warning = s.confirm = None
                was, was_blind = Rank.NONE, None
        waiting = s.confirm is not None
        if is_open and s.warning is None:
            began = onset if rank != Rank.NONE else blind or 0
            s.onset = began if s.onset is None else max(began, s.onset + 1)
            s.number = 0
            s.warning = warning_id(
                s.program.rule, self.bundle.registry.device_ids[s.device], s.onset
            )
            tell("opened", rank, Rank.NONE, blind, None, delayed)
            changed = True
        elif is_open and rank != was:
            tell("rank", rank, was, blind, None, delayed)
            changed = True
        elif is_open and (blind is None) != (was_blind is None):
            tell("sight", rank, was, blind, None, delayed)
            changed = True
        if changed and late:
            s.confirm = self.now + int(delay)
        elif is_open and waiting and ((is_reading and not late) or self.now >= (s.confirm or 0)):
            s.confirm = None
            tell("confirmed", rank, rank, blind, None, False)

    # --- values -----------------------------------------------------------------------------

    def leaf(self, s: Subject, leaf: Leaf, clock: int) -> float | None:
        own, func = s.inputs[leaf.watch], leaf.func
        gone = leaf.watch in s.missing
        match func:
            case Func.VALUE:
                return None if gone else own.value
            case Func.AGE:
                return math.inf if own.arrival is None else (self.now - own.arrival) / 1000
            case Func.MISSING:
                return 1.0 if gone else 0.0
            case Func.CHANGED:
                return None if gone or own.readings < 2 else float(own.value != own.previous)
            case Func.QUALITY:
                return own.quality
            case _:
                pass
        clock += own.ahead  # those told apart by the millisecond are in
        window = [(t, v) for t, v in own.past if clock - leaf.over_ms < t <= clock]
        return self.window(leaf, window, own, clock)

    def window(
        self, leaf: Leaf, window: list[tuple[int, float]], own: Input, clock: int
    ) -> float | None:
        values, n = [v for _, v in window], len(window)
        if leaf.func is Func.COUNT:
            return n if n >= leaf.need else None
        if n < leaf.need or n == 0:
            return None
        match leaf.func:
            case Func.MEAN:
                return sum_(values) / n
            case Func.SUM:
                return sum_(values)
            case Func.MIN:
                return min(values)
            case Func.MAX:
                return max(values)
            case Func.DELTA:
                return values[-1] - values[0]
            case Func.STDDEV:
                if n < 2:
                    return None
                mean = sum_(values) / n
                return math.sqrt(sum_((v - mean) * (v - mean) for v in values) / (n - 1))
            case Func.SLOPE:
                return slope(window)
            case Func.QUANTILE:
                ordered, place = sorted(values), leaf.arg * (n - 1)
                low = int(place)
                high = min(low + 1, n - 1)
                return ordered[low] + (place - low) * (ordered[high] - ordered[low])
            case Func.FLAT:
                if len(set(values)) > 1:
                    return 0.0
                spans = window[0][0] <= clock - leaf.over_ms + own.interval
                return 1.0 if n > 1 and spans else None
            case _:
                raise AssertionError(leaf)


def sum_(values: Iterable[float]) -> float:
    """Left to right: the builtin has summed more cleverly since Python 3.12."""
    total = 0.0
    for value in values:
        total += value
    return total


def slope(window: list[tuple[int, float]]) -> float | None:
    n, origin = len(window), window[0][0]
    late = [t - origin for t, _ in window]
    mean_t, mean_v = sum(late) / n, sum_(v for _, v in window) / n
    along = sum_((t - mean_t) * (t - mean_t) for t in late)
    across = sum_((t - mean_t) * (v - mean_v) for t, (_, v) in zip(late, window, strict=True))
    return 1000 * across / along if along > 0 else None


def truth(code: Code, values: list[float | None]) -> Truth:
    found = run(code, values)
    return None if found is None else bool(found)


def any_of(truths: Iterable[Truth]) -> Truth:
    seen = list(truths)
    return True if True in seen else None if None in seen else False


def run(code: Code, values: list[float | None]) -> float | None:
    stack: list[float | None] = []
    for op, arg in code.ops:
        if op is Op.CONST:
            stack.append(code.consts[arg])
        elif op is Op.LEAF:
            stack.append(values[arg])
        elif op is Op.NOT:
            top = stack.pop()
            stack.append(None if top is None else 1.0 - top)
        elif op is Op.NEG:
            top = stack.pop()
            stack.append(None if top is None else -top)
        else:
            b, a = stack.pop(), stack.pop()
            stack.append(join(op, a, b))
    return stack.pop()


def join(op: Op, a: float | None, b: float | None) -> float | None:
    if op is Op.AND:
        return 0.0 if a == 0 or b == 0 else None if a is None or b is None else 1.0
    if op is Op.OR:
        return 1.0 if a == 1 or b == 1 else None if a is None or b is None else 0.0
    if a is None or b is None:
        return None
    found = (a / b if b else math.nan) if op is Op.DIV else float(PLAIN[op](a, b))
    return None if math.isnan(found) else found
