import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from aicall_cli.capture.external_stream import ExternalAudioStreamConfig
from aicall_cli.engine.commands import QueryAgentState, StopAgent
from aicall_cli.engine.enums import AgentState, CallState, EndReason
from aicall_cli.engine.events import (
    AgentErrorOccurred,
    AgentStateChanged,
    CallEnded,
    CommandSent,
)
from aicall_cli.errors import (
    AgentError,
    AicallError,
    CommandRefused,
    ConnectError,
    ConnectionLostError,
    CredentialError,
    RecordingError,
    UsageError,
)
from aicall_cli.recording.recorder import Recorder
from aicall_cli.rtc.network_statistics import NetworkStatistics
from tests.client.calls import PcmSource, call_to, folders, in_call
from tests.support.fake_backend import CALL, FakeBackend
from tests.support.speech_like import speech_like


def only_folder(parent: Path) -> Path:
    (folder,) = folders(parent)
    return folder


def kept_events(folder: Path) -> list[str]:
    lines = (folder / "events.jsonl").read_text().splitlines()
    return [json.loads(line)["event"] for line in lines]


async def test_a_call_from_its_beginning_to_its_end() -> None:
    backend = FakeBackend()
    async with in_call(backend) as call:
        assert call.call_id == CALL.call_id
        assert call.was_connected
        events = call.events()
        call.send(QueryAgentState())
        await asyncio.sleep(1)
        assert call.error is None
    assert backend.commands == [QueryAgentState(), StopAgent()]
    assert backend.closed == 1
    happened = [stamped.event async for stamped in events]
    assert happened[0] == CommandSent("query_agent_state")
    assert happened[-1] == await call.ended() == CallEnded(EndReason.HUNG_UP, "hung up")
    summary = call.summary
    assert summary.call_id == CALL.call_id
    assert summary.ended == happened[-1]
    assert summary.statistics.network == await backend.statistics()
    assert summary.statistics.duration == pytest.approx(1, abs=0.1)
    assert summary.recording is None


@pytest.mark.parametrize(
    "error",
    [ConnectError("nobody"), CredentialError("no token"), UsageError("no such agent")],
)
async def test_what_prevents_a_call_is_raised_as_itself(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, error: AicallError
) -> None:
    backend = FakeBackend(refusal=error)
    call = call_to(monkeypatch, backend, tmp_path)
    events = call.events()
    with pytest.raises(type(error)) as caught:
        async with call:
            pytest.fail("there is no call")
    assert caught.value is error
    assert backend.closed == 1
    assert not call.was_connected
    assert folders(tmp_path) == [], "the recording of no call is kept"
    assert [type(stamped.event) async for stamped in events][-1] is CallEnded


async def test_a_call_that_is_lost_before_the_agent_is_heard() -> None:
    backend = FakeBackend(speaks=False)
    asyncio.get_running_loop().call_later(1, backend.lose, "silence")
    with pytest.raises(ConnectionLostError, match="silence"):
        async with in_call(backend):
            pytest.fail("there is no call")
    assert backend.closed == 1


async def test_an_agent_that_fails_before_it_is_heard() -> None:
    backend = FakeBackend(speaks=False)
    asyncio.get_running_loop().call_later(1, lambda: backend.tell(AgentErrorOccurred(4005)))
    with pytest.raises(AgentError, match="recognition"):
        async with in_call(backend):
            pytest.fail("there is no call")


async def test_an_agent_that_says_goodbye_before_it_is_heard_leaves_a_call_that_is_over() -> None:
    backend = FakeBackend(speaks=False)
    asyncio.get_running_loop().call_later(1, backend.say_goodbye)
    async with in_call(backend) as call:
        assert (await call.ended()).reason is EndReason.AGENT_LEFT
        with pytest.raises(CommandRefused):
            call.send(QueryAgentState())
        assert call.add_external_audio_stream(ExternalAudioStreamConfig(48_000, 1)).closed
    assert call.error is None


async def test_a_call_that_ends_by_itself_raises_nothing() -> None:
    backend = FakeBackend()
    async with in_call(backend) as call:
        backend.lose("gone")
        ended = await call.ended()
    assert ended.reason is EndReason.CONNECTION_LOST
    assert isinstance(call.error, ConnectionLostError)


class _UsersError(Exception):
    pass


@pytest.mark.parametrize("error", [_UsersError(), KeyboardInterrupt(), asyncio.CancelledError()])
async def test_the_users_own_exception_comes_out_as_itself(error: BaseException) -> None:
    backend = FakeBackend()
    with pytest.raises(type(error)) as caught:
        async with in_call(backend):
            raise error
    assert caught.value is error
    assert backend.closed == 1


async def test_the_users_exception_outlives_the_loss_of_the_call() -> None:
    backend = FakeBackend()

    async def use() -> None:
        async with in_call(backend) as call:
            backend.lose()
            await call.ended()
            raise _UsersError

    with pytest.raises(_UsersError):
        await use()


async def test_a_fault_of_our_own_ends_the_users_wait_and_comes_out_as_itself() -> None:
    class Broken:
        def caller(self, pcm: Any, at_sample: int) -> None:
            raise ZeroDivisionError

        def agent(self, pcm: Any, at_sample: int) -> None:
            pass

    backend = FakeBackend()

    async def use() -> None:
        async with in_call(backend) as call:
            call.session.add_tap(Broken())
            await asyncio.sleep(1000)

    with pytest.raises(ZeroDivisionError):
        await use()
    assert backend.closed == 1


