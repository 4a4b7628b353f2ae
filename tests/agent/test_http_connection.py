import asyncio

import pytest

from aicall_cli.agent import http_connection
from tests.integration.agent_caller import calling, serving


async def opened(url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", int(url.split(":")[2].split("/")[0]))


@pytest.mark.real_time
async def test_a_connection_without_a_request_is_closed_and_a_call_is_not(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(http_connection, "REQUEST_SECONDS", 0.2)
    async with asyncio.timeout(10), serving() as url, calling(url) as caller:
        for start in (b"", b"GET /v1/call HTTP/1.1\r\nHost: x\r\nX-Slow: "):
            reader, writer = await opened(url)
            writer.write(start)
            assert await reader.read() == b""
            writer.close()
            await writer.wait_closed()
        heard = len(caller.heard)
        await asyncio.sleep(0.3)
        assert len(caller.heard) > heard
    assert caplog.text.count("no request came within 0.2 s") == 2


@pytest.mark.real_time
async def test_a_request_that_is_no_call_is_answered() -> None:
    async with asyncio.timeout(10), serving() as url:
        reader, writer = await opened(url)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert (await reader.read()).startswith(b"HTTP/1.1 404")
        writer.close()
        await writer.wait_closed()


@pytest.mark.real_time
async def test_too_many_connections_are_closed_as_they_come(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(http_connection, "MAX_CONNECTIONS", 1)
    async with asyncio.timeout(10), serving() as url:
        _, first = await opened(url)
        await asyncio.sleep(0.05)
        reader, second = await opened(url)
        assert await reader.read() == b""
        for writer in (first, second):
            writer.close()
            await writer.wait_closed()
    assert "1 others are open" in caplog.text
