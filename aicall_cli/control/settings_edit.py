"""Changing one entry of the settings file, with all its comments and its order kept."""

from collections.abc import Callable, MutableMapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias, cast

import tomlkit
from tomlkit.exceptions import TOMLKitError

from aicall_cli.control.settings_file import parse_settings, read_settings_text
from aicall_cli.control.text_file import MAX_BYTES
from aicall_cli.errors import UsageError
from aicall_cli.private_file import make_private_directories, write_private_file

Plain: TypeAlias = str | float | bool | list[str] | dict[str, bool]
"""A value as it is written into the file."""
_Table: TypeAlias = MutableMapping[str, Any]


def set_entry(path: Path, entry: Sequence[str], value: Plain) -> None:
    """Make the file say that ``entry``, its tables first, is ``value``.

    The file, and missing folders of it, are made private; where it is a link, what it leads to
    is changed. Raises UsageError for a file that is no TOML or cannot be written.
    """

    def put(root: _Table, inline: bool) -> None:
        table = root
        for name in entry[:-1]:
            if name not in table:
                table[name] = tomlkit.table(is_super_table=name != entry[-2]) if inline else {}
            table = _as_table(table[name], name, path)
        written = tomlkit.inline_table() if inline else {}
        if isinstance(value, dict):
            written.update(value)
        table[entry[-1]] = written if isinstance(value, dict) else value

    _change(path, put)


def remove_entry(path: Path, entry: Sequence[str]) -> bool:
    """Make the file say nothing of ``entry``; False where it did not say anything.

    A table that has nothing else in it stays: comments may be in it. Raises UsageError as
    ``set_entry`` does.
    """
    found = False

    def remove(root: _Table, _: bool) -> None:
        nonlocal found
        table = root
        for name in entry[:-1]:
            if name not in table:
                return
            table = _as_table(table[name], name, path)
        found = entry[-1] in table
        table.pop(entry[-1], None)

    _change(path, remove)
    return found


def _change(path: Path, change: Callable[[_Table, bool], None]) -> None:
    """Change the document as a person would, and see that it then says what was meant."""
    text = read_settings_text(path)
    wanted = parse_settings(text, path)
    change(wanted, False)
    try:
        document = tomlkit.parse(text)
        change(cast(_Table, document), True)
        changed = tomlkit.dumps(document)
        if _without_empty_tables(parse_settings(changed, path)) != _without_empty_tables(wanted):
            raise _too_hard(path)
    except TOMLKitError as error:
        raise _too_hard(path) from error
    if changed != text:
        _write(path, changed)


def _without_empty_tables(value: object) -> object:
    """Return ``value`` without the tables that say nothing: the last entry may take its own."""
    if not isinstance(value, dict):
        return value
    kept = {name: _without_empty_tables(item) for name, item in value.items()}
    return {name: item for name, item in kept.items() if item != {}}


def _too_hard(path: Path) -> UsageError:
    return UsageError(
        f"the settings {path} are written in a way that no program can change",
        hint="change it in an editor, or write each table once and in one piece",
    )


def _as_table(item: object, name: str, path: Path) -> _Table:
    if not isinstance(item, MutableMapping):
        message = f"in the settings {path} {name} is no table"
        raise UsageError(message, hint=f"write it as [{name}]")
    return item


def _write(path: Path, text: str) -> None:
    data = text.encode()
    if len(data) > MAX_BYTES:
        raise UsageError(f"the settings {path} would be larger than {MAX_BYTES} bytes")
    try:
        # Of a link, such as into a folder of dotfiles, what it leads to is replaced.
        target = path.resolve()
        make_private_directories(target.parent)
        write_private_file(target, data)
    except OSError as error:
        raise UsageError(f"the settings {path} cannot be written ({error.strerror})") from error
