import asyncio
import io
import json
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from aicall_cli.cli import push_job
from aicall_cli.cli.environment import Environment
from aicall_cli.cli.input_source import InputOptions
from aicall_cli.cli.push_job import PushJob
from aicall_cli.client import call as call_module
from aicall_cli.client.call import Call
from aicall_cli.client.options import CallOptions
from aicall_cli.client.push_file import PushOptions
from aicall_cli.engine.events import AgentErrorOccurred, AgentWillLeave
from aicall_cli.errors import (
    AgentError,
    AicallError,
    CallTimeoutError,
    ConnectError,
    ConnectionLostError,
    NoReplyError,
    RecordingError,
    SourceError,
    gravest,
)
from aicall_cli.recording.recorder import Recorder
from tests.client.calls import PcmSource
from tests.support.fake_backend import AnsweringAgent, FakeBackend, virtual_clock
from tests.support.speech_like import speech_like

JOB = PushJob(
    source=InputOptions(path="question.wav"),
    call=CallOptions(agent_id="fake", server="ws://nowhere"),
    push=PushOptions(wait_reply=3),
    as_json=True,
    quiet=False,
    expect_reply=False,
    timeout=None,
)


@dataclass
class Stage:
    """A job whose agent is a fake and whose source is in memory, in virtual time."""

    monkeypatch: pytest.MonkeyPatch
    backend: FakeBackend = field(default_factory=FakeBackend)
    source: PcmSource = field(default_factory=lambda: PcmSource(speech_like(50)))
    output: io.StringIO = field(default_factory=io.StringIO)
    outcome: push_job._Outcome = field(default_factory=push_job._Outcome)

    async def run(self, job: PushJob = JOB) -> int:
        async def open_source(options: InputOptions) -> PcmSource:
            assert options is job.source
            return self.source

        def make_backend(*_: Any) -> FakeBackend:
            return self.backend

        self.monkeypatch.setattr(call_module, "BuiltinBackend", make_backend)
        self.monkeypatch.setattr(push_job, "open_source", open_source)
        self.monkeypatch.setattr(push_job, "Call", partial(Call, clock=virtual_clock))
        environment = Environment(self.output, io.StringIO(), variables={}, folder=Path())
        return await push_job._run(job, environment, self.output, None, self.outcome)

    @property
    def failures(self) -> list[type[AicallError]]:
        return [type(failure) for failure in self.outcome.failures]

    @property
    def printed(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.output.getvalue().splitlines()]

    @property
    def summary(self) -> dict[str, Any]:
        return self.printed[-1]


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    return Stage(monkeypatch)


async def test_a_good_call_is_0(stage: Stage) -> None:
    stage.backend = AnsweringAgent()
    assert await stage.run(replace(JOB, expect_reply=True)) == 0
    assert not stage.failures
    assert stage.printed[0]["state"] == "connecting"
    summary = stage.summary
    assert (summary["event"], summary["reason"]) == ("summary", "hung_up")
    assert (summary["finished"], summary["replied"]) == (True, True)
    assert (summary["status"], summary["error"]) == (0, None)
    assert stage.source.closed
    assert stage.backend.closed == 1


