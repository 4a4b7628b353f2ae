"""Servers that refuse, are silent or speak something else: status 3 and one sentence."""

import asyncio
import json
import signal
import socket
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager

from websockets.asyncio.server import ServerConnection

from aicall_cli.clock import perf_clock
from aicall_cli.exit_status import ExitStatus
from aicall_cli.rtc.aiortc_hooks import HostAddresses
from aicall_cli.rtc.peer import Peer, PeerHandlers
from tests.integration.bad_servers import listening, say, say_nothing, send, signaling
from tests.integration.command import Command, Finished

CALLED = ("--agent-id", "echo")
JOINED = json.dumps({"type": "joined", "call_id": "c", "agent_user_id": "a", "ice_servers": []})


async def _run(aicall: Command, server: str, *options: str) -> Finished:
    return await asyncio.to_thread(
        aicall.run, "push-file", "tone", "--server", server, *CALLED, *options
    )


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def test_a_port_that_refuses_is_3(aicall: Command) -> None:
    server = f"ws://127.0.0.1:{_free_port()}"
    done = aicall.run("push-file", "tone", "--server", server, *CALLED)
    assert f"cannot reach {server}" in done.complaint(ExitStatus.CANNOT_CONNECT)
    assert done.out == ""
    assert aicall.recorded_nothing


def test_an_address_where_nobody_is_is_3(aicall: Command) -> None:
    addresses = ("ws://no-such-host.invalid", "ws://127.0.0.1:0")
    runs = [aicall.start("push-file", "tone", "--server", it, *CALLED) for it in addresses]
    for run, address in zip(runs, addresses, strict=True):
        assert address in run.finish().complaint(ExitStatus.CANNOT_CONNECT)


Serving = Callable[[], AbstractAsyncContextManager[str]]

STRANGERS: dict[str, tuple[Serving, str]] = {
    "ssh": (
        lambda: listening(say(b"SSH-2.0-OpenSSH_9.2\r\n")),
        "does not speak aicall's signaling",
    ),
    "web": (
        lambda: listening(say(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")),
        "refused the connection (HTTP 200)",
    ),
    "other subprotocol": (lambda: signaling(send(JOINED), None), "does not speak"),
    "garbage": (lambda: signaling(send("garbage")), "signaling message"),
    "10 MB": (lambda: signaling(send("x" * 10_000_000)), "closed the connection"),
    "bad sdp": (
        lambda: signaling(send(JOINED, '{"type": "answer", "sdp": "garbage"}')),
        "the media answer cannot be used",
    ),
    "bye": (
        lambda: signaling(send(JOINED, '{"type": "bye", "reason": "not \\u001b[31mtoday"}')),
        "the agent left before the call began",
    ),
    "refuses": (
        lambda: signaling(
            send('{"type": "refused", "code": "busy", "message": "full \\u001b[2J"}')
        ),
        "the server refused the call: full",
    ),
}


async def _call_each(
    aicall: Command, servers: Mapping[str, tuple[Serving, str]]
) -> dict[str, Finished]:
    """Call all of ``servers`` at once."""

    async def call(serving: Serving) -> Finished:
        async with serving() as server:
            return await _run(aicall, server)

    done = await asyncio.gather(*(call(serving) for serving, _ in servers.values()))
    return dict(zip(servers, done, strict=True))


async def test_a_server_that_speaks_something_else_is_3(aicall: Command) -> None:
    for name, done in (await _call_each(aicall, STRANGERS)).items():
        assert STRANGERS[name][1] in done.complaint(ExitStatus.CANNOT_CONNECT)
        assert "\x1b" not in done.err
        assert done.out == ""
    assert aicall.recorded_nothing


async def test_a_server_that_leaves_before_the_call_is_3(aicall: Command) -> None:
    async def leave(connection: ServerConnection) -> None:
        await connection.recv()

    async with signaling(leave) as server:
        done = await _run(aicall, server)
    assert "closed the connection" in done.complaint(ExitStatus.CANNOT_CONNECT)


async def _answer_without_media(connection: ServerConnection) -> None:
    """Set a call up whose media has nowhere to go: its port is closed again."""
    nobody = PeerHandlers(
        on_audio=lambda frame: None,
        on_message=lambda data: None,
        on_channel_open=lambda: None,
        on_closed=lambda reason: None,
    )
    await connection.recv()
    await connection.send(JOINED)
    offer = json.loads(await connection.recv())["sdp"]
    peer = Peer(nobody, perf_clock, host_addresses=HostAddresses.LOOPBACK)
    answer = await peer.answer(offer)
    await peer.close()
    await connection.send(json.dumps({"type": "answer", "sdp": answer}))
    await connection.wait_closed()


SILENT: dict[str, tuple[Serving, str]] = {
    "does not answer": (lambda: listening(say_nothing), "the server does not answer"),
    "does not join": (
        lambda: signaling(send()),
        "the server does not answer the request to join",
    ),
    "does not answer the offer": (
        lambda: signaling(send(JOINED)),
        "no media connection comes about",
    ),
    "has no media": (lambda: signaling(_answer_without_media), "no media connection"),
}


async def test_a_server_that_is_silent_is_3_after_a_while(aicall: Command) -> None:
    for name, done in (await _call_each(aicall, SILENT)).items():
        complaint = done.complaint(ExitStatus.CANNOT_CONNECT)
        assert SILENT[name][1] in complaint
        assert "UDP" in complaint
        assert done.out == ""
    assert aicall.recorded_nothing


async def test_a_silent_server_does_not_keep_a_caller_that_hangs_up(aicall: Command) -> None:
    called = asyncio.Event()

    async def note(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        called.set()
        await say_nothing(reader, writer)

    async with listening(note) as server:
        running = aicall.start("push-file", "tone", "--server", server, *CALLED)
        await called.wait()
        running.signal(signal.SIGINT)
        done = await asyncio.to_thread(running.finish)
    assert (done.status, done.out, done.err) == (ExitStatus.INTERRUPTED, "", "")
    assert aicall.recorded_nothing
