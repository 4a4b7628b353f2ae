"""The backend of the built-in agent against servers that do it wrong, over real sockets."""

import asyncio
import json
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus

import numpy as np
import pytest

from aicall_cli.audio.format import TICK_SAMPLES
from aicall_cli.backends.builtin import BuiltinBackend, BuiltinOptions
from aicall_cli.engine.commands import QueryAgentState
from aicall_cli.engine.enums import AgentState
from aicall_cli.engine.events import AgentStateChanged, DataChannelOpened, Event, MessageIgnored
from aicall_cli.errors import (
    AicallError,
    ConnectError,
    ConnectionLostError,
    CredentialError,
    RemoteProtocolError,
    UnknownAgentError,
    UsageError,
)
from aicall_cli.protocol import signaling
from aicall_cli.protocol.aicallkit import encode_event
from aicall_cli.protocol.signaling import Answer, Bye, Join, Leave, RefusalCode, Refused
from aicall_cli.rtc.receive_path import HeardFrame
from aicall_cli.secret import Secret
from tests.integration.hostile_servers import (
    JOINED,
    Caller,
    Handler,
    Script,
    raw_server,
    saying,
    signaling_server,
    stay_silent,
    until_closed,
)

DEADLINE = 1.0
TOKEN = Secret("ssssh")


