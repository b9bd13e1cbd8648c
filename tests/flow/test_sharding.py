"""A folder keeps the number of shards that its state was made with."""

from pathlib import Path

import pytest

from sentinel.domain.errors import ServiceError
from sentinel.flow.sharding import settle_shards


def test_the_same_number_goes_on(tmp_path: Path) -> None:
    settle_shards(tmp_path / "detect", 16)
    settle_shards(tmp_path / "detect", 16)


def test_another_number_is_refused_with_what_to_do(tmp_path: Path) -> None:
    settle_shards(tmp_path, 16)

    with pytest.raises(ServiceError, match=r"got 15, the state in .* is of 16; set it to 16 again"):
        settle_shards(tmp_path, 15)


def test_a_note_that_a_loss_of_power_emptied_is_written_anew(tmp_path: Path) -> None:
    (tmp_path / "shards").touch()
    settle_shards(tmp_path, 4)

    with pytest.raises(ServiceError):
        settle_shards(tmp_path, 5)
