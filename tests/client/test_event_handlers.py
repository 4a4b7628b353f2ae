"""Handlers of a call's events: what they raise or how slow they are harms nothing."""

import asyncio
import logging

import pytest

from aicall_cli.client.call import Call
from aicall_cli.client.event_handlers import FINISH_SECONDS
from aicall_cli.engine.enums import AgentState
from aicall_cli.engine.events import (
    AgentStateChanged,
    CallEnded,
    CallStateChanged,
    Event,
    VoiceIdChanged,
    WarningRaised,
)
from aicall_cli.errors import ConnectError
from aicall_cli.session.feed import QUEUE_LIMIT
from tests.client.calls import call_to, in_call
from tests.support.fake_backend import FakeBackend

SPEAKING = AgentStateChanged(AgentState.SPEAKING)
VOICE = VoiceIdChanged("v2")


def warnings(call: Call) -> list[str]:
    """Return a list that fills with the call's warnings."""
    told: list[str] = []
    call.on(WarningRaised, lambda warning: told.append(warning.message))
    return told


async def test_plain_and_coroutine_functions_get_the_events_of_their_kind() -> None:
    backend = FakeBackend()
    plain: list[Event] = []
    awaited: list[Event] = []

    async def slowly(event: AgentStateChanged) -> None:
        await asyncio.sleep(0.1)
        awaited.append(event)

    async with in_call(backend) as call:
        call.on(VoiceIdChanged, plain.append)
        call.on(AgentStateChanged, slowly)
        backend.tell(SPEAKING, VOICE, SPEAKING)
        await asyncio.sleep(0)
        assert (plain, awaited) == ([VOICE], [])
        await asyncio.sleep(0.3)
    assert awaited == [SPEAKING, SPEAKING]


async def test_a_handler_that_is_there_before_the_call_hears_all_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    call = call_to(monkeypatch, FakeBackend())
    happened: list[object] = []
    call.on(object, happened.append)
    async with call:
        pass
    assert isinstance(happened[0], CallStateChanged)
    assert isinstance(happened[-1], CallEnded), "told while the call is left"


async def test_a_handler_that_is_removed_is_called_no_more() -> None:
    backend = FakeBackend()
    heard: list[Event] = []

    def once(event: VoiceIdChanged) -> None:
        heard.append(event)
        remove()

    async with in_call(backend) as call:
        remove = call.on(VoiceIdChanged, once)
        backend.tell(VOICE, VOICE)
        await asyncio.sleep(0.1)
        call.on(VoiceIdChanged, heard.append)()
        backend.tell(VOICE)
        await asyncio.sleep(0.1)
        remove()
    assert heard == [VOICE]


async def test_what_a_handler_raises_is_one_warning_and_harms_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    backend = FakeBackend()
    called = 0

    async def fail(_: VoiceIdChanged) -> None:
        nonlocal called
        called += 1
        raise ValueError("oh")

    async with in_call(backend) as call:
        told = warnings(call)
        call.on(VoiceIdChanged, fail)
        with caplog.at_level(logging.CRITICAL + 1, "aicall_cli.client.event_handlers"):
            backend.tell(VOICE, VOICE)
            await asyncio.sleep(0.1)
        assert called == 2, "it is called again all the same"
        assert call.is_on_call
    (warning,) = told
    assert "fail failed (ValueError)" in warning


async def test_a_handler_that_waits_for_what_is_cancelled_is_called_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    backend = FakeBackend()
    called = 0

    async def wait(_: VoiceIdChanged) -> None:
        nonlocal called
        called += 1
        gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        gone.cancel()
        await gone

    async with in_call(backend) as call:
        told = warnings(call)
        call.on(VoiceIdChanged, wait)
        with caplog.at_level(logging.CRITICAL + 1, "aicall_cli.client.event_handlers"):
            backend.tell(VOICE, VOICE)
            await asyncio.sleep(0.1)
        assert called == 2
    (warning,) = told
    assert "wait failed (CancelledError)" in warning


async def test_a_handler_of_warnings_that_fails_warns_once() -> None:
    async with in_call(FakeBackend()) as call:
        told = warnings(call)

        def fail(warning: WarningRaised) -> None:
            raise KeyError(warning.message)

        call.on(WarningRaised, fail)
        call.session.warn("first")
        await asyncio.sleep(0.1)
    assert len(told) == 2


async def test_what_is_no_kind_of_event_is_refused_at_once() -> None:
    async with in_call(FakeBackend()) as call:
        with pytest.raises(TypeError, match="must be a type"):
            call.on("agent_joined", print)  # type: ignore[arg-type]
        call.session.warn("the call goes on")
        assert call.is_on_call


async def test_a_slow_handler_delays_nobody_and_loses_the_oldest_counted() -> None:
    backend = FakeBackend()
    go = asyncio.Event()
    heard: list[VoiceIdChanged] = []

    async def slow(event: VoiceIdChanged) -> None:
        await go.wait()
        heard.append(event)

    async with in_call(backend) as call:
        told = warnings(call)
        call.on(VoiceIdChanged, slow)
        backend.tell(VOICE)
        await asyncio.sleep(0)
        for number in range(QUEUE_LIMIT + 3):
            backend.tell(VoiceIdChanged(str(number)))
        backend.tell(SPEAKING)
        assert call.agent_state is AgentState.SPEAKING
        go.set()
        await asyncio.sleep(0.1)
    assert len(heard) == QUEUE_LIMIT + 1
    (warning,) = told
    assert "slow is too slow: 3 events" in warning


async def test_a_handler_that_hangs_ends_with_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    backend = FakeBackend()
    ended = False

    async def hang(_: VoiceIdChanged) -> None:
        nonlocal ended
        try:
            await asyncio.Event().wait()
        finally:
            ended = True

    call = call_to(monkeypatch, backend)
    async with call:
        call.on(VoiceIdChanged, hang)
        backend.tell(VOICE)
        await asyncio.sleep(0)
        began = asyncio.get_running_loop().time()
    assert ended
    assert asyncio.get_running_loop().time() - began == pytest.approx(FINISH_SECONDS, abs=0.1)
    call.on(VoiceIdChanged, hang)()  # nothing happens any more


async def test_a_call_that_fails_to_connect_leaves_no_handler_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard: list[CallEnded] = []
    call = call_to(monkeypatch, FakeBackend(refusal=ConnectError("nobody is there")))
    call.on(CallEnded, heard.append)
    with pytest.raises(ConnectError):
        async with call:
            pytest.fail("there is no call")
    assert [ended.message for ended in heard] == ["nobody is there"]
