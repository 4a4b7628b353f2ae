"""A way to a server on which the first requests are too many."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from tests.integration.bad_servers import listening
from tests.support.http_stub import head

_REFUSAL = json.dumps({"Code": "Throttling.User", "Message": "Too many.", "RequestId": "R"})


@asynccontextmanager
async def throttling_proxy(url: str, *, refusals: int) -> AsyncIterator[str]:
    """Refuse so many connections as the cloud's API does; lead the others to ``url``."""
    target = urlsplit(url)
    left = refusals

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal left
        if left > 0:
            left -= 1
            await reader.readuntil(b"\r\n\r\n")
            more = f"Content-Length: {len(_REFUSAL)}\r\n"
            writer.write(head(429, "application/json", more) + _REFUSAL.encode())
            await writer.drain()
            return
        there, back = await asyncio.open_connection(target.hostname, target.port)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(_copy(reader, back))
                tasks.create_task(_copy(there, writer))
        finally:
            back.close()

    async with listening(handle) as address:
        yield address.replace("ws:", "http:")


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()
