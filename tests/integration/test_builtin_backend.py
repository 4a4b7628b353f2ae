"""The built-in backend in a call, and how it ends there, over real sockets."""

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable

import numpy as np
import pytest

from aicall_cli.audio.format import TICK_SAMPLES
from aicall_cli.backends.builtin import BuiltinBackend
from aicall_cli.engine.commands import QueryAgentState
from aicall_cli.engine.connection import INTERRUPTED, RESUMED
from aicall_cli.engine.enums import AgentState
from aicall_cli.engine.events import (
    AgentStateChanged,
    ConnectionStatusChanged,
    DataChannelOpened,
)
from aicall_cli.errors import ConnectionLostError
from aicall_cli.protocol import signaling
from aicall_cli.protocol.aicallkit import encode_event
from aicall_cli.protocol.signaling import Bye, Leave
from tests.integration.backend_caller import TOKEN, Listener, backend_for, connected
from tests.integration.hostile_servers import JOINED, Caller, Script, signaling_server, until_closed


def in_call(then: Callable[[Caller], Awaitable[None]]) -> Script:
    async def script(caller: Caller) -> None:
        await caller.accept()
        await then(caller)

    return script


async def leave(caller: Caller) -> None:
    await caller.send(Bye("done"))


async def test_a_proper_call() -> None:
    said: list[object] = []

    async def listen(caller: Caller) -> None:
        said.append(await caller.receive())
        said.extend(caller.heard)

    async with signaling_server(in_call(listen)) as server:
        backend, listener = backend_for(server.url, token=TOKEN), Listener()
        assert await backend.statistics() is None
        assert not backend.send_command(QueryAgentState())
        backend.send_audio(np.zeros(TICK_SAMPLES, np.int16), 0)  # nobody hears it
        found = await backend.connect(listener)
        assert (found.call_id, found.agent_user_id) == ("call-1", "agent-1")
        assert backend.send_command(QueryAgentState())
        for tick in range(20):
            backend.send_audio(np.zeros(TICK_SAMPLES, np.int16), tick * TICK_SAMPLES)
            await asyncio.sleep(0.02)
        await listener.until(lambda: len(listener.frames) > 5)
        network = await backend.statistics()
        assert network is not None
        assert network.packets_sent == 20
        assert network.packets_received >= len(listener.frames)
        await backend.close()
        await backend.close()
        assert await backend.statistics() is None
        assert not backend.send_command(QueryAgentState())
    assert DataChannelOpened() in listener.events
    assert listener.frames
    assert said[0] == Leave()
    envelope = json.loads(str(said[1]))
    assert envelope["senderId"] == "me"
    assert envelope["receiverId"] == "agent-1"
    (request,) = server.requests
    assert request.headers["Sec-WebSocket-Protocol"] == signaling.SUBPROTOCOL


async def test_the_agent_says_goodbye() -> None:
    async with (
        signaling_server(in_call(leave)) as server,
        connected(server.url) as (backend, _),
        asyncio.timeout(5),
    ):
        await backend.watch()


async def test_the_goodbye_counts_though_the_media_end_before_it() -> None:
    async def hang_up(caller: Caller) -> None:
        await caller.peer.close()
        await asyncio.sleep(0.3)
        await caller.send(Bye("done"))

    async with (
        signaling_server(in_call(hang_up)) as server,
        connected(server.url) as (backend, _),
        asyncio.timeout(5),
    ):
        await backend.watch()


async def lost(backend: BuiltinBackend) -> str:
    """Return why the call was lost."""
    with pytest.raises(ConnectionLostError) as caught:
        async with asyncio.timeout(5):
            await backend.watch()
    assert caught.value.hint
    return caught.value.message


async def test_the_server_closes_without_a_word() -> None:
    async def close(caller: Caller) -> None:
        await asyncio.sleep(0.1)

    async with (
        signaling_server(in_call(close)) as server,
        connected(server.url) as (backend, _),
    ):
        assert "without a word" in await lost(backend)


async def test_the_server_is_cut_off() -> None:
    async def cut(caller: Caller) -> None:
        caller.socket.transport.abort()

    async with (
        signaling_server(in_call(cut)) as server,
        connected(server.url) as (backend, _),
    ):
        assert "without a word" in await lost(backend)


async def test_ten_megabytes_in_the_middle_of_the_call() -> None:
    async def flood(caller: Caller) -> None:
        await caller.socket.send("x" * 10_000_000)
        await until_closed(caller)

    async with (
        signaling_server(in_call(flood)) as server,
        connected(server.url) as (backend, _),
    ):
        await lost(backend)


