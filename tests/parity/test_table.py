"""The table has every name, says nothing that is not so, and is what the README has."""

import tomllib
from collections import Counter

import pytest

from tests.parity.markdown import render
from tests.parity.readme import README, with_tables
from tests.parity.resolve import (
    has_command,
    has_line,
    has_python,
    json_name,
    key_label,
    missing_tests,
)
from tests.parity.rows import Row, Table, read_names, read_tables

TABLES = read_tables()
ROWS = [row for table in TABLES for row in table.rows]
USED = Counter(
    (platform, name) for row in ROWS for platform in row.names for name in row.names[platform]
)
LISTED = {(platform, name) for platform, names in read_names().items() for name in names}


def test_every_name_has_one_row_and_every_row_a_name() -> None:
    assert not LISTED - set(USED), "names without a row"
    assert not set(USED) - LISTED, "rows of names that are not listed"
    assert not [name for name, count in USED.items() if count > 1]
    assert all(row.names for row in ROWS)


def test_the_ios_engine_has_the_members_that_its_page_has() -> None:
    ios = tomllib.loads((README.parent / "tests/parity/names.toml").read_text())["ios"]
    assert [len(ios[part]) for part in ("interface", "factory", "delegate")] == [36, 1, 29]


def test_no_row_has_an_empty_cell() -> None:
    empty = [name for row in ROWS for name in _empty_cells(row)]
    assert not empty


def _empty_cells(row: Row) -> list[str]:
    """Return what is missing in a row; one of video calls may lack all but what happens here."""
    events = [name for name in row.python if json_name(name)]
    cells = {
        "Python": row.python or row.note,
        "command line": row.video_only or row.command or row.line or row.key or events,
        "shown by": row.video_only or row.test,
        "what happens here": not row.video_only or row.note,
    }
    return [f"{cell} of {row.names}" for cell, said in cells.items() if not said]


def test_what_a_row_names_is_there() -> None:
    for row in ROWS:
        assert all(map(has_python, row.python)), row.python
        assert all(map(has_command, row.command)), row.command
        assert all(map(has_line, row.line)), row.line
        assert all(map(key_label, row.key)), row.key


def test_each_row_s_tests_are_there() -> None:
    tests = {test for row in ROWS for test in row.test}
    assert all(test.startswith("tests/integration/") for test in tests), "a real call is meant"
    wrong = {"tests/parity/test_table.py::test_sing", "tests/no.py::test_sing"}
    assert missing_tests(tests | wrong) == wrong


def test_the_readme_has_the_tables_as_they_are() -> None:
    text = README.read_text(encoding="utf-8")
    assert with_tables(text) == text, "write them anew: python -m tests.parity"


def test_what_is_not_there_is_noticed() -> None:
    assert len(_empty_cells(Row(names={"ios": ("a",)}))) == 3
    assert len(_empty_cells(Row(names={"ios": ("a",)}, python=("VoiceIdChanged",)))) == 1
    assert len(_empty_cells(Row(names={"ios": ("a",)}, python=("x",), video_only=True))) == 1
    wrong = "call.controls.sing()", "Sing", "call.controls.mute.x", ""
    assert not any(map(has_python, wrong))
    assert not any(map(has_command, ("sing", "call --sing", "cloud sing")))
    assert not has_line("sing")
    with pytest.raises(ValueError, match="sing"):
        key_label("sing")


def test_platforms_are_told_apart_where_they_spell_it_otherwise() -> None:
    row = Row(
        names={"ios": ("a", "T", "T.x", "T.y"), "web": ("a", "b")},
        python=("VoiceIdChanged", "call"),
        note="or not",
        key=("mute",),
        line=("set_muted",),
        command=("call --ptt",),
        test=("tests/integration/test_x.py::test_it_is_so[here]",),
    )
    (line,) = (
        it for it in render([Table("Title", "Vendor", "", (row,))]).splitlines() if "`a`" in it
    )
    assert line == (
        "| `a` (iOS, web), `T`, `.x`, `.y` (iOS), `b` (web) "
        "| `VoiceIdChanged(voice_id)`, `call`: or not "
        "| key `m`, line `set_muted`, `aicall call --ptt`, event `voice_id_changed` "
        "| [it is so: here](tests/integration/test_x.py) |"
    )
