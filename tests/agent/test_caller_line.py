import asyncio

import numpy as np

from aicall_cli.agent.caller_line import CallerLine
from aicall_cli.protocol.signaling import Bye
from aicall_cli.rtc.peer import PeerHandlers
from tests.agent.fake_peer import FakePeer


async def test_a_line_carries_what_comes_until_it_is_closed_and_ends_once() -> None:
    said: list[str] = []
    peers: list[FakePeer] = []

    def make_peer(handlers: PeerHandlers) -> FakePeer:
        peers.append(FakePeer(handlers))
        return peers[-1]

    handlers = PeerHandlers(
        on_audio=lambda frame: said.append("audio"),
        on_message=lambda data: said.append(str(data)),
        on_channel_open=lambda: said.append("open"),
        on_closed=said.append,
    )
    line = CallerLine(make_peer, handlers)
    (peer,) = peers
    waiting = asyncio.ensure_future(line.over())
    for again in (True, False):
        peer.handlers.on_channel_open()
        peer.handlers.on_message("hello")
        peer.hand_in(np.zeros(960, np.int16))
        peer.handlers.on_closed("lost")
        assert line.open is again
        line.close(Bye("enough") if again else None)
    assert said == ["open", "hello", "audio", "lost"]
    assert await waiting == await line.over() == Bye("enough")
