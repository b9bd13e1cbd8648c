"""A restart begins where every shard's committed checkpoint stands, or before."""

from sentinel.flow.progress import Progress


def test_a_new_flow_can_only_begin_at_the_beginning() -> None:
    progress = Progress(shards=2)

    progress.resume(0)

    assert progress.safe_row() == 0


def test_a_reference_counts_only_once_its_epoch_is_on_disk() -> None:
    progress = Progress(shards=1)
    progress.resume(3)
    progress.refer(0, 9)

    before = progress.safe_row()
    progress.epoch_committed()

    assert (before, progress.safe_row()) == (3, 9)


def test_the_slowest_shard_decides() -> None:
    progress = Progress(shards=3)
    progress.resume(0)
    for shard, row in enumerate([40, 20, 30]):
        progress.refer(shard, row)
    progress.epoch_committed()

    assert progress.safe_row() == 20


def test_a_run_begun_anew_forgets_what_the_one_before_did_not_bring_to_the_disk() -> None:
    progress = Progress(shards=2)
    progress.resume(0)
    progress.refer(0, 40)
    progress.refer(1, 50)
    progress.resume(10)
    progress.refer(0, 20)
    progress.epoch_committed()

    assert progress.safe_row() == 10


def turns_of(progress: Progress, asked: list[int], epochs: int) -> list[int]:
    """Who copies, epoch by epoch, if these are asked in this order in each."""
    copied = []
    for _ in range(epochs):
        copied += [shard for shard in asked if progress.may_copy(shard)]
        progress.epoch_committed()
    return copied


def test_shards_that_are_always_due_copy_one_after_the_other() -> None:
    assert turns_of(Progress(shards=3), [0, 1, 2], epochs=6) == [0, 1, 2, 0, 1, 2]


def test_a_shard_that_is_not_asked_again_holds_up_no_other() -> None:
    progress = Progress(shards=3)
    turns_of(progress, [0, 1, 2], epochs=1)

    assert set(turns_of(progress, [0, 2], epochs=4)) == {0, 2}
