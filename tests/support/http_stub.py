"""A server on loopback that answers each HTTP request as a test wants, however badly."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class HttpRequest:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


Answer = Callable[[HttpRequest, asyncio.StreamWriter], Awaitable[None]]
"""Writes the whole answer, head and all; the connection is closed after it."""


@dataclass(slots=True)
class HttpStub:
    url: str
    requests: list[HttpRequest] = field(default_factory=list)


@asynccontextmanager
async def http_stub(answer: Answer) -> AsyncIterator[HttpStub]:
    """Serve on a free port while the context is open."""
    stub = HttpStub("")
    connections: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        connections.add(task)
        try:
            request = await _read_request(reader)
            stub.requests.append(request)
            await answer(request, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the client is gone, or the test is over
        finally:
            connections.discard(task)
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    stub.url = f"http://{host}:{port}/v1"
    try:
        yield stub
    finally:
        server.close()
        for task in connections:
            task.cancel()
        await asyncio.sleep(0)
        await server.wait_closed()


def reply(
    body: bytes, *, status: int = 200, kind: str = "application/json", headers: str = ""
) -> Answer:
    """Answer with ``body`` as a whole."""

    async def answer(request: HttpRequest, writer: asyncio.StreamWriter) -> None:
        writer.write(head(status, kind, f"Content-Length: {len(body)}\r\n{headers}") + body)
        await writer.drain()

    return answer


def in_pieces(
    *pieces: bytes, kind: str, pause: float = 0.0, status: int = 200, end: bool = True
) -> Answer:
    """Answer with a body that comes in pieces, ``pause`` seconds apart; it may never end."""

    async def answer(request: HttpRequest, writer: asyncio.StreamWriter) -> None:
        writer.write(head(status, kind, "Connection: close\r\n"))
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)
        if not end:
            await asyncio.Event().wait()

    return answer


async def endless(request: HttpRequest, writer: asyncio.StreamWriter) -> None:
    """Answer with zeros until the client has enough."""
    writer.write(head(200, "application/octet-stream", "Connection: close\r\n"))
    while True:
        writer.write(bytes(65536))
        await writer.drain()


async def silent(request: HttpRequest, writer: asyncio.StreamWriter) -> None:
    """Never answer."""
    await asyncio.Event().wait()


def raw(data: bytes) -> Answer:
    """Answer with ``data`` in place of HTTP."""

    async def answer(request: HttpRequest, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()

    return answer


def head(status: int, kind: str, more: str = "") -> bytes:
    return f"HTTP/1.1 {status} Whatever\r\nContent-Type: {kind}\r\n{more}\r\n".encode()


async def _read_request(reader: asyncio.StreamReader) -> HttpRequest:
    lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    method, path, _ = lines[0].split(" ")
    headers = {
        name.lower(): value.strip()
        for name, _, value in (line.partition(":") for line in lines[1:] if line)
    }
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return HttpRequest(method, path, headers, body)
