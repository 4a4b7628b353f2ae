"""The terminal of the tests, against a program that does nothing for the tests' sake."""

import os
import sys

assert sys.platform != "win32"

from tests.support.terminal import Terminal  # noqa: E402 - for Windows mypy stops above
from tests.support.terminal_keyboard import Step, TerminalKeyboard  # noqa: E402
from tests.support.terminal_output import TerminalOutput  # noqa: E402


def encode(keyboard: TerminalKeyboard, *keys: str) -> list[bytes]:
    return [keyboard.key(key, step) for key in keys for step in Step]


def test_a_plain_terminal_sends_bytes_and_no_releases() -> None:
    keyboard = TerminalKeyboard(kitty=0)
    assert encode(keyboard, "space") == [b" ", b" ", b""]
    assert encode(keyboard, "?", "ctrl+c", "up", "Ü")[::3] == [
        b"?",
        b"\x03",
        b"\x1b[A",
        "Ü".encode(),
    ]


def test_kitty_sends_what_its_flags_say() -> None:
    output = TerminalOutput(20, 5, TerminalKeyboard())
    assert output.feed(b"\x1b[?u\x1b[c") == b"\x1b[?0u\x1b[?62;22c"
    output.feed(b"\x1b[>1u")
    assert encode(output.keyboard, "p") == [b"p", b"p", b""]
    assert encode(output.keyboard, "escape") == [b"\x1b[27u", b"\x1b[27u", b""]
    assert output.feed(b"\x1b[>11u\x1b[?u") == b"\x1b[?11u"
    assert encode(output.keyboard, "space", "P", "up", "ctrl+c") == [
        b"\x1b[32u",
        b"\x1b[32;1:2u",
        b"\x1b[32;1:3u",
        b"\x1b[112;2u",
        b"\x1b[112;2:2u",
        b"\x1b[112;2:3u",
        b"\x1b[A",
        b"\x1b[1;1:2A",
        b"\x1b[1;1:3A",
        b"\x1b[99;5u",
        b"\x1b[99;5:2u",
        b"\x1b[99;5:3u",
    ]
    output.feed(b"\x1b[<2u")
    assert encode(output.keyboard, "p") == [b"p", b"p", b""]
    assert output.keyboard.untouched


def test_each_screen_has_flags_and_a_picture_of_its_own() -> None:
    output = TerminalOutput(20, 5, TerminalKeyboard())
    output.feed(b"main\x1b[>1u\x1b[?1049h")
    assert output.keyboard.flags == 0
    output.feed(b"other")
    assert output.screen.display[0].strip() == "other"
    output.feed(b"\x1b[?1049l")
    assert output.keyboard.flags == 1
    assert output.screen.display[0].strip() == "main"
    output.feed(b"\x1b[?1049h")
    assert output.screen.display[0].strip() == ""
    assert not output.keyboard.untouched


def test_requests_may_come_in_pieces_and_are_not_drawn() -> None:
    output = TerminalOutput(20, 5, TerminalKeyboard())
    answers = [output.feed(bytes([byte])) for byte in "a\x1b[>11u\x1b[?uä\x1b[?2004h".encode()]
    assert b"".join(answers) == b"\x1b[?11u"
    assert output.screen.display[0].strip() == "aä"
    assert output.keyboard.modes == {2004}


def test_win32_input_is_sent_when_it_is_switched_on() -> None:
    output = TerminalOutput(20, 5, TerminalKeyboard(kitty=0, win32=True))
    assert output.keyboard.key("space") == b" "
    assert output.feed(b"\x1b[?u\x1b[?9001h") == b""
    assert encode(output.keyboard, "space")[::2] == [
        b"\x1b[32;0;32;1;0;1_",
        b"\x1b[32;0;32;0;0;1_",
    ]
    assert output.keyboard.key("?") == b"\x1b[191;0;63;1;16;1_"
    assert output.keyboard.key("ctrl+c") == b"\x1b[67;0;3;1;8;1_"


def test_a_paste_and_the_focus_are_marked_where_asked() -> None:
    keyboard = TerminalKeyboard()
    assert keyboard.paste("a\nb") == b"a\rb"
    assert keyboard.focus(focused=False) == b""
    keyboard.modes |= {2004, 1004}
    assert keyboard.paste("a\nb") == b"\x1b[200~a\rb\x1b[201~"
    assert keyboard.focus(focused=True) == b"\x1b[I"


def test_a_program_is_seen_answered_resized_and_ended() -> None:
    with Terminal(40, 10) as terminal:
        terminal.start(["sh", "-c", "stty size; read line; echo got $line; stty size"])
        terminal.wait_for("10 40")
        terminal.resize(60, 20)
        terminal.type_text("hi there")
        terminal.press("enter")
        assert terminal.finish() == 0
        assert terminal.lines == ["10 40", "hi there", "got hi there", "20 60"]
        terminal.assert_as_before()


def test_what_a_program_leaves_behind_is_noticed() -> None:
    with Terminal(40, 10) as terminal:
        for rude in ("stty -echo", "printf '\\033[?25l'", "printf '\\033[>1u'"):
            terminal.start(["sh", "-c", rude])
            assert terminal.finish() == 0
            assert not terminal.is_as_before
            terminal.start(["sh", "-c", "stty echo; printf '\\033[?25h\\033[<u'"])
            assert terminal.finish() == 0
            terminal.assert_as_before()


def test_wrapping_and_a_cursor_are_there_from_the_beginning() -> None:
    output = TerminalOutput(5, 3, TerminalKeyboard())
    output.feed(b"\x1b[?7l\x1b[?25lwithout")
    assert output.screen.display[:2] == ["witht", "     "]
    assert output.screen.cursor.hidden
    assert output.keyboard.modes == {7, 25}
    output.feed(b"\x1b[?7h\x1b[?25h")
    assert output.keyboard.untouched
    assert not output.screen.cursor.hidden


def test_what_nobody_read_is_seen() -> None:
    with Terminal(40, 10) as terminal:
        terminal.send(b"abc")
        assert terminal.unread == b"abc"
        assert terminal.is_as_before
        assert os.isatty(terminal._slave)
