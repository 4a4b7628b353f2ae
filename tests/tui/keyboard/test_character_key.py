import pytest

from aicall_cli.tui.keyboard.character_key import (
    capital_letter,
    character_of,
    is_printable,
    small_letter,
    typed,
)
from aicall_cli.tui.keyboard.key_event import KeyEvent, Modifiers


@pytest.mark.parametrize(
    ("code", "character"),
    [
        (0x20, " "),
        (0x61, "a"),
        (0x1F600, "😀"),
        (0x1F, ""),
        (0x7F, ""),
        (0x9B, ""),
        (0xD800, ""),
        (0xE000, ""),
        (0x2028, ""),
        (0x110000, ""),
        (-1, ""),
    ],
)
def test_a_code_point_is_a_character_only_if_a_key_types_it(code: int, character: str) -> None:
    assert character_of(code) == character


def test_marks_and_joiners_are_typed() -> None:
    assert all(map(is_printable, "\u0301\u200d\ufe0f"))


def test_a_letter_has_one_small_form_or_stays_as_it_is() -> None:
    assert [small_letter(letter) for letter in ("A", "a", "İ", "1")] == ["a", "a", "İ", "1"]


def test_only_letters_have_capitals() -> None:
    assert [capital_letter(letter) for letter in ("a", "A", "ß", "/")] == ["A", "", "", ""]


def test_a_capital_was_typed_with_shift() -> None:
    assert typed("Q") == KeyEvent("q", Modifiers.SHIFT, text="Q")


def test_with_alt_nothing_is_typed() -> None:
    assert typed("q", Modifiers.ALT) == KeyEvent("q", Modifiers.ALT)
