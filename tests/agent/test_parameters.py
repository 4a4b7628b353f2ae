import pytest

from aicall_cli.agent.control_error import ControlError
from aicall_cli.agent.parameters import Parameters


def test_what_is_said_is_read() -> None:
    said = Parameters({"Id": "i1", "Size": "20", "On": "False", "At": "1970-01-01T00:01:00Z"})
    assert said.required("Id") == said.text("Id") == "i1"
    assert said.integer("Size", None, 1, 100) == 20
    assert said.truth("On", True) is False
    assert said.time("At", 0.0) == 60.0


def test_what_is_not_said_has_a_default() -> None:
    said = Parameters({})
    assert said.text("Id") == ""
    assert said.integer("Size", 10, 1, 100) == 10
    assert said.truth("On", True) is True
    assert said.time("At", 5.0) == 5.0


def test_what_is_required_is_missing() -> None:
    for said in (Parameters({}), Parameters({"Id": " "})):
        with pytest.raises(ControlError, match="MissingParameter: The parameter Id"):
            said.required("Id")
    with pytest.raises(ControlError, match="MissingParameter"):
        Parameters({}).integer("Size", None, 1, 100)


@pytest.mark.parametrize("size", ["0", "101", "-1", "1.0", "ten", "\u0661", " 1", "9" * 200])
def test_a_number_has_its_range(size: str) -> None:
    with pytest.raises(ControlError, match="Size is no whole number from 1 to 100"):
        Parameters({"Size": size}).integer("Size", 10, 1, 100)


def test_what_is_something_else_is_refused() -> None:
    said = Parameters({"On": "perhaps", "At": "today", "Text": "x" * 11})
    with pytest.raises(ControlError, match="On is neither true nor false"):
        said.truth("On", False)
    with pytest.raises(ControlError, match="At is no time as"):
        said.time("At", 0.0)
    with pytest.raises(ControlError, match="Text has 11 characters; at most 10 can be"):
        said.text("Text", 10)
