"""What a model's file may hold, and how one that holds something else is refused."""

import io
import json
import pickle
import zipfile
from collections.abc import Callable

import numpy as np
import pytest
import skops.io
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.ensemble import IsolationForest, RandomForestClassifier
from typing_extensions import override

import sentinel.detect.models.kept as kept_module
from sentinel.detect.models import ModelRecord, ModelRefused, Scorer, check_models, keep, read_kept
from sentinel.detect.models.forest import flatten
from sentinel.document import Problems


def test_a_model_and_its_record_come_back(trained: tuple[bytes, ModelRecord]) -> None:
    data, record = trained
    kept = read_kept(data)
    assert kept.record == record
    assert kept.note == ""
    assert isinstance(kept.forest, IsolationForest)


class Evil:
    @override
    def __reduce__(self) -> tuple[Callable[..., object], tuple[str]]:
        return print, ("called",)


def test_a_pickle_is_refused_and_never_called(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ModelRefused, match="it is no skops file, or damaged; train it again"):
        read_kept(pickle.dumps(Evil()))
    assert capsys.readouterr().out == ""


def test_a_file_with_code_in_it_is_refused() -> None:
    data = skops.io.dumps({"record": "{}", "forest": np.vectorize(json.dumps)})
    with pytest.raises(ModelRefused, match="it holds what no model has"):
        read_kept(data)


def rewritten(data: bytes, change: Callable[[str], str]) -> bytes:
    """The same archive with its schema changed, as someone with an editor would."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content.decode()) if name == "schema.json" else content)
    return out.getvalue()


def test_a_type_put_in_by_hand_is_refused_by_name(model: bytes) -> None:
    changed = rewritten(model, lambda text: text.replace('"IsolationForest"', '"Popen"', 1))
    changed = rewritten(
        changed, lambda text: text.replace("sklearn.ensemble._iforest", "subprocess")
    )
    with pytest.raises(ModelRefused, match=r"holds what no model has: .*subpro"):
        read_kept(changed)


def test_another_estimator_is_refused(trained: tuple[bytes, ModelRecord]) -> None:
    forest = RandomForestClassifier(n_estimators=2).fit([[0.0], [1.0]], [0, 1])
    with pytest.raises(ModelRefused, match="must be an isolation forest; got RandomForestClass"):
        read_kept(keep(trained[1], forest))


def test_a_file_without_a_record_is_refused() -> None:
    with pytest.raises(ModelRefused, match="it must hold a record and a forest"):
        read_kept(skops.io.dumps({"forest": 3}))


def test_a_record_that_is_none_is_refused(trained: tuple[bytes, ModelRecord]) -> None:
    data = skops.io.dumps({"record": "{}", "forest": read_kept(trained[0]).forest})
    with pytest.raises(ModelRefused, match="its training record cannot be read"):
        read_kept(data)


@pytest.mark.parametrize("field", ["left_child", "right_child", "feature"])
def test_a_tree_that_leads_out_of_itself_is_refused(model: bytes, field: str) -> None:
    forest = read_kept(model).forest
    tree = forest.estimators_[3].tree_
    state = tree.__getstate__()
    state["nodes"][field][0] = 10**6
    tree.__setstate__(state)
    with pytest.raises(ModelRefused, match="a tree in it leads out of itself"):
        flatten(forest)


def test_a_tree_that_goes_in_a_circle_is_refused(model: bytes) -> None:
    forest = read_kept(model).forest
    tree = forest.estimators_[0].tree_
    state = tree.__getstate__()
    state["nodes"]["left_child"][0] = 0
    tree.__setstate__(state)
    with pytest.raises(ModelRefused, match="a tree in it leads out of itself"):
        flatten(forest)


def test_a_forest_without_its_trees_is_refused(trained: tuple[bytes, ModelRecord]) -> None:
    with pytest.raises(ModelRefused, match="its forest is not as training makes it"):
        Scorer(keep(trained[1], IsolationForest()))


def test_another_version_of_scikit_learn_is_told(
    model: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sklearn.__version__", "9.9.9")
    scorer = Scorer(model)
    assert scorer.note == (
        f"trained with scikit-learn {scorer.record.sklearn}, read with 9.9.9: "
        "its scores may differ a little; train it again"
    )


@pytest.fixture
def score_damaged(model: bytes) -> Callable[[float, bytes], str]:
    """A function that bites into the model at a part of its length, and says what came of it."""

    def damaged(at: float, bite: bytes) -> str:
        start = int(at * len(model))
        try:
            Scorer(model[:start] + bite + model[start + len(bite) :])
        except ModelRefused as refused:
            return str(refused)
        return "a model's file is read"

    return damaged


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.floats(0, 1), bite=st.binary(min_size=1, max_size=50))
def test_a_damaged_file_is_refused_or_read(
    score_damaged: Callable[[float, bytes], str], at: float, bite: bytes
) -> None:
    assert score_damaged(at, bite).startswith("a model's file is ")


def test_models_are_checked_together(
    model: bytes, trained: tuple[bytes, ModelRecord], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sklearn.__version__", "9.9.9")
    problems = Problems()
    files = {"river": "models/river.skops", "pump": "models/pump.skops"}

    records = check_models({"river": model, "pump": b"x"}, files, problems)

    assert records == {"river": trained[1]}
    assert [str(problem) for problem in problems.in_order()] == [
        (
            "models/pump.skops: model 'pump': a model's file is refused: "
            "it is no skops file, or damaged; train it again"
        ),
        (
            "models/river.skops: warning: model 'river': trained with scikit-learn "
            f"{trained[1].sklearn}, read with 9.9.9: its scores may differ a little; "
            "train it again"
        ),
    ]


def test_a_file_cut_short_is_refused(model: bytes) -> None:
    for end in (0, 10, len(model) // 2, len(model) - 1):
        with pytest.raises(ModelRefused):
            read_kept(model[:end])


def test_a_file_that_unpacks_to_too_much_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("schema.json", b"0" * (kept_module.LARGEST + 1))
    with pytest.raises(ModelRefused, match="a model has at most"):
        read_kept(out.getvalue())
