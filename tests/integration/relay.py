"""A way to a server that sees what passes on it, and on which the first requests are too many."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.integration.bad_servers import listening
from tests.support.http_stub import head

_REFUSAL = json.dumps({"Code": "Throttling.User", "Message": "Too many.", "RequestId": "R"})


@dataclass(slots=True)
class Relay:
    """Where the way begins, and what went along it in both directions."""

    url: str = ""
    seen: bytearray = field(default_factory=bytearray)

    async def lead(
        self, url: str, reader: asyncio.StreamReader, back: asyncio.StreamWriter
    ) -> None:
        """Lead one connection to ``url`` until both its ends are closed."""
        target = urlsplit(url)
        answers, on = await asyncio.open_connection(target.hostname, target.port)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._copy(reader, on))
                tasks.create_task(self._copy(answers, back))
        finally:
            on.close()

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            self.seen += data
            writer.write(data)
            await writer.drain()
        writer.close()


@asynccontextmanager
async def relay(url: str, *, refusals: int = 0) -> AsyncIterator[Relay]:
    """Refuse so many connections as the cloud's API does; lead the others to ``url``."""
    way = Relay()
    left = refusals

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal left
        if left <= 0:
            await way.lead(url, reader, writer)
            return
        left -= 1
        await reader.readuntil(b"\r\n\r\n")
        more = f"Content-Length: {len(_REFUSAL)}\r\n"
        writer.write(head(429, "application/json", more) + _REFUSAL.encode())
        await writer.drain()

    async with listening(handle) as address:
        way.url = address.replace("ws:", "http:")
        yield way
