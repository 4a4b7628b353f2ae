"""One connection of a call's caller: its media, and how its signaling ends.

A call has one at a time. An instance's caller whose connection is lost may come back by
another, and the call goes on.
"""

import asyncio
from collections.abc import Callable
from typing import ParamSpec

from aicall_cli.agent.call_peer import CallPeer
from aicall_cli.protocol.signaling import Bye
from aicall_cli.rtc.peer import PeerHandlers

_Arguments = ParamSpec("_Arguments")


class CallerLine:
    """Carries what a peer brings to ``handlers`` until it is closed, and nothing after it."""

    def __init__(
        self, make_peer: Callable[[PeerHandlers], CallPeer], handlers: PeerHandlers
    ) -> None:
        self._over: asyncio.Future[Bye | None] = asyncio.get_running_loop().create_future()
        self.peer = make_peer(
            PeerHandlers(
                on_audio=self._while_open(handlers.on_audio),
                on_message=self._while_open(handlers.on_message),
                on_channel_open=self._while_open(handlers.on_channel_open),
                on_closed=self._while_open(handlers.on_closed),
            )
        )

    @property
    def open(self) -> bool:
        """Whether the caller can be reached by it."""
        return not self._over.done()

    def close(self, goodbye: Bye | None) -> None:
        """Give it up, and say ``goodbye`` if there is one; a second time changes nothing."""
        if self.open:
            self._over.set_result(goodbye)

    async def over(self) -> Bye | None:
        """Wait until it is given up; return what is said for it."""
        return await asyncio.shield(self._over)

    def _while_open(self, callback: Callable[_Arguments, None]) -> Callable[_Arguments, None]:
        def passed_on(*arguments: _Arguments.args, **keywords: _Arguments.kwargs) -> None:
            if self.open:
                callback(*arguments, **keywords)

        return passed_on
