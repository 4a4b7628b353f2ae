"""The reader of a Windows console, with a console of the tests' own; the real one is not here."""

import asyncio
import queue

import pytest

from aicall_cli.tui.keyboard.key_event import (
    KeyboardClosed,
    KeyboardInput,
    KeyEvent,
    KeyKind,
    ReleasesReported,
)
from aicall_cli.tui.keyboard.windows_reader import WindowsReader
from tests.tui.keyboard.console_input import key_record

pytestmark = pytest.mark.real_time


class FakeConsole:
    """A console into which the test puts records; None is its end."""

    def __init__(self) -> None:
        self.records: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self.calls: list[str] = []

    def enter(self) -> None:
        self.calls.append("enter")

    def read(self) -> bytes | None:
        return self.records.get(timeout=10)

    def interrupt(self) -> None:
        self.records.put(None)

    def restore(self) -> None:
        self.calls.append("restore")

    def close(self) -> None:
        self.calls.append("close")


async def test_keys_are_handed_over_in_order() -> None:
    console = FakeConsole()
    inputs: asyncio.Queue[KeyboardInput] = asyncio.Queue()
    async with WindowsReader(console, inputs.put_nowait) as reader:
        reader.set_talk_keys(active=True)
        console.records.put(key_record(0x20, " "))
        console.records.put(key_record(0x20, " ", down=False) + key_record(0x51, "q"))
        said = [await inputs.get() for _ in range(4)]
    assert said == [
        ReleasesReported(reported=True),
        KeyEvent("space", text=" "),
        KeyEvent("space", kind=KeyKind.RELEASE),
        KeyEvent("q", text="q"),
    ]
    assert console.calls == ["enter", "restore", "close"]
    assert inputs.empty()


async def test_a_console_that_is_gone_is_told_and_left_all_the_same() -> None:
    console = FakeConsole()
    inputs: asyncio.Queue[KeyboardInput] = asyncio.Queue()
    async with WindowsReader(console, inputs.put_nowait):
        console.records.put(None)
        assert [await inputs.get(), await inputs.get()] == [
            ReleasesReported(reported=True),
            KeyboardClosed(),
        ]
    assert console.calls == ["enter", "close", "restore"]


async def test_it_is_left_after_an_exception_and_when_cancelled() -> None:
    for error in (RuntimeError, asyncio.CancelledError):
        console = FakeConsole()
        with pytest.raises(error):
            async with WindowsReader(console, lambda item: None):
                raise error
        assert console.calls == ["enter", "restore", "close"]