async def test_the_media_end_and_nothing_is_said() -> None:
    async def stop(caller: Caller) -> None:
        await caller.peer.close()
        await until_closed(caller)

    async with (
        signaling_server(in_call(stop)) as server,
        connected(server.url) as (backend, _),
    ):
        assert "media connection closed" in await lost(backend)


@pytest.mark.parametrize("from_the_start", [False, True])
async def test_no_more_audio_comes(from_the_start: bool) -> None:
    async def fall_silent(caller: Caller) -> None:
        await asyncio.sleep(0.3)
        caller.speaks = False
        await until_closed(caller)

    async def never_speak(caller: Caller) -> None:
        caller.speaks = False
        await in_call(until_closed)(caller)

    script = never_speak if from_the_start else in_call(fall_silent)
    async with (
        signaling_server(script) as server,
        connected(server.url, media_timeout=0.5) as (backend, listener),
    ):
        assert "for 0.5 s" in await lost(backend)
        assert bool(listener.frames) is not from_the_start


async def test_a_pause_of_our_own_process_is_no_loss() -> None:
    async with (
        signaling_server(in_call(until_closed)) as server,
        connected(server.url, media_timeout=0.4) as (backend, listener),
        asyncio.TaskGroup() as tasks,
    ):
        watching = tasks.create_task(backend.watch())
        await listener.until(lambda: len(listener.frames) > 5)
        threading.Event().wait(0.8)  # as after Ctrl-Z, everything that came waits to be read
        heard = len(listener.frames)
        await listener.until(lambda: len(listener.frames) > heard + 20)
        assert not watching.done()
        assert INTERRUPTED not in listener.events
        watching.cancel()


async def test_garbage_is_counted_and_the_call_goes_on() -> None:
    async def rave(caller: Caller) -> None:
        for data in ("hello", "{}", b"\x00\xff", signaling.encode(JOINED)):
            await caller.socket.send(data)
        for text in ("hello", "[]", '{"type": 99, "seqId": 1}', b"\xff\xfe", "x" * 100_000):
            caller.peer.send_message(text)
        listens = AgentStateChanged(AgentState.LISTENING)
        for sender in ("a stranger", "agent-1"):
            caller.peer.send_message(
                encode_event(listens, sequence=1, sender=sender, receiver="me")
            )
        await until_closed(caller)

    async with (
        signaling_server(in_call(rave)) as server,
        connected(server.url) as (backend, listener),
        asyncio.TaskGroup() as tasks,
    ):
        watching = tasks.create_task(backend.watch())
        await listener.until(lambda: AgentStateChanged(AgentState.LISTENING) in listener.events)
        await listener.until(lambda: listener.ignored() == 10)
        heard = len(listener.frames)
        await listener.until(lambda: len(listener.frames) > heard)
        assert not watching.done(), "the call goes on"
        watching.cancel()


@pytest.mark.parametrize("after", [0.0, 0.01, 0.05, 0.1, 0.2, 0.4])
async def test_a_set_up_that_is_cancelled_at_any_time_leaves_nothing(after: float) -> None:
    async with signaling_server(in_call(until_closed)) as server:
        backend = backend_for(server.url)
        try:
            async with asyncio.timeout(after):
                await backend.connect(Listener())
                await backend.watch()
        except TimeoutError:
            pass
        finally:
            await backend.close()


async def test_a_cancelled_close_still_closes() -> None:
    async with signaling_server(in_call(until_closed)) as server:
        backend = backend_for(server.url)
        await backend.connect(Listener())
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0):
                await backend.close()


async def test_a_pause_of_the_agents_audio_interrupts_the_connection_until_it_comes_again() -> None:
    async def pause(caller: Caller) -> None:
        for seconds, speaks in ((0.2, False), (1.5, True)):
            await asyncio.sleep(seconds)
            caller.speaks = speaks
        await until_closed(caller)

    async with (
        signaling_server(in_call(pause)) as server,
        connected(server.url) as (backend, listener),
        asyncio.TaskGroup() as tasks,
    ):
        watching = tasks.create_task(backend.watch())
        await listener.until(lambda: RESUMED in listener.events)
        watching.cancel()
    told = [event for event in listener.events if isinstance(event, ConnectionStatusChanged)]
    assert told == [INTERRUPTED, RESUMED]
