from collections.abc import Sequence
from dataclasses import replace

import pytest

from aicall_cli.engine.enums import Party
from aicall_cli.engine.transcript import TranscriptEntry
from aicall_cli.tui.call_state import ScrollPlace
from aicall_cli.tui.conversation import MAX_SHOWN, Conversation
from aicall_cli.tui.view_state import MAX_LINES, ViewState

ROOM = 28
"""Twenty cells for the words."""


def entry(number: int, words: str = "", *, final: bool = True) -> TranscriptEntry:
    text = words or f"sentence {number}"
    return TranscriptEntry(Party.CALLER, number, text, 0.0, 0.0, final=final, interrupted=False)


def state_of(*entries: TranscriptEntry, before: int = 0) -> ViewState:
    return ViewState(conversation=entries, conversation_before=before)


def texts(conversation: Conversation) -> list[str]:
    return [row.plain.removeprefix("you   ▸ ").strip() for row in conversation.rows]


def shown(state: ViewState, place: ScrollPlace | None, height: int) -> list[str]:
    conversation = Conversation.of(state, ROOM)
    top = conversation.top(place, height)
    return texts(conversation)[top : top + height]


def scrolled(state: ViewState, moves: Sequence[int], height: int) -> ScrollPlace | None:
    place = None
    for rows in moves:
        place = Conversation.of(state, ROOM).scrolled(place, rows, height)
    return place


LONG = entry(2, "one two three four five six seven eight nine ten")
"""Three rows."""
CALL = state_of(entry(1), LONG, entry(3), entry(4, "not yet", final=False))


def test_lines_are_wrapped() -> None:
    assert texts(Conversation.of(CALL, ROOM)) == [
        "sentence 1",
        "one two three four",
        "five six seven eight",
        "nine ten",
        "sentence 3",
        "not yet",
    ]


def test_the_newest_is_followed() -> None:
    assert shown(CALL, None, 3) == ["nine ten", "sentence 3", "not yet"]
    assert len(shown(CALL, None, 10)) == 6


def test_scrolling_stops_at_both_ends() -> None:
    assert shown(CALL, scrolled(CALL, [-1], 3), 3)[-1] == "sentence 3"
    assert shown(CALL, scrolled(CALL, [-99], 3), 3)[0] == "sentence 1"
    assert scrolled(CALL, [-2, 1, 1], 3) is None
    assert scrolled(CALL, [-2, 99], 3) is None
    assert scrolled(CALL, [-1], 10) is None
    assert scrolled(ViewState(), [-1], 10) is None


def test_what_is_being_read_stays_where_it_is_while_more_comes() -> None:
    place = scrolled(CALL, [-2], 3)
    before = shown(CALL, place, 3)
    longer = entry(4, "and now it is much longer than before", final=False)
    grown = state_of(entry(1), LONG, entry(3), longer, entry(5))
    assert shown(grown, place, 3) == before


def test_what_is_being_read_stays_in_sight_when_the_width_changes() -> None:
    place = scrolled(CALL, [-2], 3)
    conversation = Conversation.of(CALL, 60)
    assert texts(conversation)[conversation.top(place, 2)].startswith("one two three")


def test_lines_that_are_not_kept_any_more_are_scrolled_away() -> None:
    place = ScrollPlace(line=1, row=2)
    later = state_of(*[entry(number) for number in range(5, 15)], before=4)
    assert shown(later, place, 3)[0] == "sentence 5"


def test_a_place_beyond_the_end_is_the_end() -> None:
    assert shown(CALL, ScrollPlace(line=99, row=0), 3)[-1] == "not yet"
    assert shown(CALL, ScrollPlace(line=3, row=99), 3)[-1] == "not yet"


def test_endless_sentences_are_shown_by_their_end() -> None:
    endless = replace(entry(1), text="word " * MAX_SHOWN)
    for final in (True, False):
        rows = texts(Conversation.of(state_of(replace(endless, final=final)), ROOM))
        assert rows[0].startswith("…")
        assert sum(map(len, rows)) <= MAX_SHOWN + 1


@pytest.mark.parametrize("room", [28, 60, 120])
def test_no_row_is_wider_than_the_room(room: int) -> None:
    hostile = ["北京" * 40, "שלום עולם " * 20, "\x1b[2J" * 9, "e\u0301" * 90, "👩‍👩‍👧" * 20]
    state = state_of(*[entry(number, words) for number, words in enumerate(hostile)])
    assert max(row.cell_len for row in Conversation.of(state, room).rows) <= room


def test_all_that_a_view_keeps_can_be_read_again() -> None:
    state = state_of(*[entry(number) for number in range(MAX_LINES)])
    assert shown(state, scrolled(state, [-MAX_LINES], 5), 5)[0] == "sentence 0"
