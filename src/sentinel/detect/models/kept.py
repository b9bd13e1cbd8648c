"""A model as it is kept: a skops file, read with a list of what may be in it, never unpickled."""

import io
import warnings
import zipfile
from dataclasses import dataclass
from typing import Any

import msgspec
import sklearn
import skops.io
from sklearn.ensemble import IsolationForest
from sklearn.exceptions import InconsistentVersionWarning

from sentinel.detect.models.record import RECORD_FORMAT, ModelRecord, decode_record, encode_record
from sentinel.domain.errors import SentinelError

TRUSTED = ("sklearn.tree._tree.Tree",)
"""All that a model may hold beyond skops' own safe list. Trees are trusted to be read, not to be
walked: `forest` checks every index in them first."""

LARGEST = 64 * 1024 * 1024
"""Bytes of a model, packed or not; a forest of a hundred trees has three million."""


class ModelRefused(SentinelError):  # noqa: N818 -- named after what happened
    """A model's file cannot be used; the text says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a model's file holds. note: what to know before using it; empty as a rule."""

    record: ModelRecord
    forest: IsolationForest
    note: str


def keep(record: ModelRecord, forest: IsolationForest) -> bytes:
    """Return the bytes of a model's file, its record inside."""
    held = {"record": encode_record(record).decode(), "forest": forest}
    data: bytes = skops.io.dumps(held, compression=zipfile.ZIP_DEFLATED, compresslevel=6)
    return data


def read_kept(data: bytes) -> Kept:
    """Read a model's file.

    Raises:
        ModelRefused: It is damaged, holds what no model of ours has, or is of another format.
    """
    held = _load(data)
    if not isinstance(held, dict) or set(held) != {"record", "forest"}:
        why = "it must hold a record and a forest"
        raise refused(why)
    record, forest = _record(held["record"]), held["forest"]
    if type(forest) is not IsolationForest:
        why = f"the model must be an isolation forest; got {type(forest).__name__}"
        raise refused(why)
    return Kept(record=record, forest=forest, note=_note(record))


def _load(data: bytes) -> Any:  # noqa: ANN401 -- checked by the caller
    _refuse_what_is_no_archive(data)
    found = _untrusted(data)
    if found:
        why = f"it holds what no model has: {', '.join(found)}"
        raise refused(why)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", InconsistentVersionWarning)  # told by `note`
            return skops.io.loads(data, trusted=list(TRUSTED))
    except Exception as error:
        why = f"it is damaged ({type(error).__name__})"
        raise refused(why) from error


def _refuse_what_is_no_archive(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
            broken = None if size > LARGEST else archive.testzip()
    except Exception as error:  # whatever zipfile and zlib make of a damaged file
        why = "it is no skops file, or damaged"
        raise refused(why) from error
    if max(size, len(data)) > LARGEST:
        why = f"a model has at most {LARGEST} bytes; got {max(size, len(data))}"
        raise refused(why)
    if broken is not None:
        why = f"it is damaged in {broken!r}"
        raise refused(why)


def _untrusted(data: bytes) -> list[str]:
    try:
        found: list[str] = skops.io.get_untrusted_types(data=data)
    except Exception as error:
        why = f"it is damaged ({type(error).__name__})"
        raise refused(why) from error
    return sorted(set(found) - set(TRUSTED))


def _record(text: object) -> ModelRecord:
    try:
        record = decode_record(str(text).encode())
    except msgspec.MsgspecError as error:
        why = f"its training record cannot be read: {error}"
        raise refused(why) from error
    if record.format != RECORD_FORMAT:
        why = f"its record must be of format {RECORD_FORMAT}; got {record.format}"
        raise refused(why)
    return record


def _note(record: ModelRecord) -> str:
    if record.sklearn == sklearn.__version__:
        return ""
    return (
        f"trained with scikit-learn {record.sklearn}, read with {sklearn.__version__}: "
        "its scores may differ a little; train it again"
    )


def refused(why: str) -> ModelRefused:
    """Return the error that says why a model's file is not used."""
    return ModelRefused(f"a model's file is refused: {why}; train it again")
