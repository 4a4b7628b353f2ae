"""A keyboard without a terminal: a test presses its keys."""

from types import TracebackType
from typing import Self

from aicall_cli.tui.keyboard.key_event import KeyboardInput
from aicall_cli.tui.keyboard.key_reader import Receive


class FakeReader:
    """Hands on what it is given, and notes what it is to report."""

    def __init__(self) -> None:
        self.talk_keys: list[bool] = []
        """What ``set_talk_keys`` was told."""
        self.entered = False
        self._receive: Receive = lambda item: None

    def open(self, receive: Receive) -> Self:
        """Take where the inputs go."""
        self._receive = receive
        return self

    def give(self, item: KeyboardInput) -> None:
        """Let an input come."""
        self._receive(item)

    def set_talk_keys(self, active: bool) -> None:
        """Note it."""
        self.talk_keys.append(active)

    async def __aenter__(self) -> Self:
        self.entered = True
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.entered = False
