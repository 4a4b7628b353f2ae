"""Processor time of the interface of a call, beside Rich's own ``Live`` with the same rows."""

import asyncio
import os
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TextIO, cast

from rich.console import Console
from rich.live import Live
from rich.text import Text

from aicall_cli.engine.enums import Party
from aicall_cli.tui.call_screen import render_call
from aicall_cli.tui.call_state import CallScreenState, Levels
from aicall_cli.tui.keyboard.key_map import create_key_map
from aicall_cli.tui.output_thread import OutputThread
from aicall_cli.tui.terminal_screen import Picture, TerminalScreen
from tests.bench.outcome import Outcome
from tests.bench.scale import Scale
from tests.tui.call_states import CONNECTED, VIEW, spoken

TARGET_PERCENT = 3.0
REDRAWS_PER_SECOND = 15
_WIDTH, _HEIGHT = 120, 40
_LABELS = create_key_map().labels
_SAID = tuple(
    spoken(
        Party.AGENT if n % 2 else Party.CALLER, n, "some words that are said here, " * (1 + n % 4)
    )
    for n in range(200)
)


async def measure(scale: Scale) -> list[Outcome]:
    """Redraw a call with a long conversation, in which each time the meters and a word change."""
    redraws = round(scale.ticks * REDRAWS_PER_SECOND)
    ours = await asyncio.to_thread(_share, redraws, _paint)
    plain = await asyncio.to_thread(_share, redraws, _live)
    return [
        Outcome(
            measure=f"CPU of the interface, {REDRAWS_PER_SECOND} redraws/s, {_WIDTH}×{_HEIGHT}",
            target=f"≤ {TARGET_PERCENT:g} % of a core",
            unit="%",
            ours=ours,
            plain=plain,
            met=ours <= TARGET_PERCENT,
            details={"redraws": redraws, "plain": "rich.live.Live with the same rows"},
        )
    ]


def _share(redraws: int, draw: Callable[[Console, Iterator[Picture]], None]) -> float:
    """Return percent of a core that so many redraws take of the time that they are for."""
    with Path(os.devnull).open("w") as terminal, OutputThread(terminal) as output:
        console = Console(
            file=cast(TextIO, output),
            force_terminal=True,
            width=_WIDTH,
            height=_HEIGHT,
            _environ={"TERM": "xterm-256color"},
        )
        began = time.process_time()
        draw(console, _pictures(redraws))
        used = time.process_time() - began
    return 100 * used * REDRAWS_PER_SECOND / redraws


def _paint(console: Console, pictures: Iterator[Picture]) -> None:
    with TerminalScreen(console) as screen:
        for picture in pictures:
            screen.paint(picture)


def _live(console: Console, pictures: Iterator[Picture]) -> None:
    with Live(console=console, screen=True, auto_refresh=False, redirect_stdout=False) as live:
        for picture in pictures:
            live.update(Text("\n").join(picture.rows), refresh=True)


def _pictures(count: int) -> Iterator[Picture]:
    for number in range(count):
        yield render_call(_state(number), _LABELS, 0.0, _WIDTH, _HEIGHT)


def _state(number: int) -> CallScreenState:
    levels = random.Random(number)
    growing = spoken(Party.AGENT, 500, "word " * (number // 6 % 60), final=False)
    return replace(
        CONNECTED,
        view=replace(VIEW, conversation=(*_SAID, growing)),
        duration=number / REDRAWS_PER_SECOND,
        levels=Levels(
            tuple(levels.randrange(256) for _ in range(24)),
            tuple(levels.randrange(256) for _ in range(24)),
        ),
    )
