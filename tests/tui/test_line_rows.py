from dataclasses import replace

import pytest
from rich.text import Text

from aicall_cli.engine.enums import Party
from aicall_cli.engine.transcript import TranscriptEntry
from aicall_cli.tui.line_rows import growing_rows, line_rows
from aicall_cli.tui.view_state import Notice

ENTRY = TranscriptEntry(Party.AGENT, 1, "It is noon.", 0.0, 1.0, final=True, interrupted=False)


def plain(rows: list[Text]) -> list[str]:
    return [row.plain for row in rows]


def test_words_go_on_below_their_beginning() -> None:
    text = "It is noon, and the sun stands high over 北京和上海的高楼大厦之上."
    entry = replace(ENTRY, text=text)
    assert plain(line_rows(entry, 39)) == [
        "agent ▸ It is noon, and the sun stands",
        "        high over",
        "        北京和上海的高楼大厦之上.",
    ]


def test_a_notice_goes_on_below_its_beginning() -> None:
    assert plain(line_rows(Notice(0.0, "the microphone is gone", warning=True), 30)) == [
        "warning: the microphone is",
        "         gone",
    ]
    assert plain(line_rows(Notice(0.0, "the agent left", warning=False), 40)) == [
        "note: the agent left"
    ]


def test_interrupted_words_say_so() -> None:
    assert plain(line_rows(replace(ENTRY, interrupted=True), 40)) == [
        "agent ▸ It is noon. (interrupted)"
    ]


def test_what_grows_is_dim_and_has_only_its_end_when_it_is_long() -> None:
    (row,) = growing_rows(replace(ENTRY, text="It is"), 40, longest=100)
    assert row.plain == "agent ▸ It is"
    assert [span.style for span in row.spans] == ["bold magenta", "dim"]
    assert plain(growing_rows(replace(ENTRY, text="ab " * 20), 40, longest=9)) == [
        "agent ▸ …ab ab ab"
    ]


@pytest.mark.parametrize("text", ["a\x1b[2Jb", "a\x9bJ", "a\u202eb", "a\u2028b"])
def test_hostile_text_is_escaped(text: str) -> None:
    entry = replace(ENTRY, text=text)
    for rows in (
        line_rows(entry, 60),
        growing_rows(entry, 60, longest=100),
        line_rows(Notice(0.0, text, warning=True), 60),
    ):
        assert "\\" in rows[0].plain
        assert not set("\x1b\x9b\u202e\u2028") & set(rows[0].plain)


def test_words_keep_some_room_on_a_terminal_that_has_none() -> None:
    assert plain(line_rows(ENTRY, 3)) == ["agent ▸ It is noon."]
