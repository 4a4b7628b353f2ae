from dataclasses import replace

import pytest

from aicall_cli.engine.enums import Party
from aicall_cli.engine.transcript import TranscriptEntry
from aicall_cli.tui.line_text import line_text
from aicall_cli.tui.view_state import Notice

ENTRY = TranscriptEntry(Party.AGENT, 1, "It is noon.", 0.0, 1.0, final=True, interrupted=False)


def test_the_words_of_both_sides_begin_in_one_column() -> None:
    assert line_text(ENTRY) == "agent ▸ It is noon."
    assert line_text(replace(ENTRY, source=Party.CALLER)) == "you   ▸ It is noon."


def test_what_was_cut_short_says_so() -> None:
    assert line_text(replace(ENTRY, final=False)) == "agent ▸ It is noon.…"
    assert line_text(replace(ENTRY, interrupted=True)) == "agent ▸ It is noon. (interrupted)"


def test_notices_say_what_they_are() -> None:
    assert line_text(Notice(0.0, "frames lost", warning=True)) == "warning: frames lost"
    assert line_text(Notice(0.0, "idle\x1b[2J", warning=False)) == "note: idle\\x1b[2J"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[red]x[/red] :smile:", "[red]x[/red] :smile:"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\nb\rc", "a b c"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("שלום 你好 😀", "שלום 你好 😀"),
        ("\x00" * 70_000, "\\x00" * 70_000),
    ],
)
def test_the_peers_text_is_escaped(text: str, shown: str) -> None:
    assert line_text(replace(ENTRY, text=text)) == f"agent ▸ {shown}"
