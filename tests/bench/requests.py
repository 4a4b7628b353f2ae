"""The child's end of a side: requests on standard input, answers on standard output."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Mapping

from tests.bench.outcome import JSON

_MAX_LINE = 64 * 1024 * 1024


async def requests() -> AsyncIterator[dict[str, JSON]]:
    """Yield each request until standard input ends."""
    reader = asyncio.StreamReader(limit=_MAX_LINE)
    loop = asyncio.get_running_loop()
    transport, _ = await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    try:
        while line := await reader.readline():
            yield json.loads(line)
    finally:
        transport.close()


def answer(fields: Mapping[str, JSON]) -> None:
    """Answer the present request."""
    print(json.dumps(fields), flush=True)
