"""State comes back from its file as it was put in."""

import errno
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from numpy.typing import NDArray

from sentinel.domain.errors import ServiceError
from sentinel.flow.checkpoint import Checkpoints, Image, unpack
from sentinel.flow.room import Room
from sentinel.observe.sentences import state

ARRAYS = npst.arrays(
    dtype=st.sampled_from([np.dtype(kind) for kind in ("f8", "i8", "i4", "u1", "?")]),
    shape=npst.array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=4),
)


def packed(state: Mapping[str, Any]) -> bytes:
    return b"".join(Image(state, np.empty(0, np.uint8)).pieces())


@given(st.dictionaries(st.text("abc", min_size=1, max_size=8), ARRAYS, max_size=5))
def test_arrays_come_back_with_type_shape_and_bits(arrays: dict[str, NDArray[np.generic]]) -> None:
    back = unpack(packed(arrays))

    assert arrays.keys() == back.keys()
    for name, array in arrays.items():
        assert (array.dtype, array.shape, array.tobytes()) == (
            back[name].dtype,
            back[name].shape,
            back[name].tobytes(),
        )


def test_records_and_plain_values_come_back() -> None:
    slots = np.zeros(3, [("at", "i8"), ("held", "i4", (2,))])
    state = {"slots": slots, "seen": 7, "zone": "UTC"}

    back = unpack(packed(state))

    assert (back["slots"].dtype, back["seen"], back["zone"]) == (slots.dtype, 7, "UTC")


def test_a_checkpoint_is_a_copy_of_the_moment_it_was_asked_for(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path)
    values = np.arange(4)

    writing = checkpoints.save(0, 5, {"values": values})
    values[:] = -1
    back = checkpoints.load(writing.result())
    checkpoints.close()

    assert [0, 1, 2, 3] == back["values"].tolist()


def test_what_is_read_back_can_be_written_to(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path)
    name = checkpoints.save(0, 5, {"values": np.zeros(2)}).result()
    checkpoints.close()

    back = checkpoints.load(name)
    back["values"][0] = 1.0

    assert back["values"][0] == 1.0


@pytest.mark.parametrize("damage", [b"", b"SENTINELCKPT2\n", b"something else entirely"])
def test_a_damaged_checkpoint_says_which_file_and_what_to_do(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "shard-000-0000000000000005.state").write_bytes(damage)
    checkpoints = Checkpoints(tmp_path)

    with pytest.raises(ServiceError, match=r"must be readable.*Remove the folder"):
        checkpoints.load("shard-000-0000000000000005.state")
    checkpoints.close()


@pytest.mark.parametrize("at", [14, 22, 40, -100, -1])
def test_a_checkpoint_with_one_wrong_bit_is_refused(tmp_path: Path, at: int) -> None:
    """A wrong number in a window would be judged by, and nobody would know."""
    checkpoints = Checkpoints(tmp_path)
    name = checkpoints.save(0, 5, {"values": np.arange(100.0)}).result()
    body = bytearray((tmp_path / name).read_bytes())
    body[at] ^= 1
    (tmp_path / name).write_bytes(body)

    with pytest.raises(ServiceError, match="it is not as it was written"):
        checkpoints.load(name)
    checkpoints.close()


def test_pruning_keeps_what_a_snapshot_may_still_refer_to(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path)
    names = [checkpoints.save(0, row, {"row": row}).result() for row in (5, 9, 12)]
    other = checkpoints.save(1, 2, {"row": 2}).result()
    checkpoints.close()

    checkpoints.prune(0, below=9)

    assert {*names[1:], other} == {path.name for path in tmp_path.iterdir()}


def test_aligned_records_keep_their_alignment() -> None:
    fields = [("at", "i8"), ("recent", "u4", (3,)), ("n", "u1")]
    state = {"packed": np.zeros(2, fields), "aligned": np.zeros(2, np.dtype(fields, align=True))}

    back = unpack(packed(state))

    for name, array in state.items():
        assert array.dtype == back[name].dtype
        assert array.dtype.isalignedstruct == back[name].dtype.isalignedstruct


def test_state_within_state_comes_back_as_it_was(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path)
    state = {"schema": 1, "state": {"slots": np.arange(2), "counts": {"late": 3}}}

    back = checkpoints.load(checkpoints.save(0, 5, state).result())
    checkpoints.close()

    assert (1, {"late": 3}) == (back["schema"], back["state"]["counts"])
    assert [0, 1] == back["state"]["slots"].tolist()


def test_a_part_of_the_state_that_holds_nothing_comes_back_empty(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path)

    name = checkpoints.save(0, 5, {"models": {}, "grades": {"held": {}, "at": 3}}).result()
    checkpoints.close()

    assert checkpoints.load(name) == {"models": {}, "grades": {"held": {}, "at": 3}}


def test_room_used_again_holds_only_what_was_put_in_last(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path)
    first = checkpoints.save(0, 1, {"values": np.arange(100)})
    first.result()

    second = checkpoints.save(0, 2, {"values": np.arange(3)})
    back = checkpoints.load(second.result())
    checkpoints.close()

    assert [0, 1, 2] == back["values"].tolist()


def test_a_checkpoint_that_finds_no_room_leaves_none_behind_and_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_file: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    room = Room()
    checkpoints = Checkpoints(tmp_path, room)
    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", full)
        file = checkpoints.save(0, 5, {"values": np.arange(3)}).result()
    assert (file, list(tmp_path.iterdir())) == ("", [])
    assert "there is no room for checkpoints" in state(room.troubles())["state"]
    checkpoints.save(0, 6, {"values": np.arange(3)}).result()
    checkpoints.close()

    assert state(room.troubles())["state"] == "ok"


def test_what_a_killed_process_left_half_written_is_swept(tmp_path: Path) -> None:
    (tmp_path / "shard-000-0000000000000009.part").write_bytes(b"half of it")
    checkpoints = Checkpoints(tmp_path)
    checkpoints.save(0, 50, {"a": 1}).result()
    checkpoints.close()

    assert [path.name for path in tmp_path.iterdir()] == ["shard-000-0000000000000050.state"]
