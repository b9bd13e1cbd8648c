"""Files compiled, with the models among them looked into: what a bundle is made of."""

import json
from collections.abc import Mapping
from dataclasses import replace

from sentinel.bundle.compile import MODEL, MODELS, RECORD, Compiled, compile_files
from sentinel.document import Place, Problems


def compile_whole(files: Mapping[str, bytes], names: Mapping[str, str]) -> Compiled:
    """Compile the files; a model that cannot be used is a problem now, not when it is to score."""
    compiled = compile_files(files, names)
    models = {
        path.removeprefix(MODELS).removesuffix(MODEL): data
        for path, data in files.items()
        if path.startswith(MODELS) and path.endswith(MODEL)
    }
    if not models:
        return compiled
    problems = Problems([*compiled.problems.found])
    _check(models, files, names, problems)
    return replace(compiled, bundle=None if problems.errors else compiled.bundle, problems=problems)


def _check(
    models: Mapping[str, bytes],
    files: Mapping[str, bytes],
    names: Mapping[str, str],
    problems: Problems,
) -> None:
    from sentinel.detect.models import check_models  # noqa: PLC0415 -- brings scikit-learn

    called = {name: names.get(path, path) for name in models for path in [MODELS + name + MODEL]}
    for name, record in check_models(models, called, problems).items():
        path = MODELS + name + RECORD
        beside = _metric(files.get(path, b""))
        if beside not in {None, record.metric}:
            rule = "the record beside a model must be that of its own training"
            found = f"got metric {beside!r}, the model was trained on {record.metric!r}"
            place = Place(names.get(path, path))
            problems.add(place, f"model {name!r}", f"{rule}; {found}", "put both back together")


def _metric(record: bytes) -> str | None:
    """Return the metric in a record; None where there is none, which the compiler tells."""
    try:
        metric = json.loads(record)["metric"]
    except (KeyError, ValueError, TypeError, RecursionError):
        return None
    return metric if isinstance(metric, str) else None
