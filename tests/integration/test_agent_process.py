"""The server as a process of its own: how it ends, and what its callers see of that."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from aicall_cli.agent.script import DIED_STATUS
from aicall_cli.engine.enums import AgentState
from aicall_cli.engine.events import AgentStateChanged
from aicall_cli.errors import ConnectionLostError
from tests.integration.agent_caller import TOKEN, calling

LISTENING = AgentStateChanged(AgentState.LISTENING)


@asynccontextmanager
async def child(*arguments: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """Run ``aicall serve`` as a child; yield it and its URL."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "aicall_cli", "serve", "--child", *arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(TOKEN.reveal().encode() + b"\n")
        async with asyncio.timeout(20):
            url = json.loads(await process.stdout.readline())["url"]
        yield process, url
    finally:
        process.stdin.close()
        async with asyncio.timeout(20):
            await process.wait()


async def test_told_to_end_it_says_goodbye_to_its_callers() -> None:
    async with child() as (process, url), calling(url) as caller:
        await caller.until(LISTENING)
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(10):
            await caller.backend.watch()
            assert await process.wait() == 143


async def test_without_its_parent_it_says_goodbye_and_ends() -> None:
    async with child() as (process, url), calling(url) as caller:
        await caller.until(LISTENING)
        assert process.stdin is not None
        process.stdin.close()
        async with asyncio.timeout(10):
            await caller.backend.watch()
            assert await process.wait() == 0


async def test_a_script_can_let_it_die(tmp_path: Path) -> None:
    path = tmp_path / "script.toml"
    path.write_text('[[step]]\nafter = "call_begin"\ndelay_ms = 100\ndie = true')
    agent = f"script:{path}"
    async with child("--agent", agent) as (process, url), calling(url, agent) as caller:
        async with asyncio.timeout(10):
            with pytest.raises((ConnectionLostError, ExceptionGroup)):
                await caller.backend.watch()
            assert await process.wait() == DIED_STATUS
