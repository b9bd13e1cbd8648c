"""The listener's word: ticks, its link, and the pauses in which no input goes missing."""

from sentinel.detect.engine.arrays import FAR, NEVER, State
from sentinel.detect.engine.find import ENDED, LINK, OPENED, SEEN_AGAIN, entry
from sentinel.detect.engine.jit import aside, part
from sentinel.domain.readings import Mark

TICK, LINK_DOWN, LINK_UP = int(Mark.TICK), int(Mark.LINK_DOWN), int(Mark.LINK_UP)
CAUGHT_UP = int(Mark.CAUGHT_UP)
LONGEST_TICK_MS = 5_000
"""A longer gap between the listener's words means that it was away."""
UP, DOWN, CATCHING_UP = 0, 1, 2
MOST_PAUSES = 64
"""When there are more, two with little time between them count as one."""


@aside
def heed(state: State, mark: int, received: int) -> None:  # noqa: C901 -- the link has three states
    """Take in one mark: what time it is, and whether the devices can be heard at all."""
    shard = state.shard[0]
    last = int(shard["last_tick"])
    now = max(last, received)
    shard["now"], shard["last_tick"] = now, now
    was_away = last != NEVER and now - last > LONGEST_TICK_MS
    if was_away and int(shard["link"]) == UP:
        pause(state, last, FAR if mark != TICK else now)
        tell_cut(state, last)
        if mark != TICK:
            shard["link"] = CATCHING_UP
    if mark == LINK_DOWN:
        if int(shard["link"]) == UP:
            pause(state, now, FAR)
        shard["link"] = DOWN
        tell_cut(state, now)
    elif mark == LINK_UP:
        if int(shard["link"]) == UP:
            pause(state, now, FAR)
        shard["link"] = CATCHING_UP
    elif mark == CAUGHT_UP:
        resume(state, now)
        tell_back(state, now)
    elif int(shard["link"]) == UP and not was_away:
        tell_back(state, now)


@part
def pause(state: State, begin: int, end: int) -> None:
    """Let missing timers stand still from `begin`; when it ends, all must be looked at again."""
    shard = state.shard[0]
    n = int(shard["pauses"])
    if n == MOST_PAUSES:
        make_one_of_two(state)
        n -= 1
    state.pauses[n]["begin"], state.pauses[n]["end"] = begin, end
    shard["pauses"] = n + 1
    look_at_all(state)


@part
def make_one_of_two(state: State) -> None:
    """Join the two pauses with the least time between them, the oldest of such.

    To forget one would blind who was kept silent by it. The time between now counts as silence of
    ours: who was blind stays so, since later there was as much time again in which to be missed.
    """
    pauses, n, best, least = state.pauses, int(state.shard[0]["pauses"]), 0, FAR
    for k in range(n - 1):
        between = int(pauses[k + 1]["begin"]) - int(pauses[k]["end"])
        if between < least:
            best, least = k, between
    pauses[best]["end"] = pauses[best + 1]["end"]
    for k in range(best + 1, n - 1):
        pauses[k]["begin"], pauses[k]["end"] = pauses[k + 1]["begin"], pauses[k + 1]["end"]


@part
def resume(state: State, now: int) -> None:
    """End the pause that lasts, if one does."""
    shard = state.shard[0]
    shard["link"] = UP
    n = int(shard["pauses"])
    if n > 0 and int(state.pauses[n - 1]["end"]) == FAR:
        state.pauses[n - 1]["end"] = now
        look_at_all(state)


@part
def look_at_all(state: State) -> None:
    """Forget what is known of when timers are due."""
    for k in range(len(state.instances)):
        state.instances[k]["due"] = NEVER
    state.shard[0]["next_due"] = NEVER


@part
def tell_cut(state: State, since: int) -> None:
    """Say once, from the first shard, that the listener hears nothing."""
    shard = state.shard[0]
    if int(shard["first"]) == 0 or int(shard["cut"]) != 0:
        return
    since = max(since, int(shard["cut_at"]) + 1)
    shard["cut"], shard["cut_at"] = 1, since
    found = entry(state, 0, LINK, OPENED)
    found["rank"], found["previous"], found["blind"], found["number"] = 0, 0, 1, 1
    found["onset"], found["blind_since"], found["decided"] = since, since, shard["now"]


@part
def tell_back(state: State, now: int) -> None:
    """Say that the listener hears again, if it was said that it did not."""
    shard = state.shard[0]
    if int(shard["cut"]) == 0:
        return
    shard["cut"] = 0
    found = entry(state, 0, LINK, ENDED)
    found["rank"], found["previous"], found["number"] = 0, 0, 2
    found["onset"], found["decided"], found["ending"] = shard["cut_at"], now, SEEN_AGAIN
