"""YAML files as values that know where they stand, and problems that say where."""

from sentinel.document.node import Node, Place
from sentinel.document.problems import ConfigurationError, Problem, Problems, nearest
from sentinel.document.validate import validate
from sentinel.document.yaml import parse_yaml

__all__ = [
    "ConfigurationError",
    "Node",
    "Place",
    "Problem",
    "Problems",
    "nearest",
    "parse_yaml",
    "validate",
]
