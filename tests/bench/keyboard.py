"""The keys of a call, typed into a real pseudo-terminal."""

import os
import pty
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing

from aicall_cli.client.call_controls import CallControls
from aicall_cli.clock import perf_clock
from aicall_cli.tui.call_keys import CallKeys
from aicall_cli.tui.keyboard.key_map import create_key_map
from aicall_cli.tui.keyboard.key_reader import open_key_reader
from aicall_cli.tui.keyboard.talk_key import TalkMode
from aicall_cli.tui.notice_board import NoticeBoard
from aicall_cli.tui.scrolling import Scrolling
from aicall_cli.tui.view_state import ViewModel
from tests.bench.outcome import BenchError

Press = Callable[[str], float]
"""Types a key and returns when that was."""


@asynccontextmanager
async def keyboard(controls: CallControls) -> AsyncIterator[Press]:
    """Have the call read keys from a terminal of its own."""
    model = ViewModel()
    keys = CallKeys(
        controls,
        create_key_map(),
        Scrolling(lambda: model.state, lambda: (80, 24)),
        NoticeBoard(),
        perf_clock,
        controls.hang_up,
        TalkMode.TOGGLE,
    )
    hand, terminal = pty.openpty()
    with closing(os.fdopen(hand, "wb", buffering=0)) as typing, closing(os.fdopen(terminal)):
        reader = open_key_reader(keys.receive, streams=(terminal,), variables={"TERM": "dumb"})
        if reader is None:
            raise BenchError("there is no terminal to type into")

        def press(key: str) -> float:
            keys.follow()
            pressed = perf_clock()
            typing.write(key.encode())
            return pressed

        async with reader:
            keys.attach(reader)
            yield press
