"""The names of other SDKs and the rows that say what each is here: ``names.toml``, ``rows.toml``.

A row may say:

===========================  ====================================================================
ios, android, web, server,   the names it stands for, as ``names.toml`` has them
daily, agora
python                       what it is here, as Python says it: public names of ``aicall_cli``,
                             or beginning with ``call``, ``call.controls``, ``stream``, …
                             (``resolve.objects``)
note                         what there is to say beside that
command                      commands with an option: ``call --ptt``
line                         commands of ``--control``
key                          actions of keys, by their names in the settings
test                         tests that show it in a real call, as pytest names them
video_only                   true where only calls with pictures have it
===========================  ====================================================================
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What some names of other SDKs are here."""

    names: Mapping[str, tuple[str, ...]]
    """By platform."""
    python: tuple[str, ...] = ()
    note: str = ""
    command: tuple[str, ...] = ()
    line: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    test: tuple[str, ...] = ()
    video_only: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of one family."""

    title: str
    vendor: str
    """The heading above its names."""
    intro: str
    rows: tuple[Row, ...]


@cache
def read_names() -> Mapping[str, frozenset[str]]:
    """Return every name that must have a row, by platform."""
    parts = _read("names.toml")
    return {
        platform: frozenset(name for names in lists.values() for name in names)
        for platform, lists in parts.items()
    }


def read_tables() -> tuple[Table, ...]:
    """Return the tables in their order."""
    return tuple(
        Table(
            table["title"],
            table["vendor"],
            table.get("intro", ""),
            tuple(_row(entries) for entries in table["row"]),
        )
        for table in _read("rows.toml")["table"]
    )


def _row(entries: Mapping[str, Any]) -> Row:
    said = dict(entries)
    names = {platform: _texts(said.pop(platform)) for platform in read_names() if platform in said}
    note, video_only = said.pop("note", ""), said.pop("video_only", False)
    lists = {key: _texts(value) for key, value in said.items()}
    return Row(names=names, note=note, video_only=video_only, **lists)


def _texts(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_HERE / name).read_text(encoding="utf-8"))
