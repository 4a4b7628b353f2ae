"""Servers that no caller should meet, and the address of each."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

from aicall_cli.protocol.signaling import SUBPROTOCOL

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(handle: Handler) -> AsyncIterator[str]:
    """Answer each connection with ``handle``; yield the address."""
    handlers: set[asyncio.Task[None]] = set()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        handlers.add(task)
        try:
            await handle(reader, writer)
        except ConnectionError:
            pass  # the caller has hung up
        finally:
            handlers.discard(task)
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for handler in handlers:
            handler.cancel()
        await asyncio.gather(*handlers, return_exceptions=True)
        await server.wait_closed()


@asynccontextmanager
async def signaling(
    handle: Callable[[ServerConnection], Awaitable[None]], subprotocol: str | None = SUBPROTOCOL
) -> AsyncIterator[str]:
    """Answer each WebSocket with ``handle``; yield the address."""
    protocols = [Subprotocol(subprotocol)] if subprotocol else None
    async with serve(handle, "127.0.0.1", 0, subprotocols=protocols) as server:
        yield f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"


async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take everything and say nothing."""
    while await reader.read(4096):
        pass


def say(data: bytes) -> Handler:
    """Return what reads a request, answers ``data`` and closes."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(4096)
        writer.write(data)
        await writer.drain()

    return handle


def send(*messages: str | bytes) -> Callable[[ServerConnection], Awaitable[None]]:
    """Return what answers a request to join with ``messages`` and waits for the caller's end."""

    async def handle(connection: ServerConnection) -> None:
        await connection.recv()
        for message in messages:
            await connection.send(message)
        await connection.wait_closed()

    return handle
