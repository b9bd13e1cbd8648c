"""Models in their folder."""

import re
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from sentinel.detect.models import ModelRecord, ModelRefused
from sentinel.detect.models.record import decode_record
from sentinel.domain.quality import Quality
from sentinel.train import NoSuchModel, Shelf, read_stored


def test_a_model_is_kept_with_its_record_beside_it(
    tmp_path: Path, trained: tuple[bytes, ModelRecord]
) -> None:
    shelf = Shelf(tmp_path / "models")
    path = shelf.put(*trained)

    assert shelf.names() == ["river"]
    assert path.read_bytes() == trained[0]
    assert decode_record(path.with_suffix(".json").read_bytes()) == trained[1]
    assert shelf.take("river").record == trained[1]
    assert sorted(p.name for p in path.parent.iterdir()) == ["river.json", "river.skops"]


def test_a_name_that_leads_elsewhere_is_refused(
    tmp_path: Path, trained: tuple[bytes, ModelRecord]
) -> None:
    data, record = trained
    with pytest.raises(ModelRefused, match="a model's name must be letters"):
        Shelf(tmp_path).put(data, msgspec.structs.replace(record, name="../x"))
    with pytest.raises(NoSuchModel, match=r"no model '../x' in .*; it has none"):
        Shelf(tmp_path).take("../x")


def test_a_damaged_model_is_told_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "pump.skops").write_bytes(b"nothing")
    expected = re.escape(f"{tmp_path}/pump.skops: a model's file is refused: it is no skops file")
    with pytest.raises(ModelRefused, match=expected):
        Shelf(tmp_path).take("pump")


def test_an_empty_or_absent_folder_has_no_models(tmp_path: Path) -> None:
    assert Shelf(tmp_path).names() == []
    assert Shelf(tmp_path / "none").names() == []


@dataclass
class Stored:
    time: NDArray[np.int64]
    value: NDArray[np.float64]
    quality: NDArray[np.uint8]


class Store:
    def readings(
        self, device: str, metric: str, start_ms: int, end_ms: int, limit: int | None = None
    ) -> Stored:
        assert (device, metric, start_ms, end_ms, limit) == ("a", "level", 0, 9, None)
        return Stored(
            np.array([1, 2, 3, 4]),
            np.array([1.0, np.nan, 3.0, 4.0]),
            np.array([Quality.PASS, Quality.PASS, Quality.FAIL, Quality.SUSPECT], np.uint8),
        )


def test_only_readings_that_rules_would_use_are_learned_from() -> None:
    (series,) = read_stored(Store(), "level", ["a"], 0, 9)
    assert series.times.tolist() == [1, 4]
    assert series.values.tolist() == [1, 4]