@pytest.mark.parametrize("after", [0.1, 0.3, 0.5])
async def test_a_cancelled_call_gives_everything_back(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, after: float
) -> None:
    backend = FakeBackend(connect_seconds=0.2, speaks=False)
    asyncio.get_running_loop().call_later(0.4, setattr, backend, "speaks", True)
    call = call_to(monkeypatch, backend, tmp_path)
    events = call.events()

    async def use() -> None:
        async with call:
            await asyncio.sleep(1000)

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(after):
            await use()
    assert backend.closed == 1
    assert call.was_connected is (after > 0.2)
    assert len(folders(tmp_path)) == (after > 0.2)
    assert [type(stamped.event) async for stamped in events][-1] is CallEnded


async def test_a_second_cancellation_keeps_the_recording_and_closes_the_call(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class Slow(FakeBackend):
        async def statistics(self) -> NetworkStatistics | None:
            asked.set()
            await asyncio.sleep(1000)
            return None

    asked = asyncio.Event()
    backend = Slow()
    call = call_to(monkeypatch, backend, tmp_path)

    async def use() -> None:
        async with call:
            pass

    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(use())
        await asked.wait()
        task.cancel()
    assert task.cancelled()
    assert backend.closed == 1
    assert call.summary.statistics.network is None
    assert (only_folder(tmp_path) / "summary.json").is_file()


async def test_a_recording_holds_the_call(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    backend = FakeBackend()
    async with call_to(monkeypatch, backend, tmp_path) as call:
        backend.say(speech_like(20))
        await asyncio.sleep(0.4)
    folder = only_folder(tmp_path)
    assert call.recording_directory == folder
    assert call.recording_failure is None
    assert (folder / "call.wav").stat().st_size > 0.4 * 48_000 * 4
    events = kept_events(folder)
    assert events[0] == "call_state_changed"
    assert events[-1] == "call_ended"
    summary = json.loads((folder / "summary.json").read_text())
    assert summary["call_id"] == CALL.call_id
    assert summary["recording"] == str(folder)
    assert summary["reason"] == "hung_up"


async def test_a_recording_that_cannot_be_made_prevents_the_call(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "a file").touch()
    backend = FakeBackend()
    with pytest.raises(RecordingError, match="a file"):
        async with call_to(monkeypatch, backend, tmp_path / "a file"):
            pytest.fail("there is no call")
    assert not backend.closed, "nothing was begun"


async def test_a_recording_that_cannot_be_begun_leaves_no_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse(directory: Path) -> Recorder:
        (directory / "call.wav").touch()
        raise RecordingError("no space left")

    monkeypatch.setattr("aicall_cli.client.call_recording.Recorder", refuse)
    with pytest.raises(RecordingError, match="no space"):
        async with call_to(monkeypatch, FakeBackend(), tmp_path):
            pytest.fail("there is no call")
    assert folders(tmp_path) == []


async def test_a_recording_that_fails_on_the_way_does_not_end_the_call(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    backend = FakeBackend()
    call = call_to(monkeypatch, backend, tmp_path)
    async with call:
        await asyncio.sleep(0.1)
        assert call._recording is not None
        call._recording._recorder._report(RecordingError("the disk is full"))
        await asyncio.sleep(0.2)
        assert not call.session.is_over
    assert call.error is None
    assert str(call.recording_failure) == "the disk is full"


async def test_a_call_says_who_is_in_it_and_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    backend = FakeBackend()
    call = call_to(monkeypatch, backend)
    assert (call.call_state, call.is_on_call, call.rtc_engine) == (CallState.NONE, False, None)
    async with call:
        assert (call.user_id, call.agent_user_id) == ("caller", CALL.agent_user_id)
        assert call.agent_info is None, "nobody started the agent for it"
        assert (call.call_state, call.is_on_call) == (CallState.CONNECTED, True)
        before = call.agent_state
        backend.tell(AgentStateChanged(AgentState.THINKING))
        assert (before, call.agent_state) == (None, AgentState.THINKING)
    assert (call.call_state, call.is_on_call) == (CallState.OVER, False)


async def test_the_streams_of_a_call_are_summed_up() -> None:
    backend = FakeBackend()
    async with in_call(backend) as call:
        stream = call.add_external_audio_stream(ExternalAudioStreamConfig(48_000, 1))
        removed = call.add_external_audio_stream(ExternalAudioStreamConfig(48_000, 1))
        async for frame in PcmSource(speech_like(5)).frames(20):
            stream.push(frame)
            removed.push(frame)
        assert removed.id != stream.id > 0
        call.remove_external_audio_stream(removed.id)
        with pytest.raises(UsageError):
            call.remove_external_audio_stream(removed.id)
        assert removed.closed
        await stream.drain()
    assert call.summary.pushes.pushed == 10


async def test_nothing_runs_beside_a_call_that_was_left() -> None:
    began = False

    async def begin() -> None:
        nonlocal began
        began = True

    async with in_call(FakeBackend()) as call:
        pass
    call.beside(begin())()
    await asyncio.sleep(0)
    assert not began
