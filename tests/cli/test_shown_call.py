"""A view sees a call to its end, however that comes."""

import asyncio

import pytest

from aicall_cli.cli.shown_call import shown
from aicall_cli.engine.events import CallEnded
from aicall_cli.errors import ConnectError
from aicall_cli.tui.command_end import CommandEnd
from aicall_cli.tui.watched_call import WatchedCall
from tests.client.calls import call_to
from tests.support.fake_backend import FakeBackend


class Reader:
    """A view that keeps what happens, or whose reader is gone."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.seen: list[object] = []
        self._fault = fault

    async def run(self, call: WatchedCall) -> None:
        async for stamped in call.events():
            self.seen.append(stamped.event)
            if self._fault is not None:
                raise self._fault

    def finish(self, call: WatchedCall, end: CommandEnd) -> None:
        pytest.fail("the command finishes it")


async def test_a_call_that_does_not_come_about_is_shown_to_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    call = call_to(monkeypatch, FakeBackend(refusal=ConnectError("nobody is there")))
    view = Reader()
    with pytest.raises(ExceptionGroup) as caught:
        async with shown(call, view):
            pytest.fail("there is no call")
    assert caught.group_contains(ConnectError, match="nobody is there")
    assert isinstance(view.seen[-1], CallEnded)


async def test_a_call_whose_user_fails_or_is_cancelled_is_shown_to_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for fault in (ValueError, asyncio.CancelledError):
        view = Reader()
        with pytest.raises((ExceptionGroup, asyncio.CancelledError)):
            async with shown(call_to(monkeypatch, FakeBackend()), view):
                raise fault
        assert isinstance(view.seen[-1], CallEnded)


async def test_a_view_that_fails_ends_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    call = call_to(monkeypatch, FakeBackend())
    with pytest.raises(ExceptionGroup) as caught:
        async with shown(call, Reader(BrokenPipeError())):
            await asyncio.Event().wait()
    assert caught.group_contains(BrokenPipeError)
    assert call.session.is_over
