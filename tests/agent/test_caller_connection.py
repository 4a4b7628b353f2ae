import asyncio

import pytest

from aicall_cli.agent.caller_connection import CallerConnection
from aicall_cli.agent.turn_settings import TurnSettings
from aicall_cli.engine.enums import ByeReason
from aicall_cli.rtc.peer import PeerHandlers
from tests.agent.fake_peer import FakePeer

SETTINGS = TurnSettings(online_timeout=30, offline_timeout=5)


class Told:
    """A connection, its peers and what its handlers were told."""

    def __init__(self, *, resumable: bool) -> None:
        self.peers: list[FakePeer] = []
        self.said: list[str] = []
        clock = asyncio.get_running_loop().time
        handlers = PeerHandlers(
            on_audio=lambda frame: self.said.append("audio"),
            on_message=lambda data: self.said.append("message"),
            on_channel_open=lambda: self.said.append("open"),
            on_closed=self.said.append,
        )
        self.connection = CallerConnection(
            self.make_peer, handlers, SETTINGS, clock, resumable=resumable
        )

    def make_peer(self, handlers: PeerHandlers) -> FakePeer:
        self.peers.append(FakePeer(handlers))
        return self.peers[-1]


async def test_a_line_that_cannot_be_resumed_is_the_callers_leaving() -> None:
    told = Told(resumable=False)
    told.peers[0].handlers.on_channel_open()
    told.peers[0].handlers.on_closed("the media connection failed")
    assert told.said == ["open", "the media connection failed"]


async def test_one_that_can_be_is_waited_for() -> None:
    told = Told(resumable=True)
    connection = told.connection
    told.peers[0].handlers.on_channel_open()
    before = connection.connected
    told.peers[0].handlers.on_closed("the media connection failed")
    assert (before, connection.connected) == (True, False)
    assert not connection.line.open
    assert await connection.line.over() is None
    told.peers[0].handlers.on_message("late")
    connection.lose(connection.line, "again")
    assert told.said == ["open"]


async def test_a_new_line_puts_the_old_one_out() -> None:
    told = Told(resumable=True)
    connection, old = told.connection, told.connection.line
    line = connection.replace(told.make_peer)
    assert connection.line is line
    goodbye = await old.over()
    assert goodbye is not None
    assert goodbye.code == ByeReason.REPLACED
    told.peers[0].handlers.on_message("late")
    told.peers[0].handlers.on_closed("late")
    told.peers[1].handlers.on_message("in time")
    assert told.said == ["message"]
    assert line.open


async def test_patience_is_shorter_once_something_came() -> None:
    told = Told(resumable=True)
    connection = told.connection
    loop = asyncio.get_running_loop()
    await asyncio.sleep(3)
    connection.begin()
    await asyncio.sleep(2)
    assert connection.silent_for(loop.time()) == pytest.approx(2)
    assert connection.patience == 30
    told.peers[0].last_arrival = loop.time()
    await asyncio.sleep(4)
    assert connection.silent_for(loop.time()) == pytest.approx(4)
    assert connection.patience == 5
    connection.replace(told.make_peer)
    assert connection.silent_for(loop.time()) == 0
