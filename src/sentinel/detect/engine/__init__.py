"""Readings to findings, in order, in compiled code: see docs/engine.md."""

from sentinel.detect.engine.engine import SCHEMA, Engine
from sentinel.detect.engine.grade import Grader
from sentinel.detect.engine.layout import BundleLike
from sentinel.detect.engine.places import shard_of_device

__all__ = ["SCHEMA", "BundleLike", "Engine", "Grader", "shard_of_device"]
