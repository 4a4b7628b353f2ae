"""The tables as the README has them."""

from collections.abc import Iterable, Mapping, Sequence

from tests.parity.resolve import event_fields, json_name, key_label
from tests.parity.rows import Row, Table

_PLATFORMS = {"ios": "iOS", "android": "Android", "web": "web"}
"""The platforms whose spellings are told apart in one cell."""


def render(tables: Iterable[Table]) -> str:
    """Return all tables, each in a section that a reader opens."""
    return "\n\n".join(_section(table) for table in tables)


def markdown_table(rows: Sequence[Sequence[str]]) -> str:
    """Return a table whose first row is its heading."""
    heading, *others = rows
    lines = (f"| {' | '.join(row)} |" for row in (heading, ["---"] * len(heading), *others))
    return "\n".join(lines)


def folded(summary: str, *paragraphs: str) -> str:
    """Return a section of which only the summary is seen until it is opened."""
    text = "\n\n".join(paragraph for paragraph in paragraphs if paragraph)
    return f"<details>\n<summary>{summary}</summary>\n\n{text}\n\n</details>"


def _section(table: Table) -> str:
    heading = (table.vendor, "Python", "command line", "shown by")
    rows = [heading, *(_cells(row) for row in table.rows)]
    return folded(table.title, table.intro, markdown_table(rows))


def _cells(row: Row) -> tuple[str, ...]:
    cells = (_names(row.names), _python(row), _command_line(row), _tests(row.test))
    return tuple(cell or "–" for cell in cells)


def _names(names: Mapping[str, Sequence[str]]) -> str:
    """Return the names; where platforms spell them otherwise, which one says what."""
    spellers: dict[str, list[str]] = {}
    for platform, spelt in names.items():
        for name in spelt:
            spellers.setdefault(name, []).append(platform)
    groups: dict[tuple[str, ...], list[str]] = {}
    for name, platforms in spellers.items():
        groups.setdefault(tuple(platforms), []).append(name)
    return ", ".join(
        _spelt(group) + (_where(platforms) if len(groups) > 1 else "")
        for platforms, group in groups.items()
    )


def _where(platforms: Sequence[str]) -> str:
    return f" ({', '.join(_PLATFORMS[platform] for platform in platforms)})"


def _spelt(names: Sequence[str]) -> str:
    """Return names as code; of a member that follows its type or another member the last part."""
    cells, owner = [], ""
    for name in names:
        before, dot, last = name.rpartition(".")
        cells.append(f"`.{last}`" if dot and before == owner else f"`{name}`")
        owner = before or name
    return ", ".join(cells)


def _python(row: Row) -> str:
    said = ", ".join(f"`{_signature(name)}`" for name in row.python)
    note = f"video only; {row.note}" if row.video_only else row.note
    return f"{said}: {note}" if said and note else said or note


def _signature(name: str) -> str:
    fields = event_fields(name)
    return f"{name}({', '.join(fields)})" if fields else name


def _command_line(row: Row) -> str:
    keys = [f"key `{key_label(action)}`" for action in row.key]
    lines = [f"line `{name}`" for name in row.line]
    commands = [f"`aicall {command}`" for command in row.command]
    events = [f"event `{name}`" for python in row.python if (name := json_name(python))]
    return ", ".join((*keys, *lines, *commands, *events))


def _tests(tests: Sequence[str]) -> str:
    return ", ".join(_link(test) for test in tests)


def _link(test: str) -> str:
    path, _, name = test.partition("::")
    function, _, case = name.removesuffix("]").partition("[")
    words = function.removeprefix("test_").replace("_", " ")
    return f"[{words}{case and f': {case}'}]({path})"
