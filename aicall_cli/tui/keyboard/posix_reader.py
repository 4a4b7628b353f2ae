"""Reads keys of a POSIX terminal on the event loop, without a thread."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Final, Protocol, Self

from aicall_cli.tui.keyboard.key_event import (
    AttributesAnswered,
    FlagsAnswered,
    KeyboardClosed,
    ParsedInput,
    ReleasesReported,
)
from aicall_cli.tui.keyboard.key_parser import KeyParser
from aicall_cli.tui.keyboard.key_reader import Receive
from aicall_cli.tui.keyboard.kitty import QUERY_ATTRIBUTES, KittyKeyboard

_LEAVE_SECONDS: Final = 1.0
"""How long a terminal may take to say that it has taken everything back."""


class Terminal(Protocol):
    """What the reader needs of a terminal; a ``PosixTerminal`` is one."""

    def fileno(self) -> int:
        """Return the descriptor that is readable when there are keys."""

    def enter(self, undo: Callable[[], str]) -> None:
        """Have each key at once; ``undo`` says what takes back what was written."""

    def read(self) -> bytes | None:
        """Return what is there; None once the terminal is gone."""

    def write(self, text: str) -> None:
        """Write without waiting."""

    def close(self) -> None:
        """Give the terminal back as it was."""


class PosixReader:
    """A KeyReader of ``terminal``, which it closes.

    With ``asks`` False it writes nothing and takes the keys as they come.
    """

    def __init__(
        self,
        terminal: Terminal,
        receive: Receive,
        *,
        write: Callable[[str], object] | None = None,
        asks: bool = True,
    ) -> None:
        self._terminal = terminal
        self._receive = receive
        self._write = write or terminal.write
        self._asks = asks
        self._parser = KeyParser()
        self._kitty = KittyKeyboard()
        self._timer: asyncio.TimerHandle | None = None
        self._said: bool | None = None
        self._answers = False
        self._questions = 0
        self._gone = False
        self._left: asyncio.Event | None = None

    def set_talk_keys(self, active: bool) -> None:
        """Have releases reported where possible, or else text typed as it is meant."""
        # A key that is down now may be let go without a word.
        self._parser.forget_held()
        if self._is_reading:
            self._tell(self._kitty.set_talk_keys(active))

    async def __aenter__(self) -> Self:
        try:
            self._begin(asyncio.get_running_loop())
        except BaseException:
            self._terminal.close()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if not self._gone:
                await self._leave()
        finally:
            self._stop()
            self._terminal.close()

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        self._terminal.enter(lambda: self._kitty.undo)
        loop.add_reader(self._terminal, self._readable)
        if self._asks:
            self._questions = 1
            self._tell(self._kitty.begin(loop.time()))
        else:
            self._say_releases(reported=False)
        self._arm()

    @property
    def _is_reading(self) -> bool:
        return self._asks and not self._gone and self._left is None

    async def _leave(self) -> None:
        """Take everything back and wait until no key can come in its form any more."""
        self._left = asyncio.Event()
        # What it still has to answer would be typed into the shell.
        may_answer = self._answers or self._kitty.deadline is not None
        self._tell(self._kitty.undo + (QUERY_ATTRIBUTES if may_answer else ""))
        self._kitty.undone()
        if may_answer:
            self._questions += 1
            with suppress(TimeoutError):
                async with asyncio.timeout(_LEAVE_SECONDS):
                    await self._left.wait()

    def _readable(self) -> None:
        data = self._terminal.read()
        if data is None:
            self._gone = True
            self._stop()
            if self._left is None:
                self._receive(KeyboardClosed())
            else:
                self._left.set()
            return
        self._take(self._parser.feed(data, asyncio.get_running_loop().time()))

    def _expire(self) -> None:
        now = asyncio.get_running_loop().time()
        self._timer = None
        self._tell(self._kitty.expire(now))
        self._take(self._parser.expire(now))

    def _take(self, items: Sequence[ParsedInput]) -> None:
        self._arm()
        self._questions -= sum(isinstance(item, AttributesAnswered) for item in items)
        if self._left is not None:
            if self._questions <= 0:
                self._left.set()
            return
        for item in items:
            if isinstance(item, FlagsAnswered):
                self._tell(self._kitty.flags_answered(item.flags))
            elif isinstance(item, AttributesAnswered):
                self._answers = True
                self._tell(self._kitty.attributes_answered())
        self._look_for_releases()
        for item in items:
            if not isinstance(item, FlagsAnswered | AttributesAnswered):
                self._receive(item)

    def _look_for_releases(self) -> None:
        reported = self._kitty.reports_releases or self._parser.releases_seen
        if reported or self._kitty.known:
            self._say_releases(reported=reported)

    def _say_releases(self, *, reported: bool) -> None:
        if self._said is not reported:
            self._said = reported
            self._receive(ReleasesReported(reported))

    def _tell(self, text: str) -> None:
        if text:
            with suppress(OSError, ValueError):  # who shows the call meets that as well
                self._write(text)

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        deadlines = (self._parser.deadline, self._kitty.deadline)
        due = [deadline for deadline in deadlines if deadline is not None]
        if due:
            self._timer = asyncio.get_running_loop().call_at(min(due), self._expire)

    def _stop(self) -> None:
        asyncio.get_running_loop().remove_reader(self._terminal)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
