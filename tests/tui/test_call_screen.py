import re
from dataclasses import replace

import pytest

from aicall_cli.tui.call_screen import conversation_height, render_call
from aicall_cli.tui.call_state import Flash
from aicall_cli.tui.terminal_screen import TerminalScreen
from tests.tui.call_pictures import FILES, LABELS, NOW, SHOTS, STATES, Shot
from tests.tui.call_states import CONNECTED
from tests.tui.terminal import Terminal


def texts(width: int, height: int, now: float = NOW, name: str = "conversation") -> list[str]:
    return [row.plain for row in render_call(STATES[name], LABELS, now, width, height).rows]


@pytest.mark.parametrize("shot", SHOTS, ids=str)
def test_every_picture_is_as_it_was_when_it_was_looked_at(shot: Shot) -> None:
    assert shot.text == shot.file.read_text(encoding="utf-8")


def test_no_file_is_kept_of_a_picture_that_is_none() -> None:
    assert {file.name for file in FILES.iterdir()} == {shot.file.name for shot in SHOTS}


@pytest.mark.parametrize("shot", SHOTS, ids=str)
def test_pictures_fill_the_screen_and_leave_the_last_column_free(shot: Shot) -> None:
    rows = shot.picture.rows
    assert len(rows) == shot.height
    assert max(row.cell_len for row in rows) < shot.width


@pytest.mark.parametrize("shot", SHOTS, ids=str)
def test_a_terminal_shows_the_picture(shot: Shot) -> None:
    terminal = Terminal(shot.width, shot.height)
    with TerminalScreen(terminal.console) as screen:
        screen.paint(shot.picture)
        assert terminal.lines == shot.text.rstrip().split("\n")


def test_nothing_of_the_peer_reaches_the_terminal_as_it_is() -> None:
    for shot in SHOTS:
        assert not any(re.search("[\x00-\x1f\x7f-\x9f]", row.plain) for row in shot.picture.rows)


def test_what_is_not_final_is_dim_and_the_speakers_have_colours() -> None:
    rows = Shot("conversation", 80, 24).picture.rows
    styles = {row.plain[:6]: [str(span.style) for span in row.spans] for row in rows}
    assert styles["you   "] == ["bold cyan"]
    assert styles["agent "] == ["bold magenta", "dim"]


@pytest.mark.parametrize("width", [1, 20, 40, 60])
@pytest.mark.parametrize("height", range(1, 16))
def test_less_room_shows_less_and_breaks_nothing(width: int, height: int) -> None:
    for name in STATES:
        rows = texts(width, height, name=name)
        assert len(rows) <= max(height, 3)


def test_the_most_important_rows_stay_longest() -> None:
    low = texts(60, 6)
    assert low[0].startswith("assistant")
    assert low[3].startswith("● speaking")
    assert low[4].startswith("● you are heard")
    assert "hang up" in low[-1]
    assert conversation_height(6) == 2
    assert conversation_height(24) == 16


def test_a_notice_stays_for_its_time() -> None:
    state = replace(CONNECTED, flash=Flash("muted", warning=False, until=20.0))
    shown = [row.plain for row in render_call(state, LABELS, 19.9, 80, 24).rows]
    assert "muted" in shown
    later = [row.plain for row in render_call(state, LABELS, 20.0, 80, 24).rows]
    assert "muted" not in later


def test_the_cursor_is_where_text_is_typed() -> None:
    picture = Shot("typing", 60, 16).picture
    assert picture.cursor == (31, 12)
    assert picture.rows[12].plain == "text ▸ what is the time in 北京"
    assert Shot("help", 60, 16).picture.cursor is None
