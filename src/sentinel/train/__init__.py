"""Training: readings in, a model and its record out, kept as two files side by side."""

from sentinel.train.choose import Chosen, choose, read_stored
from sentinel.train.forest import Series, TrainingRefused, Wanted, train_forest
from sentinel.train.readings import read_series
from sentinel.train.shelf import NoSuchModel, Shelf, is_name

__all__ = [
    "Chosen",
    "NoSuchModel",
    "Series",
    "Shelf",
    "TrainingRefused",
    "Wanted",
    "choose",
    "is_name",
    "read_series",
    "read_stored",
    "train_forest",
]
