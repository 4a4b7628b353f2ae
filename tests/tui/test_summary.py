from dataclasses import replace

import pytest

from aicall_cli.client.push_file import PushReport
from aicall_cli.client.summary import CallSummary
from aicall_cli.engine.enums import EndReason
from aicall_cli.engine.events import CallEnded
from aicall_cli.tui.figure_rows import Mark, print_rows, row_lines
from aicall_cli.tui.summary import call_rows, push_rows
from tests.tui.calls import (
    ANSWERED,
    NOTHING_KNOWN,
    OVERLAPPED,
    STATISTICS,
    SUMMARY,
    UNANSWERED,
    with_turns,
)
from tests.tui.terminal import Terminal

DONE = PushReport(finished=True, replied=True)
BROKEN_OFF = PushReport(finished=False, replied=False)

GOOD = """\
agent       assistant
call        7.4 s, hung up
set-up      912 ms to the first packet
pushed      107 frames, 12 retried, 0 dropped
ticks       371 sent, 0 skipped
lateness    p50 0.10 ms, p99 0.41 ms, max 1.2 ms
turn 1      620 ms from end of speech to answer
packets     0 lost, 0 concealed, 0 recovered
network     jitter 0.30 ms, round trip 12 ms
quality     4.4 of 5, mean opinion score (estimate)
recording   recordings/2026-01-31T10-20-30-assistant-1a2b"""

UNKNOWN = """\
agent       assistant
call        0.0 s
set-up      –
pushed      0 frames, 0 retried, 0 dropped
            the input was not pushed to its end
ticks       0 sent, 0 skipped
lateness    –
turns       – (the caller finished no utterance)
network     –
quality     –
recording   –"""


def row(summary: CallSummary, label: str) -> tuple[str, Mark]:
    rows = {row.label: row for row in push_rows(summary, DONE)}
    return rows[label].value, rows[label].mark


def test_a_call_as_it_should_be() -> None:
    assert row_lines(push_rows(SUMMARY, DONE)) == GOOD.splitlines()


def test_what_is_not_known_is_a_dash() -> None:
    assert row_lines(push_rows(NOTHING_KNOWN, BROKEN_OFF)) == UNKNOWN.splitlines()


def test_an_input_that_the_call_did_not_last_for_is_told() -> None:
    lines = row_lines(push_rows(SUMMARY, BROKEN_OFF))
    assert lines[4] == "            the input was not pushed to its end"


@pytest.mark.parametrize("width", [60, 80, 120])
def test_on_a_terminal_no_line_wraps(width: int) -> None:
    terminal = Terminal(width)
    print_rows(terminal.console, push_rows(SUMMARY, DONE))
    assert terminal.lines == GOOD.splitlines()


def test_colour_is_for_what_wants_to_be_looked_at() -> None:
    terminal = Terminal()
    print_rows(terminal.console, push_rows(SUMMARY, DONE))
    assert terminal.text.count("\x1b[32m") == 1
    assert "\x1b[33m" not in terminal.text


def test_each_turn_says_how_it_went() -> None:
    lines = row_lines(push_rows(with_turns(ANSWERED, OVERLAPPED, UNANSWERED), DONE))
    assert lines[6:10] == [
        "turn 1      620 ms from end of speech to answer",
        "turn 2      200 ms (overlapping)",
        "turn 3      – (no answer)",
        "            620 ms on average, without overlapping turns",
    ]


def test_an_overlapping_turn_without_an_onset_is_a_dash() -> None:
    assert row(with_turns(replace(OVERLAPPED, latency=None)), "turn 1") == (
        "– (overlapping)",
        Mark.POOR,
    )


def test_without_an_average_there_is_no_row_for_it() -> None:
    turns = with_turns(UNANSWERED, UNANSWERED)
    summary = replace(turns, statistics=replace(turns.statistics, mean_latency=None))
    assert not any("average" in line for line in row_lines(push_rows(summary, DONE)))


def test_many_turns_are_cut() -> None:
    lines = row_lines(push_rows(with_turns(*[ANSWERED] * 40), DONE))
    assert "turn 12     620 ms from end of speech to answer" in lines
    assert "            and 28 more turns" in lines
    assert len(lines) < 30


def test_trouble_is_marked() -> None:
    assert STATISTICS.network is not None
    summary = replace(
        SUMMARY,
        ended=CallEnded(EndReason.CONNECTION_LOST, "nothing came for 5 s"),
        pushes=replace(SUMMARY.pushes, pushed=1, dropped=2),
        statistics=replace(
            STATISTICS,
            ticks=replace(STATISTICS.ticks, skipped=3),
            network=replace(STATISTICS.network, packets_lost=4, frames_recovered=3),
            messages_ignored=1,
        ),
    )
    assert row(summary, "call") == ("7.4 s, connection lost", Mark.POOR)
    assert row(summary, "pushed") == ("1 frame, 12 retried, 2 dropped", Mark.POOR)
    assert row(summary, "ticks") == ("371 sent, 3 skipped", Mark.POOR)
    assert row(summary, "packets") == ("4 lost, 0 concealed, 3 recovered", Mark.POOR)
    assert row(summary, "ignored") == ("1 message of the agent", Mark.POOR)


@pytest.mark.parametrize("reason", list(EndReason))
def test_every_end_has_its_words(reason: EndReason) -> None:
    value, _ = row(replace(SUMMARY, ended=CallEnded(reason, "")), "call")
    assert value.startswith("7.4 s, ")


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.0, "0.00 ms"), (0.00004, "0.04 ms"), (0.00149, "1.5 ms"), (0.0999, "100 ms")],
)
def test_milliseconds_have_the_digits_that_matter(seconds: float, shown: str) -> None:
    assert STATISTICS.network is not None
    network = replace(STATISTICS.network, jitter=seconds, round_trip=None)
    summary = replace(SUMMARY, statistics=replace(STATISTICS, network=network))
    assert row(summary, "network") == (f"jitter {shown}, round trip –", Mark.PLAIN)


def test_names_are_escaped_and_no_markup() -> None:
    summary = replace(SUMMARY, agent_id="[red]a\x1b[2J")
    terminal = Terminal()
    print_rows(terminal.console, push_rows(summary, DONE))
    assert terminal.lines[0] == "agent       [red]a\\x1b[2J"


def test_a_call_that_a_person_held_has_no_pushes_and_no_ticks() -> None:
    pushed = ("pushed", "ticks", "lateness")
    wanted = [line for line in GOOD.splitlines() if not line.startswith(pushed)]
    assert row_lines(call_rows(SUMMARY)) == wanted
