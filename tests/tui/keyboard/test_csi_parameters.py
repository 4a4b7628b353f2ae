import pytest

from aicall_cli.tui.keyboard.csi_parameters import field, read_fields


def test_fields_and_their_parts_are_read() -> None:
    assert read_fields("97:65:;1:3;;") == [[97, 65, None], [1, 3], [None], [None]]


def test_no_parameters_are_one_field_left_out() -> None:
    assert read_fields("") == [[None]]


@pytest.mark.parametrize("text", ["<1", "1;?2", "12345678", "1:=", "٣"])
def test_anything_else_is_no_number(text: str) -> None:
    assert read_fields(text) is None


def test_what_was_left_out_is_the_default() -> None:
    fields = read_fields("5;:3")
    assert fields is not None
    assert field(fields, 0) == 5
    assert field(fields, 1) == 1
    assert field(fields, 1, 1) == 3
    assert field(fields, 1, 2, default=7) == 7
    assert field(fields, 2, default=0) == 0
