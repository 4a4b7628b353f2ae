"""Findings for people, a line each with the advice below it, and as JSON."""

from rich.console import Console
from rich.text import Text

from aicall_cli.cli.checks.finding import Finding, State
from aicall_cli.cli.environment import Environment
from aicall_cli.recording.json_text import json_text
from aicall_cli.text import escape
from aicall_cli.tui.line_output import LineOutput

SCHEMA = 1
"""Version of the JSON objects; it grows when a field changes its meaning or goes."""
_WIDTH = 14
_MARKS = {
    State.OK: ("ok  ", "green"),
    State.NOTE: ("note", "yellow"),
    State.BROKEN: ("FAIL", "bold red"),
}


def print_finding(finding: Finding, environment: Environment) -> None:
    """Print one finding, with colours on a terminal."""
    mark, style = _MARKS[finding.state]
    head = Text.assemble((mark, style), f"  {finding.subject:<{_WIDTH}}  ", escape(finding.message))
    _print(head, environment)
    if finding.advice:
        _print(
            Text.assemble(" " * (_WIDTH + 8), ("→ ", style), escape(finding.advice)), environment
        )


def print_finding_json(finding: Finding, environment: Environment) -> None:
    """Print one finding as one JSON object."""
    document = {
        "schema": SCHEMA,
        "subject": finding.subject,
        "state": finding.state.value,
        "message": finding.message,
        "advice": finding.advice,
        "figures": dict(finding.figures),
    }
    LineOutput(environment.stdout).line(json_text(document))


def _print(line: Text, environment: Environment) -> None:
    stream = environment.stdout
    console = Console(
        file=stream, markup=False, highlight=False, emoji=False, _environ=environment.variables
    )
    if stream.isatty() and console.encoding.startswith("utf"):
        console.print(line, soft_wrap=True)
    else:
        LineOutput(stream).line(line.plain)
