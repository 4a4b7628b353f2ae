from aicall_cli.tui.keyboard.key_event import NO_TEXT, Modifiers


def test_modifiers_have_the_bits_of_the_kitty_protocol() -> None:
    bits = [modifier.value for modifier in Modifiers if modifier]
    assert bits == [1, 2, 4, 8, 16, 32]


def test_shift_alone_still_types() -> None:
    assert not Modifiers.SHIFT & NO_TEXT
    assert Modifiers.CTRL & NO_TEXT
    assert (Modifiers.SHIFT | Modifiers.ALT) & NO_TEXT
