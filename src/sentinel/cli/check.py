"""`sentinel check`: every problem of configuration, registry, formats and rules at once."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from sentinel.app.terminal import counted
from sentinel.config.check import Checked, Summary, check, summarise
from sentinel.document import Problem
from sentinel.document.scalars import format_size


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check")(check_command)


def check_command(
    file: Annotated[Path, typer.Option("--config", "-c", help="The configuration.")] = Path(
        "sentinel.yaml"
    ),
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Tell every problem of configuration, registry, formats and rules at once.

    Nothing is changed, and no service need run. An error makes the exit status 1; warnings are
    told and let the files pass.
    """
    checked = check(file)
    summary = summarise(checked.bundle) if checked.bundle else None
    if as_json:
        print(json.dumps(_as_object(checked, summary), ensure_ascii=False))
    else:
        for problem in checked.problems.in_order():
            print(problem)
        print("\n".join(_lines(checked, summary)))
    if checked.bundle is None:
        raise typer.Exit(1)


def problem_object(problem: Problem) -> dict[str, object]:
    """Return a problem as JSON has it; line and column are 0 for a file as a whole."""
    return {
        "file": problem.place.file,
        "line": problem.place.line,
        "column": problem.place.column,
        "severity": problem.severity,
        "context": problem.context,
        "message": problem.message,
        "hint": problem.hint,
    }


def _as_object(checked: Checked, summary: Summary | None) -> dict[str, object]:
    return {
        "good": checked.bundle is not None,
        "problems": [problem_object(problem) for problem in checked.problems.in_order()],
        "summary": asdict(summary) if summary else None,
    }


def _lines(checked: Checked, summary: Summary | None) -> list[str]:
    if summary is None:
        count = len(checked.problems.errors)
        return [f"{counted(count, 'error')}; nothing was changed"]
    levels = ", ".join(f"{counted(n, level)}" for level, n in summary.areas.items() if n)
    retired = f", {summary.retired:,} out of service" if summary.retired else ""
    subjects = sum(summary.subjects.values())
    sensors = f"{counted(summary.sensors, 'sensor')} of {counted(summary.metrics, 'metric')}"
    each = format_size(round(summary.state_bytes_per_sensor))
    return [
        f"areas    {sum(summary.areas.values()):,}: {levels}",
        f"devices  {summary.devices:,}{retired}, with {sensors}",
        f"formats  {summary.formats:,}",
        f"models   {summary.models:,}",
        f"rules    {summary.rules:,}, judged on {counted(subjects, 'device')} in all",
        f"state    {format_size(summary.state_bytes)} in all, {each} a sensor on average",
        "all is well",
    ]
