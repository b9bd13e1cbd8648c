"""Models are looked into before a bundle with them is kept."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sentinel.config import BundleStore, load_config
from sentinel.config.check import check, put_by
from sentinel.document import ConfigurationError

Edit = Callable[[str, str, str], None]
DEMO = Path(__file__).parents[2] / "configs/demo/models"


@pytest.fixture
def models(deployment: Path, edit: Edit) -> Path:
    """The folder of a model that is good."""
    edit("sentinel.yaml", "shards: 4", "shards: 4, models: models")
    return shutil.copytree(DEMO, deployment.parent / "models")


def refusal(deployment: Path) -> str:
    """Say why nothing was kept; the check must find the same."""
    config = load_config(deployment)
    bundles = BundleStore(config.data / "bundles")
    with pytest.raises(ConfigurationError) as caught:
        put_by(config, bundles)
    assert bundles.names() == []
    assert [str(one) for one in check(deployment).problems.errors] == str(caught.value).splitlines()
    return str(caught.value).replace(f"{deployment.parent}/", "")


@pytest.mark.usefixtures("models")
def test_a_good_model_is_kept(deployment: Path) -> None:
    config = load_config(deployment)
    bundle = put_by(config, BundleStore(config.data / "bundles")).bundle

    assert bundle is not None
    assert set(bundle.models) == {"pump"}


def test_a_tampered_model_is_refused_before_anything_is_kept(
    deployment: Path, models: Path
) -> None:
    data = bytearray((models / "pump.skops").read_bytes())
    data[len(data) // 2] ^= 0xFF
    (models / "pump.skops").write_bytes(bytes(data))

    assert refusal(deployment).startswith("models/pump.skops: model 'pump': a model's file is ")


def test_a_record_of_another_model_is_refused(deployment: Path, models: Path) -> None:
    text = (models / "pump.json").read_text()
    (models / "pump.json").write_text(text.replace('"vibration"', '"water_level"'))

    assert refusal(deployment) == (
        "models/pump.json: model 'pump': the record beside a model must be that of its own "
        "training; got metric 'water_level', the model was trained on 'vibration'; put both back "
        "together"
    )


def test_a_record_nested_without_end_is_a_problem(deployment: Path, models: Path) -> None:
    (models / "pump.json").write_text("[" * 200_000)

    assert refusal(deployment) == (
        "models/pump.skops: model 'pump': a model has the record of its training, with its "
        "metric, beside it"
    )
