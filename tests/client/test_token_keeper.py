"""A token of a call in virtual time; Unix time runs with it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from aicall_cli.client import token_keeper
from aicall_cli.client.token_keeper import TokenKeeper
from aicall_cli.engine.commands import RequestRtcToken
from aicall_cli.engine.events import Event, RtcTokenExpired, RtcTokenExpiring, RtcTokenReceived
from aicall_cli.secret import Secret
from aicall_cli.session.feed import Listener
from tests.protocol.tokens import NOW, made
from tests.session.running_session import running
from tests.support.fake_backend import FakeBackend, virtual_clock
from tests.support.virtual_time import START

RENEW_SECONDS = 6.0
"""A tenth of what it is outside of these tests: a second of a session costs time even here."""
LIFETIME = 13
OF_TOKENS = (RtcTokenExpiring, RtcTokenReceived, RtcTokenExpired)


@pytest.fixture(autouse=True)
def _short_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(token_keeper, "RENEW_SECONDS", RENEW_SECONDS)
    monkeypatch.setattr(token_keeper, "_NAP_SECONDS", 1.0)


def unix_time() -> float:
    return NOW + virtual_clock() - START


def token(lifetime: float) -> RtcTokenReceived:
    return RtcTokenReceived(made(int(lifetime), unix_time()).encode())


@asynccontextmanager
async def kept(lifetime: int) -> AsyncIterator[tuple[FakeBackend, Listener]]:
    """Keep a token that expires so many seconds after ``NOW``."""
    backend = FakeBackend()
    async with running(backend) as session, asyncio.TaskGroup() as tasks:
        listener = session.feed.listen()
        keeping = tasks.create_task(TokenKeeper(session, made(lifetime), unix_time).run())
        yield backend, listener
        keeping.cancel()


def told(listener: Listener) -> list[Event]:
    """Return what was told of tokens so far."""
    return [it.event for it in listener._queue if isinstance(it.event, OF_TOKENS)]


def asked(backend: FakeBackend) -> int:
    return backend.commands.count(RequestRtcToken("alice"))


async def test_a_token_is_renewed_before_it_expires_and_so_is_the_new_one() -> None:
    async with kept(LIFETIME) as (backend, listener):
        await asyncio.sleep(LIFETIME - RENEW_SECONDS - 1.5)
        assert asked(backend) == 0
        await asyncio.sleep(2.5)
        assert asked(backend) == 1
        backend.tell(token(LIFETIME))
        await asyncio.sleep(LIFETIME - RENEW_SECONDS - 1.5)
        assert asked(backend) == 1
        await asyncio.sleep(2.5)
        assert asked(backend) == 2
        assert [type(event) for event in told(listener)] == [
            RtcTokenExpiring,
            RtcTokenReceived,
            RtcTokenExpiring,
        ]


async def test_a_short_token_is_renewed_at_its_half() -> None:
    async with kept(4) as (backend, _):
        await asyncio.sleep(1.8)
        assert asked(backend) == 0
        await asyncio.sleep(0.4)
        assert asked(backend) == 1


async def test_a_token_that_is_not_renewed_expires_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with kept(LIFETIME) as (backend, listener):
        await asyncio.sleep(LIFETIME - RENEW_SECONDS + 0.5)
        backend.tell(RtcTokenReceived(Secret("rubbish")))
        backend.tell(token(1))  # which is valid for less than the present one
        await asyncio.sleep(RENEW_SECONDS)
        assert type(told(listener)[-1]) is RtcTokenExpired
        await asyncio.sleep(LIFETIME)
        assert [type(event) for event in told(listener)].count(RtcTokenExpired) == 1
    assert "cannot be used" in caplog.text
    assert "rubbish" not in caplog.text


async def test_a_token_that_has_expired_already_says_so() -> None:
    async with kept(1) as (_, listener):
        await asyncio.sleep(2)
        assert type(told(listener)[-1]) is RtcTokenExpired


async def test_where_nothing_can_be_asked_for_that_is_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with kept(4) as (backend, listener):
        backend.takes_commands = False
        await asyncio.sleep(5)
        assert type(told(listener)[-1]) is RtcTokenExpired
    assert "no new token can be asked for" in caplog.text