@dataclass
class Listener:
    """Keeps what the backend reports."""

    events: list[Event] = field(default_factory=list)
    frames: list[HeardFrame] = field(default_factory=list)
    _reported: asyncio.Event = field(default_factory=asyncio.Event)

    def on_audio(self, frame: HeardFrame) -> None:
        self.frames.append(frame)
        self._reported.set()

    def on_event(self, event: Event) -> None:
        self.events.append(event)
        self._reported.set()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until what was reported makes ``holds`` true."""
        async with asyncio.timeout(10):
            while not holds():
                self._reported.clear()
                await self._reported.wait()

    def ignored(self) -> int:
        return sum(isinstance(event, MessageIgnored) for event in self.events)


def backend_for(url: str, **options: object) -> BuiltinBackend:
    given = {"agent_id": "echo", "user_id": "me", "connect_timeout": 10.0, **options}
    return BuiltinBackend(BuiltinOptions(server=url, **given))  # type: ignore[arg-type]


async def refusal(url: str, **options: object) -> AicallError:
    """Return the error that a call to ``url`` ends with before it has begun."""
    backend = backend_for(url, **options)
    try:
        with pytest.raises(AicallError) as caught:
            await backend.connect(Listener())
    finally:
        await backend.close()
    error = caught.value
    assert error.message
    assert TOKEN.reveal() not in f"{error.message} {error.hint}"
    return error


@asynccontextmanager
async def connected(url: str, **options: object) -> AsyncIterator[tuple[BuiltinBackend, Listener]]:
    backend, listener = backend_for(url, **options), Listener()
    try:
        await backend.connect(listener)
        yield backend, listener
    finally:
        await backend.close()


# --- what is no aicall serve -----------------------------------------------------------------


async def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as bound:
        port = bound.getsockname()[1]
    error = await refusal(f"ws://127.0.0.1:{port}", token=TOKEN)
    assert type(error) is ConnectError
    assert "Connection refused" in error.message


async def test_no_such_host() -> None:
    error = await refusal("ws://no-such-host.invalid:1")
    assert type(error) is ConnectError
    assert "no-such-host.invalid" in error.message


@pytest.mark.parametrize(
    "handler",
    [stay_silent, saying(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nX: ")],
)
async def test_one_that_never_finishes_its_answer(handler: Handler) -> None:
    loop = asyncio.get_running_loop()
    async with raw_server(handler) as url:
        began = loop.time()
        error = await refusal(url, connect_timeout=DEADLINE)
        took = loop.time() - began
    assert type(error) is ConnectError
    assert "does not answer" in error.message
    assert "after 1 s" in error.message
    assert took < DEADLINE + 1


@pytest.mark.parametrize(
    "handler",
    [
        saying(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"),
        saying(b"HTTP/1.1 101 Switching Protocols\r\n\r\n"),
        saying(b"220 mail.example ESMTP\r\n", first=True),
        saying(b"SSH-2.0-OpenSSH_9.6\r\n", first=True),
        saying(b"\x15\x03\x01\x00\x02\x02\x46"),  # a TLS server's alert
        saying(b""),
        saying(bytes(range(256)) * 100),
        saying(b"HTTP/1.1 200 OK\r\n" + b"X: " + b"x" * 100_000 + b"\r\n\r\n"),
        saying(b"HTTP/1.1 200 OK\r\n" + b"X: x\r\n" * 10_000 + b"\r\n"),
    ],
    ids=["http", "101", "smtp", "ssh", "tls", "nothing", "noise", "long header", "many headers"],
)
async def test_one_that_speaks_something_else(handler: Handler) -> None:
    async with raw_server(handler) as url:
        error = await refusal(url, token=TOKEN, connect_timeout=DEADLINE)
    assert type(error) is ConnectError


async def test_tls_with_one_that_has_none() -> None:
    async with raw_server(saying(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as url:
        error = await refusal(url.replace("ws://", "wss://"), connect_timeout=DEADLINE)
    assert type(error) is ConnectError
    assert "SSL" in error.message


@pytest.mark.parametrize("status", [HTTPStatus.NOT_FOUND, HTTPStatus.INTERNAL_SERVER_ERROR])
async def test_the_upgrade_is_refused(status: HTTPStatus) -> None:
    async with signaling_server(until_closed, refuse=status) as server:
        error = await refusal(server.url)
    assert type(error) is ConnectError
    assert f"HTTP {status.value}" in error.message


@pytest.mark.parametrize("status", [HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN])
async def test_the_token_is_refused(status: HTTPStatus) -> None:
    async with signaling_server(until_closed, refuse=status) as server:
        error = await refusal(server.url, token=TOKEN)
    assert type(error) is CredentialError
    assert "--token" in (error.hint or "")
    (request,) = server.requests
    assert request.headers["Authorization"] == f"Bearer {TOKEN.reveal()}"
    assert request.path == signaling.SIGNALING_PATH


async def test_a_redirect_is_followed_and_the_token_stays_behind() -> None:
    async def refuse(caller: Caller) -> None:
        await caller.receive()
        await caller.send(Refused(RefusalCode.BUSY, "full"))

    async with (
        signaling_server(refuse) as there,
        signaling_server(until_closed, redirect=there.url) as here,
    ):
        error = await refusal(here.url, token=TOKEN)
    assert "full" in error.message
    assert "Authorization" in here.requests[0].headers
    assert "Authorization" not in there.requests[0].headers


@pytest.mark.parametrize("target", ["http://127.0.0.1/", "ws://[::1", "ws://h:99999", "/v1/call"])
async def test_a_redirect_that_leads_nowhere(target: str) -> None:
    async with signaling_server(until_closed, redirect=target) as server:
        error = await refusal(server.url, connect_timeout=5)
    assert type(error) is ConnectError


# --- answers to join -------------------------------------------------------------------------


def answering(data: str | bytes) -> Script:
    async def script(caller: Caller) -> None:
        await caller.receive()
        await caller.socket.send(data)
        await until_closed(caller)

    return script


@pytest.mark.parametrize(
    "data",
    [
        "",
        "hello",
        "[]",
        "null",
        b"\x00\xff",
        '{"type": "joined"}',
        '{"type": "joined", "call_id": 7, "agent_user_id": "x"}',
        '{"type": "what"}',
        "[" * 100_000,
        signaling.encode(Answer("v=0")),
        signaling.encode(Join("echo", "me")),
    ],
    ids=lambda data: repr(data[:20]),
)
async def test_join_is_answered_by_nonsense(data: str | bytes) -> None:
    async with signaling_server(answering(data)) as server:
        error = await refusal(server.url)
    assert type(error) is RemoteProtocolError


async def test_join_is_answered_by_ten_megabytes() -> None:
    async with signaling_server(answering("x" * 10_000_000)) as server:
        error = await refusal(server.url)
    assert type(error) is ConnectError
    assert "too big" in error.message


async def test_join_is_not_answered() -> None:
    async with signaling_server(until_closed) as server:
        error = await refusal(server.url, connect_timeout=DEADLINE)
    assert type(error) is ConnectError
    assert "request to join" in error.message


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (RefusalCode.UNKNOWN_AGENT, UnknownAgentError),
        (RefusalCode.BAD_OPTION, UsageError),
        (RefusalCode.BUSY, ConnectError),
        (RefusalCode.VERSION, ConnectError),
        (RefusalCode.BAD_REQUEST, ConnectError),
    ],
)
async def test_join_is_refused(code: RefusalCode, kind: type[AicallError]) -> None:
    refused = signaling.encode(Refused(code, "because", ("echo", "assistant")))
    async with signaling_server(answering(refused)) as server:
        error = await refusal(server.url, agent_id="nobody")
    assert type(error) is kind
    if kind is UnknownAgentError:
        assert "nobody" in error.message
        assert "echo, assistant" in (error.hint or "")
    else:
        assert "because" in error.message


async def test_goodbye_instead_of_an_answer() -> None:
    async with signaling_server(answering(signaling.encode(Bye("lunch")))) as server:
        error = await refusal(server.url)
    assert type(error) is ConnectError
    assert "lunch" in error.message


async def test_what_cannot_be_sent_is_the_users_fault() -> None:
    async with signaling_server(until_closed) as server:
        error = await refusal(server.url, user_id="x" * 300_000)
    assert type(error) is UsageError


# --- answers to the offer --------------------------------------------------------------------


async def test_the_server_dies_between_join_and_answer() -> None:
    async def script(caller: Caller) -> None:
        await caller.receive()
        await caller.send(JOINED)
        await caller.receive()

    async with signaling_server(script) as server:
        error = await refusal(server.url)
    assert type(error) is ConnectError
    assert "closed the connection" in error.message


def answering_offer(change: Callable[[str], str]) -> Script:
    async def script(caller: Caller) -> None:
        await caller.send(Answer(change(await caller.answer())))
        await until_closed(caller)

    return script


def without_candidates(sdp: str) -> str:
    lines = sdp.splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("a=candidate"))


def without_audio(sdp: str) -> str:
    head, *sections = sdp.split("m=")
    return "m=".join([head, *(section for section in sections if "audio" not in section)])


@pytest.mark.parametrize(
    "change",
    [
        lambda sdp: "",
        lambda sdp: "hello",
        lambda sdp: "v=0\r\n",
        lambda sdp: sdp.replace("opus", "what"),
        lambda sdp: sdp.replace("a=mid:0", "a=mid:7"),
        lambda sdp: sdp.replace("m=audio", "m=video"),
        lambda sdp: sdp.replace("a=fingerprint", "a=nothing"),
        without_audio,
    ],
    ids=["empty", "words", "short", "codec", "mid", "video", "no fingerprint", "no audio"],
)
async def test_an_answer_that_cannot_be_used(change: Callable[[str], str]) -> None:
    async with signaling_server(answering_offer(change)) as server:
        error = await refusal(server.url, connect_timeout=3)
    assert isinstance(error, RemoteProtocolError | ConnectError)


def elsewhere(sdp: str) -> str:
    return sdp.replace("127.0.0.1", "192.0.2.1").replace("::1", "2001:db8::1")


@pytest.mark.parametrize("change", [without_candidates, elsewhere])
async def test_no_media_connection_comes_about(change: Callable[[str], str]) -> None:
    async def script(caller: Caller) -> None:
        answer = await caller.answer()
        await caller.close()  # else it would find the caller by itself
        await caller.send(Answer(change(answer)))
        await until_closed(caller)

    loop = asyncio.get_running_loop()
    async with signaling_server(script) as server:
        began = loop.time()
        error = await refusal(server.url, connect_timeout=DEADLINE)
        took = loop.time() - began
    assert type(error) is ConnectError
    assert "media connection" in error.message
    assert took < DEADLINE + 2


async def test_another_ends_certificate() -> None:
    def forge(sdp: str) -> str:
        return sdp.replace("a=fingerprint:sha-256 ", "a=fingerprint:sha-256 00:")

    async with signaling_server(answering_offer(forge)) as server:
        error = await refusal(server.url, connect_timeout=5)
    assert type(error) is ConnectError
    assert "media connection" in error.message


async def test_the_server_dies_while_the_media_connects() -> None:
    async def script(caller: Caller) -> None:
        await caller.send(Answer(without_candidates(await caller.answer())))

    loop = asyncio.get_running_loop()
    async with signaling_server(script) as server:
        began = loop.time()
        error = await refusal(server.url, connect_timeout=10)
        took = loop.time() - began
    assert type(error) is ConnectError
    assert "closed the connection" in error.message
    assert took < 5, "the deadline was waited for"


async def test_the_server_says_goodbye_while_the_media_connects() -> None:
    async def script(caller: Caller) -> None:
        await caller.send(Answer(without_candidates(await caller.answer())))
        await caller.send(Bye("lunch"))

    async with signaling_server(script) as server:
        error = await refusal(server.url, connect_timeout=10)
    assert type(error) is ConnectError
    assert "lunch" in error.message


# --- the call --------------------------------------------------------------------------------


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
        watching.cancel()


async def test_garbage_is_counted_and_the_call_goes_on() -> None:
    async def rave(caller: Caller) -> None:
        for data in ("hello", "{}", b"\x00\xff", signaling.encode(JOINED)):
            await caller.socket.send(data)
        for text in ("hello", "[]", '{"type": 99, "seqId": 1}', b"\xff\xfe", "x" * 100_000):
            caller.peer.send_message(text)
        listens = AgentStateChanged(AgentState.LISTENING)
        caller.peer.send_message(encode_event(listens, sequence=1, sender="a", receiver="me"))
        await until_closed(caller)

    async with (
        signaling_server(in_call(rave)) as server,
        connected(server.url) as (backend, listener),
        asyncio.TaskGroup() as tasks,
    ):
        watching = tasks.create_task(backend.watch())
        await listener.until(lambda: AgentStateChanged(AgentState.LISTENING) in listener.events)
        await listener.until(lambda: listener.ignored() == 9)
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
