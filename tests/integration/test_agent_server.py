"""A real server against callers good and bad."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from aicall_cli.agent import line_signaling
from aicall_cli.agent import server as agent_server
from aicall_cli.agent.options import ServeOptions
from aicall_cli.agent.serve import serve
from aicall_cli.engine.enums import AgentState, ByeReason
from aicall_cli.engine.events import AgentStateChanged, ByeReceived
from aicall_cli.errors import ConnectError, CredentialError, UnknownAgentError, UsageError
from aicall_cli.protocol.signaling import MAX_SIGNALING, SUBPROTOCOL
from aicall_cli.secret import Secret
from tests.integration.agent_caller import TOKEN, calling, serving

LISTENING = AgentStateChanged(AgentState.LISTENING)
JOIN = {"type": "join", "version": 1, "agent_id": "echo", "user_id": "u"}


@asynccontextmanager
async def connected(url: str, token: str = TOKEN.reveal()) -> AsyncIterator[ClientConnection]:
    async with connect(
        url,
        additional_headers={"Authorization": f"Bearer {token}"},
        subprotocols=[SUBPROTOCOL],  # type: ignore[list-item]
        proxy=None,
        compression=None,
    ) as socket:
        yield socket


async def answered(socket: ClientConnection) -> dict[str, Any]:
    async with asyncio.timeout(5):
        answer: dict[str, Any] = json.loads(await socket.recv())
        return answer


async def refused(socket: ClientConnection) -> dict[str, Any]:
    """Return the refusal that comes, after which the socket is closed in good order."""
    refusal = await answered(socket)
    assert refusal["type"] == "refused"
    async with asyncio.timeout(5):
        await socket.wait_closed()
    assert socket.close_code == 1000
    return refusal


async def test_a_wrong_or_missing_token_is_refused_on_the_upgrade() -> None:
    async with serving() as url:
        for token in (Secret("wrong"), Secret("a-toke"), Secret("a-token2"), None):
            with pytest.raises(CredentialError):
                async with calling(url, token=token):
                    pass
        for header in ("Basic a-token", "a-token", "Bearer", "Bearer \xe4"):
            with pytest.raises(InvalidStatus) as caught:
                async with connect(
                    url,
                    additional_headers={"Authorization": header},
                    subprotocols=[SUBPROTOCOL],  # type: ignore[list-item]
                    proxy=None,
                ):
                    pass
            assert caught.value.response.status_code == 401
        async with calling(url):
            pass


async def test_a_server_without_a_token_lets_everybody_in() -> None:
    async with serving(token=None) as url, calling(url, token=None) as caller:
        await caller.until(LISTENING)


async def test_another_protocol_is_turned_away() -> None:
    async with serving(token=None) as url:
        with pytest.raises(InvalidStatus) as caught:
            async with connect(url, proxy=None):
                pass
        assert caught.value.response.status_code == 400
        with pytest.raises(InvalidStatus) as caught:
            async with connect(url + "/other", proxy=None):
                pass
        assert caught.value.response.status_code in (403, 404)


async def test_an_unknown_agent_is_refused_with_those_there_are() -> None:
    async with serving() as url:
        with pytest.raises(UnknownAgentError) as caught:
            async with calling(url, "nobody"):
                pass
        assert "echo" in str(caught.value.hint)


async def test_an_option_that_cannot_be_used_is_refused() -> None:
    async with serving() as url:
        with pytest.raises(UsageError, match="endpointing_ms is 7"):
            async with calling(url, options={"endpointing_ms": 7}):
                pass


async def test_more_calls_than_there_is_room_for_are_refused_as_busy() -> None:
    async with serving(max_calls=1) as url:
        async with calling(url):
            with pytest.raises(ConnectError, match="1 calls are in progress"):
                async with calling(url):
                    pass
        async with asyncio.timeout(5):
            while True:  # the place is free once the server has closed the first call
                try:
                    async with calling(url):
                        return
                except ConnectError:
                    await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    ("frame", "says"),
    [
        ("garbage", "not valid JSON"),
        (b"\x00\x01", "a binary frame"),
        ("[" * 100_000, "nested too deeply"),
        ('{"type": "dance"}', "unknown type"),
        ('{"type": "offer", "sdp": "v=0"}', "offer came where join belongs"),
        (json.dumps({**JOIN, "agent_id": 3}), "agent_id is not a string"),
    ],
    ids=["no JSON", "binary", "deep", "unknown", "before join", "wrong field"],
)
async def test_nonsense_before_the_call_is_refused(frame: str | bytes, says: str) -> None:
    async with serving() as url, connected(url) as socket:
        await socket.send(frame)
        refusal = await refused(socket)
        assert refusal["code"] == "bad_request"
        assert says in refusal["message"]


@pytest.mark.parametrize(
    "sdp",
    [
        "",
        "garbage",
        "v=0\r\n",
        "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n",
        "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio x UDP/TLS/RTP/SAVPF 96\r\n",
        "v=0\r\nm=audio\r\n" * 500,
    ],
    ids=["empty", "garbage", "nothing", "video", "bad port", "long"],
)
async def test_an_offer_without_sense_is_refused_and_the_server_lives(sdp: str) -> None:
    async with serving() as url:
        async with connected(url) as socket:
            await socket.send(json.dumps(JOIN))
            assert (await answered(socket))["type"] == "joined"
            await socket.send(json.dumps({"type": "offer", "sdp": sdp}))
            refusal = await refused(socket)
            assert refusal["code"] == "bad_request"
        async with calling(url) as caller:
            await caller.until(LISTENING)


async def test_another_version_is_refused() -> None:
    async with serving() as url, connected(url) as socket:
        await socket.send(json.dumps({**JOIN, "version": 2}))
        assert (await refused(socket))["code"] == "version"


async def test_a_message_that_is_too_long_closes_its_socket_only() -> None:
    async with serving() as url:
        async with connected(url) as socket:
            await socket.send("x" * (MAX_SIGNALING + 1))
            with pytest.raises(ConnectionClosed):
                await socket.recv()
            assert socket.close_code == 1009
        async with calling(url) as caller:
            await caller.until(LISTENING)


async def test_who_joins_and_says_nothing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agent_server, "JOIN_TIMEOUT_SECONDS", 0.1)
    monkeypatch.setattr(line_signaling, "OFFER_TIMEOUT_SECONDS", 0.1)
    async with serving() as url:
        async with connected(url) as socket:
            assert "no join came within 0.1 s" in (await refused(socket))["message"]
        async with connected(url) as socket:
            await socket.send(json.dumps(JOIN))
            assert (await answered(socket))["type"] == "joined"
            assert "no offer came within 0.1 s" in (await refused(socket))["message"]


async def test_nonsense_during_a_call_is_counted_and_ends_it_when_it_is_too_much(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with serving() as url, calling(url) as caller:
        socket = caller.backend._socket
        assert socket is not None
        await socket.send("garbage")
        await socket.send('{"type": "offer", "sdp": "again"}')
        await caller.until(LISTENING)
        await asyncio.sleep(0.1)
        assert "offer during the call" in caplog.text
        for _ in range(line_signaling.MAX_BAD_MESSAGES):
            await socket.send("garbage")
        async with asyncio.timeout(5):
            await caller.backend.watch()  # the agent said goodbye


async def test_two_callers_do_not_hear_each_other() -> None:
    async with serving() as url, calling(url) as one, calling(url) as other:
        await one.until(LISTENING)
        await other.until(LISTENING)
        socket = one.backend._socket
        assert socket is not None
        await socket.close()
        count = len(other.heard)
        await asyncio.sleep(0.5)
        assert len(other.heard) - count >= 20


async def test_when_the_server_ends_every_caller_hears_goodbye() -> None:
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    async with asyncio.TaskGroup() as tasks:
        server = tasks.create_task(serve(ServeOptions(token=TOKEN), on_ready=ready.set_result))
        async with calling(await ready) as one, calling(await ready) as other:
            server.cancel()
            async with asyncio.timeout(5):
                await one.backend.watch()
                await other.backend.watch()
            for caller in (one, other):
                assert ByeReceived(ByeReason.BY_SYSTEM, "the server ends") in caller.events


async def test_a_port_in_use_is_a_usage_error() -> None:
    async with serving() as url:
        port = int(url.split(":")[2].split("/")[0])
        with pytest.raises(UsageError, match=f"cannot listen on 127.0.0.1 port {port}") as caught:
            await serve(ServeOptions(port=port), on_ready=print)
        assert caught.value.exit_status == 2


async def test_what_cannot_be_served_is_a_usage_error(tmp_path: Path) -> None:
    broken = tmp_path / "broken.pem"
    broken.write_text("no certificate")
    for options in (
        ServeOptions(agents=("nobody",)),
        ServeOptions(agents=(f"script:{tmp_path / 'none.toml'}",)),
        ServeOptions(host="no.such.host.invalid"),
        ServeOptions(tls_cert=tmp_path / "none.pem"),
        ServeOptions(tls_cert=broken, tls_key=broken),
    ):
        with pytest.raises(UsageError):
            await serve(options, on_ready=print)


async def test_no_token_reaches_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    secret = "t0ken-that-must-not-be-seen"
    async with serving(token=Secret(secret)) as url:
        async with calling(url, token=Secret(secret)) as caller:
            await caller.until(LISTENING)
        with pytest.raises(CredentialError):
            async with calling(url, token=Secret("wrong-" + secret)):
                pass
    loggers = {record.name for record in caplog.records}
    assert "aicall_cli.agent.server" in loggers
    # The client's own library is in this process too; what it logs is not the server's.
    told = {r.name for r in caplog.records if secret in r.getMessage()}
    assert told <= {"websockets.client"}
    assert not [r for r in caplog.records if r.levelno >= logging.ERROR]
