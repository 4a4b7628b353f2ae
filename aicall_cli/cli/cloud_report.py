"""What the cloud answered, for people and as JSON: the API's own names, verbatim."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from aicall_cli.cli.environment import Environment
from aicall_cli.cli.report import tell
from aicall_cli.control.cloud_answer import CloudAnswer, revealed
from aicall_cli.control.cloud_operation import Operation
from aicall_cli.control.display import HIDDEN
from aicall_cli.recording.json_text import json_text
from aicall_cli.secret import Secret
from aicall_cli.text import escape
from aicall_cli.tui.figure_rows import ABSENT
from aicall_cli.tui.line_output import LineOutput

SCHEMA: Final = 1
"""Version of the JSON objects; it grows when a field of ours changes its meaning or goes."""
_GAP: Final = "  "
_MAX_VALUE: Final = 500
_MAX_CELL: Final = 80


def print_answer(operation: Operation, answer: CloudAnswer, environment: Environment) -> None:
    """Print the fields, a list as a table; tokens are hidden."""
    output = LineOutput(environment.stdout)
    fields = dict(answer.fields)
    listed = fields.pop(operation.rows, None) if operation.rows else None
    if operation.rows:
        for line in _table(operation.columns, listed if isinstance(listed, list) else []):
            output.line(line)
    rows = list(_rows(fields))
    width = max((len(label) for label, _ in rows), default=0)
    for label, value in rows:
        output.line(f"{label:<{width}}{_GAP}{value}")
    if not rows and not operation.rows:
        output.line(operation.done)
    if operation.starts:
        instance = escape(str(fields.get("InstanceId", ABSENT)), limit=_MAX_CELL)
        stop = f"aicall cloud instances stop {instance}"
        tell(f"aicall: it runs, and is billed, until: {stop}\n", environment)


def print_answer_json(operation: Operation, answer: CloudAnswer, environment: Environment) -> None:
    """Print everything as one JSON object, tokens too: a script needs them."""
    fields = revealed(dict(answer.fields))
    assert isinstance(fields, dict)
    document = {
        "schema": SCHEMA,
        "Action": operation.action,
        "RequestId": answer.request_id,
        **fields,
    }
    LineOutput(environment.stdout).line(json_text(document))


def _rows(fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield label and value; a small object's members follow its name and a dot."""
    values = list(fields.values())
    if len(values) == 1 and isinstance(values[0], dict):
        fields = values[0]  # one object around everything says nothing
    for name, value in fields.items():
        members = value if isinstance(value, dict) and _is_flat(value) else {"": value}
        for inner, item in members.items():
            label = f"{name}.{inner}" if inner else name
            yield escape(label, limit=_MAX_CELL), _shown(item, _MAX_VALUE)


def _is_flat(value: Mapping[str, Any]) -> bool:
    return not any(isinstance(item, dict | list) for item in value.values())


def _table(columns: Sequence[str], items: Sequence[object]) -> list[str]:
    """Return a heading and a line for each item, without the columns that all lack.

    Paths that end in the same name are one column: an instance's channel stands where its kind
    of agent has it.
    """
    paths: dict[str, list[str]] = {}
    for path in columns:
        paths.setdefault(path.rpartition(".")[2], []).append(path)
    cells = [
        [heading, *(_shown(_first(item, places), _MAX_CELL) for item in items)]
        for heading, places in paths.items()
    ]
    told = [column for column in cells if set(column[1:]) - {ABSENT}]
    if not told:
        return [f"{len(items)} without details" if items else "none"]
    padded = [[f"{cell:<{max(map(len, column))}}" for cell in column] for column in told]
    return [_GAP.join(line).rstrip() for line in zip(*padded, strict=True)]


def _first(item: object, paths: Sequence[str]) -> object:
    found = (_at(item, path) for path in paths)
    return next((value for value in found if value is not None), None)


def _at(item: object, path: str) -> object:
    for name in path.split("."):
        item = item.get(name) if isinstance(item, dict) else None
    return item


def _shown(value: object, limit: int) -> str:
    match value:
        case None | "":
            return ABSENT
        case Secret():
            return f"{HIDDEN} (shown with --json)"
        case bool():
            return "true" if value else "false"
        case str():
            return escape(value, limit=limit)
        case dict() | list():
            return escape(json_text(_hidden(value)), limit=limit)
    return escape(str(value), limit=limit)


def _hidden(value: object) -> object:
    match value:
        case Secret():
            return HIDDEN
        case dict():
            return {name: _hidden(item) for name, item in value.items()}
        case list():
            return [_hidden(item) for item in value]
    return value
