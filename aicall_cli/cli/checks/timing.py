"""How precise this machine's clock is, and how late the ticks of a call would be."""

import asyncio
import time

from aicall_cli.cli.checks.finding import Figures, Finding, State
from aicall_cli.clock import perf_clock
from aicall_cli.rtc.ticker import Tick, Ticker

TICKING_SECONDS = 2.0
COARSE_SECONDS = 0.001
"""A clock in steps of a millisecond or more cannot tell when a tick is due."""
LATE_SECONDS = 0.005
"""Lateness at the 99th percentile from which on the machine is too busy to be on time."""


def check_clock() -> Finding:
    """Judge the clock that everything is timed by."""
    clock = time.get_clock_info("perf_counter")
    figures: Figures = {"resolution_seconds": clock.resolution, "monotonic": clock.monotonic}
    message = f"{clock.implementation}, {clock.resolution * 1e9:g} ns"
    if clock.resolution >= COARSE_SECONDS or not clock.monotonic:
        advice = "use a newer system or Python: latencies and ticks cannot be exact with it"
        return Finding("clock", State.NOTE, message, advice, figures)
    return Finding("clock", State.OK, message, figures=figures)


async def check_timer() -> Finding:
    """Tick for two seconds as a call does, and judge how late it was."""

    def nothing(_: Tick) -> None:
        return

    ticks = Ticker.of_loop(perf_clock).add(nothing)
    try:
        await asyncio.sleep(TICKING_SECONDS)
    finally:
        ticks.cancel()
    lateness = ticks.lateness
    return judge_lateness(
        lateness.percentile(0.5), lateness.percentile(0.99), lateness.max, ticks.schedule.skipped
    )


def judge_lateness(
    middle: float | None, high: float | None, highest: float | None, skipped: int
) -> Finding:
    """Return what the lateness of ticks in seconds, and ticks that were skipped, say."""
    if middle is None or high is None or highest is None:
        return Finding("timer", State.BROKEN, "no tick came", "see what stops this machine")
    figures: Figures = {
        "lateness_p50_ms": round(middle * 1000, 3),
        "lateness_p99_ms": round(high * 1000, 3),
        "lateness_max_ms": round(highest * 1000, 3),
        "skipped": skipped,
    }
    message = (
        f"ticks {middle * 1000:.2g} ms late at the median, {high * 1000:.2g} ms at the 99th "
        f"percentile"
    )
    if skipped:
        message += f", {skipped} skipped"
    if skipped or high >= LATE_SECONDS:
        advice = "end what keeps this machine busy: audio will stutter when ticks come late"
        return Finding("timer", State.NOTE, message, advice, figures)
    return Finding("timer", State.OK, message, figures=figures)
