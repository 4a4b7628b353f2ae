"""A program that says what its keyboard says, for the tests of the reader.

``python -m tests.integration.keyboard_child [ending]``: the keys t and x are its own: ``t``
goes over to typing text, where ``enter`` comes back; ``x`` ends it in the way of ``ending``.
"""

import asyncio
import os
import sys
from contextlib import suppress

from aicall_cli.cli.signals import run_until_signal
from aicall_cli.tui.keyboard.key_event import (
    FocusChanged,
    KeyboardClosed,
    KeyboardInput,
    KeyEvent,
    KeyKind,
    Pasted,
    ReleasesReported,
)
from aicall_cli.tui.keyboard.key_reader import KeyReader, open_key_reader, restore_keyboard


def _describe(item: KeyboardInput) -> str:
    match item:
        case KeyEvent(key, modifiers, kind, text):
            return f"{kind.name.lower()} {key} {modifiers.value} {text!a}"
        case Pasted(text):
            return f"pasted {text!a}"
        case FocusChanged(focused):
            return f"focus {focused}"
        case ReleasesReported(reported):
            return f"releases {reported}"
        case KeyboardClosed():
            return "closed"


def _say(line: str) -> None:
    with suppress(OSError):  # the terminal is gone
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


class _Program:
    def __init__(self, ending: str) -> None:
        self._ending = ending
        self._end = asyncio.Event()
        self._reader: KeyReader | None = None
        self._typing = False

    async def run(self) -> int:
        streams = (1, 2) if self._ending == "audio" else (0, 1, 2)
        self._reader = open_key_reader(self._receive, streams=streams)
        if self._reader is None:
            _say("no keyboard")
            return 3
        self._reader.set_talk_keys(active=True)
        async with self._reader:
            _say("reading")
            await self._end.wait()
            if self._ending == "exception":
                raise RuntimeError("as asked")
            if self._ending == "exit":
                sys.exit(5)
        _say("left")
        return 0

    def _receive(self, item: KeyboardInput) -> None:
        if isinstance(item, KeyboardClosed):
            self._end.set()
            return
        _say(_describe(item))
        if isinstance(item, KeyEvent) and item.kind is KeyKind.PRESS:
            self._do(item.key)

    def _do(self, key: str) -> None:
        assert self._reader is not None
        if key == ("enter" if self._typing else "t"):
            self._typing = not self._typing
            self._reader.set_talk_keys(active=not self._typing)
        elif key == "x" and not self._typing:
            if self._ending == "at once":
                restore_keyboard()
                os._exit(6)
            self._end.set()


if __name__ == "__main__":
    program = _Program(" ".join(sys.argv[1:]))
    sys.exit(run_until_signal(program.run))
