"""A call's figures for a person: two columns, units at every number, – for what is unknown."""

from collections.abc import Sequence
from typing import Final

from aicall_cli.client.push_file import PushReport
from aicall_cli.client.summary import CallSummary
from aicall_cli.engine.enums import EndReason
from aicall_cli.engine.events import CallEnded
from aicall_cli.engine.latency import Turn
from aicall_cli.rtc.network_statistics import NetworkStatistics
from aicall_cli.session.statistics import PushStatistics, TickStatistics
from aicall_cli.text import escape
from aicall_cli.tui.figure_rows import ABSENT, REASONS, Mark, Row, milliseconds, turn_row

MAX_TURNS: Final = 12
"""Turns that get a row each; the rest is in ``summary.json``."""


def push_rows(summary: CallSummary, report: PushReport) -> list[Row]:
    """Return the rows of a call into which was pushed."""
    statistics = summary.statistics
    return [
        *_beginning(summary),
        *_pushed_rows(summary.pushes, report),
        *_tick_rows(statistics.ticks),
        *_rest(summary),
    ]


def call_rows(summary: CallSummary) -> list[Row]:
    """Return the rows of a call that a person held."""
    return [*_beginning(summary), *_rest(summary)]


def _beginning(summary: CallSummary) -> list[Row]:
    statistics = summary.statistics
    return [
        Row("agent", escape(summary.agent_id)),
        _call_row(statistics.duration, summary.ended),
        _set_up_row(statistics.first_packet_after),
    ]


def _rest(summary: CallSummary) -> list[Row]:
    statistics = summary.statistics
    return [
        *_turn_rows(statistics.turns, statistics.mean_latency),
        *_network_rows(statistics.network, statistics.opinion_score),
        *_ignored_rows(statistics.messages_ignored),
        Row("recording", escape(str(summary.recording)) if summary.recording else ABSENT),
    ]


def _call_row(duration: float, ended: CallEnded | None) -> Row:
    reason = f", {REASONS[ended.reason]}" if ended else ""
    poor = ended is not None and (ended.reason.is_error or ended.reason is EndReason.TIMEOUT)
    return Row("call", f"{duration:.1f} s{reason}", Mark.POOR if poor else Mark.PLAIN)


def _set_up_row(first_packet_after: float | None) -> Row:
    if first_packet_after is None:
        return Row("set-up", ABSENT)
    return Row("set-up", f"{milliseconds(first_packet_after)} to the first packet")


def _pushed_rows(pushes: PushStatistics, report: PushReport) -> list[Row]:
    counts = f"{_count(pushes.pushed, 'frame')}, {pushes.retried} retried, {pushes.dropped} dropped"
    rows = [Row("pushed", counts, Mark.POOR if pushes.dropped else Mark.PLAIN)]
    if not report.finished:
        rows.append(Row("", "the input was not pushed to its end", Mark.POOR))
    return rows


def _tick_rows(ticks: TickStatistics) -> list[Row]:
    mark = Mark.POOR if ticks.skipped else Mark.PLAIN
    lateness = (
        f"p50 {milliseconds(ticks.lateness_p50)}, p99 {milliseconds(ticks.lateness_p99)}, "
        f"max {milliseconds(ticks.lateness_max)}"
    )
    return [
        Row("ticks", f"{ticks.sent} sent, {ticks.skipped} skipped", mark),
        Row("lateness", ABSENT if ticks.lateness_max is None else lateness),
    ]


def _turn_rows(turns: Sequence[Turn], mean: float | None) -> list[Row]:
    if not turns:
        return [Row("turns", f"{ABSENT} (the caller finished no utterance)")]
    rows = [turn_row(number, turn) for number, turn in enumerate(turns, start=1)][:MAX_TURNS]
    if len(turns) > MAX_TURNS:
        rows.append(Row("", f"and {len(turns) - MAX_TURNS} more turns"))
    if len(turns) > 1 and mean is not None:
        rows.append(Row("", f"{milliseconds(mean)} on average, without overlapping turns"))
    return rows


def _network_rows(network: NetworkStatistics | None, opinion_score: float | None) -> list[Row]:
    if network is None:
        return [Row("network", ABSENT), Row("quality", ABSENT)]
    poor = network.packets_lost or network.frames_concealed
    return [
        Row(
            "packets",
            f"{network.packets_lost} lost, {network.frames_concealed} concealed, "
            f"{network.frames_recovered} recovered",
            Mark.POOR if poor else Mark.PLAIN,
        ),
        Row(
            "network",
            f"jitter {milliseconds(network.jitter)}, round trip {milliseconds(network.round_trip)}",
        ),
        Row("quality", ABSENT if opinion_score is None else _opinion(opinion_score)),
    ]


def _opinion(score: float) -> str:
    return f"{score:.1f} of 5, mean opinion score (estimate)"


def _ignored_rows(ignored: int) -> list[Row]:
    if not ignored:
        return []
    return [Row("ignored", f"{_count(ignored, 'message')} of the agent", Mark.POOR)]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
