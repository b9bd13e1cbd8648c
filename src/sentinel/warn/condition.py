"""How a case stands by the warnings in it."""

from sentinel.domain.rank import Rank, Sight
from sentinel.warn.case import Case, CaseFile, Origin
from sentinel.warn.step import Step
from sentinel.warn.warning import EarlyWarning, WarningState


def is_open(warning: EarlyWarning) -> bool:
    """Return whether people have been told of its condition, and it still holds."""
    return warning.state is WarningState.OPEN


def still_open(file: CaseFile) -> tuple[EarlyWarning, ...]:
    """Return the warnings of a case whose condition holds."""
    return tuple(warning for warning in file.warnings if is_open(warning))


def refresh(step: Step) -> Case:
    """Bring rank, sight, words and `holds` up to the warnings as they stand; return it as it was.

    A reported case never sinks below the rank that it was given, and keeps its own words.
    """
    before = step.case
    held = [warning for warning in step.warnings.values() if is_open(warning)]
    rank = max((warning.condition.rank for warning in held), default=Rank.NONE)
    step.change(
        warnings=tuple(step.warnings),
        rank=max(rank, before.rank) if before.origin is Origin.REPORTED else rank,
        worst=max(before.worst, *(warning.worst for warning in step.warnings.values())),
        sight=max((warning.condition.sight for warning in held), default=Sight.SEEN),
        holds=bool(held) or before.origin is Origin.REPORTED,
    )
    if before.origin is Origin.DETECTED:
        _take_words(step, held)
    return before


def _take_words(step: Step, held: list[EarlyWarning]) -> None:
    """The words of its worst warning, the newest of those; while none holds they stay."""
    if not held:
        return
    worst = max(held, key=lambda warning: (warning.condition.rank, warning.onset, warning.id))
    step.change(title=worst.title, instruction=worst.instruction)
