"""Training: readings in, a model and its record out, kept as two files side by side."""

from sentinel.train.forest import Series, TrainingRefused, Wanted, train_forest
from sentinel.train.readings import read_series
from sentinel.train.shelf import Shelf

__all__ = ["Series", "Shelf", "TrainingRefused", "Wanted", "read_series", "train_forest"]