async def test_an_agent_that_does_not_speak_is_6_only_where_it_is_expected_to(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await Stage(monkeypatch).run() == 0
    assert await stage.run(replace(JOB, expect_reply=True)) == NoReplyError.exit_status
    (failure,) = stage.outcome.failures
    assert "fake did not speak within 3 s" in failure.message


async def test_a_call_that_runs_too_long_is_1_and_hung_up(stage: Stage) -> None:
    stage.source = PcmSource(speech_like(500))
    began = asyncio.get_running_loop().time()
    assert await stage.run(replace(JOB, timeout=2.0)) == CallTimeoutError.exit_status
    assert asyncio.get_running_loop().time() - began == pytest.approx(2, abs=0.1)
    assert stage.failures == [CallTimeoutError]
    assert stage.summary["reason"] == "timeout"
    assert stage.summary["finished"] is False


async def test_a_lost_call_is_9_and_the_gravest(stage: Stage) -> None:
    asyncio.get_running_loop().call_later(0.5, stage.backend.lose)
    status = await stage.run(replace(JOB, expect_reply=True))
    assert status == ConnectionLostError.exit_status
    assert stage.failures == [ConnectionLostError, NoReplyError]
    assert (stage.summary["status"], stage.summary["error"]) == (
        status,
        stage.outcome.failures[0].message,
    )
    assert stage.summary["reason"] == "connection_lost"


async def test_an_agent_that_fails_is_5(stage: Stage) -> None:
    asyncio.get_running_loop().call_later(0.5, lambda: stage.backend.tell(AgentErrorOccurred(4005)))
    assert await stage.run() == AgentError.exit_status


async def test_an_agent_that_leaves_is_no_failure(stage: Stage) -> None:
    asyncio.get_running_loop().call_later(
        2, lambda: stage.backend.tell(AgentWillLeave(2001, "idle"))
    )
    assert await stage.run() == 0
    assert stage.summary["reason"] == "agent_left"


async def test_a_recording_that_failed_is_10(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(self: Recorder, record: object) -> None:
        self._report(RecordingError("the disk is full"))

    monkeypatch.setattr(Recorder, "event", fail)
    job = replace(JOB, call=replace(JOB.call, recordings=tmp_path), push=PushOptions(wait_reply=0))
    assert await stage.run(job) == RecordingError.exit_status
    assert stage.failures == [RecordingError]
    assert stage.summary["finished"] is True


async def raised(stage: Stage, job: PushJob = JOB) -> Exception:
    """Return the error that the job ends with, as the boundary sees it."""
    with pytest.raises(Exception) as caught:
        await stage.run(job)
    assert stage.source.closed
    return gravest(caught.value)


async def test_a_call_that_cannot_be_made_is_raised_and_has_no_summary(stage: Stage) -> None:
    stage.backend.refusal = ConnectError("nobody")
    assert await raised(stage) is stage.backend.refusal
    assert [line["event"] for line in stage.printed if line["event"] == "summary"] == []


async def test_an_unreadable_source_is_raised_after_the_summary(stage: Stage) -> None:
    error = SourceError("torn")
    stage.source = PcmSource(speech_like(50), error)
    assert await raised(stage) is error
    assert stage.summary["finished"] is False
    assert stage.summary["reason"] == "hung_up"
    assert (stage.summary["status"], stage.summary["error"]) == (8, "torn")


async def test_a_closed_output_hangs_the_call_up(stage: Stage) -> None:
    class Closed(io.StringIO):
        def write(self, text: str) -> int:
            if stage.backend.sent:
                raise BrokenPipeError
            return len(text)

    stage.output = Closed()
    assert isinstance(await raised(stage), BrokenPipeError)
    assert stage.backend.closed == 1


async def test_a_source_that_had_its_faults_is_warned_of(stage: Stage) -> None:
    stage.source.warnings = ("the file is cut off",)
    assert await stage.run() == 0
    assert stage.outcome.warnings == ["the file is cut off"]


async def test_a_cancelled_job_gives_everything_back_and_sums_up(stage: Stage) -> None:
    stage.source = PcmSource(speech_like(500))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(1):
            await stage.run()
    assert stage.backend.closed == 1
    assert stage.source.closed
    assert stage.summary["reason"] == "hung_up"
    assert stage.summary["finished"] is False
    assert (stage.summary["status"], stage.summary["error"]) == (130, None)


async def test_what_was_done_before_a_cancellation_is_summed_up(stage: Stage) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(3):
            await stage.run()  # pushed after a second, the answer is awaited
    assert stage.summary["finished"] is True
    assert stage.summary["replied"] is False


async def test_quiet_prints_nothing(stage: Stage) -> None:
    assert await stage.run(replace(JOB, quiet=True)) == 0
    assert not stage.output.getvalue()
