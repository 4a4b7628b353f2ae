import pytest

from aicall_cli.agent.toml_table import TomlTable
from aicall_cli.errors import UsageError


def test_entries_are_taken_once_and_by_type() -> None:
    table = TomlTable({"a": 1, "b": True, "c": ["x"], "d": "y"}, "the table")
    assert "a" in table
    assert table.number("a", 0, 0, 5) == 1
    assert "a" not in table
    assert table.take("b", bool, False) is True
    assert table.take("b", bool, False) is False
    assert table.texts("c") == ("x",)
    assert table.text("d") == "y"
    table.finish()


def test_a_true_is_no_number() -> None:
    with pytest.raises(UsageError, match="the table: a is not of type int"):
        TomlTable({"a": True}, "the table").take("a", int, 0)


def test_what_is_no_table_is_refused() -> None:
    with pytest.raises(UsageError, match="the table is not a table"):
        TomlTable(3, "the table")
