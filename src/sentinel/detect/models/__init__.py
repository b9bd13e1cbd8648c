"""Trained models: from readings to features, from features to a score between 0 and 1."""

from sentinel.detect.models.bank import ModelBank
from sentinel.detect.models.check import check_models
from sentinel.detect.models.features import FEATURES, FeatureState, Recipe, featurise
from sentinel.detect.models.forest import Scorer
from sentinel.detect.models.kept import Kept, ModelRefused, keep, read_kept
from sentinel.detect.models.record import ModelRecord, Span

__all__ = [
    "FEATURES",
    "FeatureState",
    "Kept",
    "ModelBank",
    "ModelRecord",
    "ModelRefused",
    "Recipe",
    "Scorer",
    "Span",
    "check_models",
    "featurise",
    "keep",
    "read_kept",
]
