"""Models looked at before a bundle is put into force."""

from collections.abc import Mapping

from sentinel.detect.models.forest import Scorer
from sentinel.detect.models.kept import ModelRefused
from sentinel.detect.models.record import ModelRecord
from sentinel.document.node import Place
from sentinel.document.problems import Problems


def check_models(
    models: Mapping[str, bytes], files: Mapping[str, str], problems: Problems
) -> dict[str, ModelRecord]:
    """Return the records of the models that can be used; the others are problems.

    A model of another version of scikit-learn is a warning. Reads each file whole: a tenth of a
    second a model.

    Args:
        models: Name to the bytes of its file.
        files: Name to what its user calls the file.
        problems: Takes what is wrong.
    """
    records: dict[str, ModelRecord] = {}
    for name, data in models.items():
        place, context = Place(files.get(name, name)), f"model {name!r}"
        try:
            scorer = Scorer(data)
        except ModelRefused as refused:
            problems.add(place, context, str(refused))
            continue
        records[name] = scorer.record
        if scorer.note:
            problems.add(place, context, scorer.note, severity="warning")
    return records
