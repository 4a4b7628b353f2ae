"""Servers on loopback that are not, or only almost, an ``aicall serve``."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus

import numpy as np
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from aicall_cli.audio.format import TICK_SAMPLES, TICK_SECONDS
from aicall_cli.clock import perf_clock
from aicall_cli.protocol import signaling
from aicall_cli.protocol.signaling import Answer, ClientMessage, Joined, ServerMessage
from aicall_cli.rtc.aiortc_hooks import HostAddresses
from aicall_cli.rtc.peer import Peer, PeerHandlers

JOINED = Joined("call-1", "agent-1")
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def raw_server(handler: Handler) -> AsyncIterator[str]:
    """Serve TCP; ``handler`` has a connection, which is closed when it returns."""
    open_writers: set[asyncio.StreamWriter] = set()

    async def serve_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_writers.add(writer)
        try:
            with suppress(ConnectionError):
                await handler(reader, writer)
        finally:
            open_writers.discard(writer)
            writer.close()

    server = await asyncio.start_server(serve_one, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield f"ws://127.0.0.1:{port}"
        for writer in list(open_writers):
            writer.transport.abort()


async def stay_silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read until the other end has had enough."""
    while await reader.read(4096):
        pass


def saying(data: bytes, *, first: bool = False) -> Handler:
    """Answer whatever comes with ``data``, or, as a mail server does, say it ``first``."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not first:
            await reader.read(4096)
        writer.write(data)
        await stay_silent(reader, writer)

    return handle


@dataclass
class Caller:
    """One connection, from the server's side."""

    socket: ServerConnection
    heard: list[str | bytes] = field(default_factory=list)
    """Messages on the data channel."""
    speaks: bool = True
    """Whether RTP is sent to the caller."""
    opened: asyncio.Event = field(default_factory=asyncio.Event)
    _peer: Peer | None = None

    @property
    def peer(self) -> Peer:
        """The media, once the call was answered."""
        assert self._peer is not None
        return self._peer

    async def receive(self) -> ClientMessage:
        """Return the caller's next message."""
        return signaling.decode_client(await self.socket.recv())

    async def send(self, message: ServerMessage) -> None:
        """Send a message."""
        await self.socket.send(signaling.encode(message))

    async def answer(self) -> str:
        """Join the caller; return the answer to its offer, without sending it."""
        await self.receive()
        await self.send(JOINED)
        offer = await self.receive()
        assert isinstance(offer, signaling.Offer)
        self._peer = Peer(
            PeerHandlers(lambda frame: None, self.heard.append, self.opened.set, lambda why: None),
            perf_clock,
            host_addresses=HostAddresses.LOOPBACK,
        )
        return await self.peer.answer(offer.sdp)

    async def accept(self) -> None:
        """Set a proper call up."""
        await self.send(Answer(await self.answer()))
        await self.opened.wait()

    async def talk(self) -> None:
        """Send silence for ever, as long as ``speaks`` says so."""
        position = 0
        while True:
            if self._peer is not None and self.speaks:
                self._peer.send_audio(np.zeros(TICK_SAMPLES, np.int16), position)
            position += TICK_SAMPLES
            await asyncio.sleep(TICK_SECONDS)

    async def close(self) -> None:
        """Give the media back."""
        if self._peer is not None:
            await self._peer.close()


Script = Callable[[Caller], Awaitable[None]]


@dataclass
class SignalingServer:
    """What a WebSocket server knows of the requests it got."""

    url: str = ""
    requests: list[Request] = field(default_factory=list)


@asynccontextmanager
async def signaling_server(
    script: Script, *, refuse: HTTPStatus | None = None, redirect: str | None = None
) -> AsyncIterator[SignalingServer]:
    """Serve WebSocket; ``script`` does one call and the socket closes when it returns.

    With ``refuse`` or ``redirect`` the upgrade is answered so instead.
    """
    known = SignalingServer()

    def answer(connection: ServerConnection, request: Request) -> Response | None:
        known.requests.append(request)
        if refuse is not None:
            return connection.respond(refuse, "no\n")
        if redirect is not None:
            response = connection.respond(HTTPStatus.FOUND, "elsewhere\n")
            response.headers["Location"] = redirect
            return response
        return None

    async def play(caller: Caller) -> None:
        with suppress(ConnectionClosed):
            await script(caller)

    async def run(socket: ServerConnection) -> None:
        caller = Caller(socket)
        try:
            async with asyncio.TaskGroup() as tasks:
                talking = tasks.create_task(caller.talk())
                playing = tasks.create_task(play(caller))
                closing = tasks.create_task(socket.wait_closed())
                await asyncio.wait((playing, closing), return_when=asyncio.FIRST_COMPLETED)
                for task in (talking, playing, closing):
                    task.cancel()
        finally:
            await caller.close()

    async with serve(
        run,
        "127.0.0.1",
        0,
        process_request=answer,
        subprotocols=[Subprotocol(signaling.SUBPROTOCOL)],
        close_timeout=1,
        max_size=None,
    ) as server:
        known.url = f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"
        yield known


async def until_closed(caller: Caller) -> None:
    """Read until the caller closes the socket."""
    with suppress(ConnectionClosed):
        while True:
            await caller.socket.recv()
