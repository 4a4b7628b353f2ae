"""One side of a comparison: a child process that answers requests, a JSON object a line."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from tests.bench.outcome import JSON, BenchError

ROOT = Path(__file__).parents[2]
"""The repository, where ``python -m`` finds both packages."""
ANSWER_SECONDS = 60.0
_STOP_SECONDS = 10.0
_MAX_LINE = 64 * 1024 * 1024


class Side:
    """The parent's end: ``ask`` sends a request and returns its answer."""

    def __init__(self, name: str, process: asyncio.subprocess.Process) -> None:
        self._name = name
        self._process = process

    async def ask(
        self, request: str, *, within: float = ANSWER_SECONDS, **arguments: JSON
    ) -> Mapping[str, JSON]:
        """Return the answer to ``request``; raise BenchError when none comes ``within``."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        line = json.dumps({"do": request, **arguments}).encode() + b"\n"
        try:
            async with asyncio.timeout(within):
                self._process.stdin.write(line)
                await self._process.stdin.drain()
                answer = await self._process.stdout.readline()
        except (TimeoutError, ConnectionError) as error:
            raise BenchError(f"{self._name} gives no answer to {request}") from error
        if not answer:
            raise BenchError(f"{self._name} ended at {request}: its errors are above")
        parsed: dict[str, JSON] = json.loads(answer)
        return parsed

    async def close(self) -> None:
        """End the process by closing its standard input, or else by force."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


@asynccontextmanager
async def side(module: str, *arguments: str) -> AsyncIterator[Side]:
    """Run ``python -m tests.bench.<module>`` for as long as the context lasts."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        f"tests.bench.{module}",
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
        limit=_MAX_LINE,
    )
    child = Side(module, process)
    try:
        yield child
    finally:
        await child.close()
