import asyncio
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from aicall_cli.audio.format import SAMPLE_RATE, TICK_SECONDS
from aicall_cli.client.call import Call
from aicall_cli.client.push_file import QUIET_SECONDS, PushOptions, PushReport, push_file
from aicall_cli.engine.commands import (
    Command,
    EnablePushToTalk,
    FinishPushToTalk,
    StartPushToTalk,
    StopAgent,
)
from aicall_cli.engine.enums import AgentState, EndReason
from aicall_cli.engine.events import AgentStateChanged, PushToTalkChanged, WarningRaised
from aicall_cli.errors import SourceError
from aicall_cli.protocol.agent_config import AgentConfig
from tests.client.calls import PcmSource, in_call, silence
from tests.support.fake_backend import AnsweringAgent, FakeBackend, joined
from tests.support.speech_like import speech_like

UTTERANCE = speech_like(50)
UTTERANCE_ENDS = 0.94
"""Seconds of it until its last voice; the rest is the pause of a syllable."""
DONE = PushReport(finished=True, replied=True)


@dataclass
class Outcome:
    """What a push reported, and how long it took, in virtual seconds."""

    report: PushReport
    took: float


async def pushed(call: Call, source: PcmSource, options: PushOptions | None = None) -> Outcome:
    began = call.session.now
    report = await push_file(call, source, options or PushOptions())
    return Outcome(report, call.session.now - began)


async def test_all_of_the_source_is_sent_and_the_answer_waited_for() -> None:
    agent = AnsweringAgent(endpointing=0.4, thinking=0.3, answer=2.0)
    async with in_call(agent) as call:
        outcome = await pushed(call, PcmSource(UTTERANCE))
    assert outcome.report == DONE
    sent = joined(agent.sent)
    assert np.array_equal(sent[sent != 0], UTTERANCE[UTTERANCE != 0])
    # Until the agent said that it listens again, and not a second longer.
    assert outcome.took == pytest.approx(1 + 0.4 + 0.3 + 2.0, abs=0.3)
    assert not agent.talking


async def test_of_an_agent_that_tells_no_state_a_second_of_quiet_is_the_end() -> None:
    agent = AnsweringAgent(answer=2.0, tells_state=False)
    async with in_call(agent) as call:
        outcome = await pushed(call, PcmSource(UTTERANCE))
    assert outcome.report == DONE
    assert outcome.took == pytest.approx(1 + 0.4 + 0.3 + 2.0 + QUIET_SECONDS, abs=0.3)


async def test_a_late_answer_is_waited_for() -> None:
    agent = AnsweringAgent(thinking=10.0, answer=1.0)
    async with in_call(agent) as call:
        outcome = await pushed(call, PcmSource(UTTERANCE))
    assert outcome.report == DONE
    assert agent.answers == 1
    assert not agent.talking


async def test_an_agent_that_answers_within_the_file_is_waited_for_at_its_end() -> None:
    agent = AnsweringAgent(endpointing=0.4, thinking=0.2, answer=0.6)
    source = PcmSource(np.concatenate([UTTERANCE, silence(2.0), UTTERANCE]))
    async with in_call(agent) as call:
        outcome = await pushed(call, source)
    assert outcome.report == DONE
    assert agent.answers == 2
    assert not agent.talking


async def test_an_answer_to_the_first_words_is_not_the_answer_to_the_last() -> None:
    # The first answer runs into the second words, and ends just before their end is noticed.
    agent = AnsweringAgent(endpointing=0.4, thinking=0.2, answer=1.4)
    source = PcmSource(np.concatenate([UTTERANCE, silence(0.9), UTTERANCE]))
    async with in_call(agent) as call:
        outcome = await pushed(call, source)
    assert outcome.report == DONE
    assert agent.answers == 2
    assert not agent.talking


async def test_an_agent_that_thinks_after_speaking_is_not_done() -> None:
    agent = FakeBackend()
    async with in_call(agent) as call:
        loop = asyncio.get_running_loop()
        loop.call_later(1.5, agent.say, speech_like(30))
        loop.call_later(2.0, agent.tell, AgentStateChanged(AgentState.THINKING))
        loop.call_later(6.0, agent.say, speech_like(30))
        loop.call_later(6.8, agent.tell, AgentStateChanged(AgentState.LISTENING))
        outcome = await pushed(call, PcmSource(UTTERANCE))
    assert outcome.took == pytest.approx(6.8, abs=0.2)


async def test_having_listened_all_along_is_no_return_to_listening() -> None:
    agent = FakeBackend()
    async with in_call(agent) as call:
        agent.tell(AgentStateChanged(AgentState.LISTENING))
        asyncio.get_running_loop().call_later(2, agent.say, speech_like(25))
        outcome = await pushed(call, PcmSource(UTTERANCE))
    assert outcome.report == DONE
    assert outcome.took == pytest.approx(2 + 0.5 + QUIET_SECONDS, abs=0.2)


async def test_a_click_is_no_answer() -> None:
    agent = FakeBackend()
    async with in_call(agent) as call:
        agent.tell(AgentStateChanged(AgentState.LISTENING))
        asyncio.get_running_loop().call_later(1.5, agent.say, speech_like(40)[8 * 960 : 9 * 960])
        outcome = await pushed(call, PcmSource(UTTERANCE), PushOptions(wait_reply=5))
    assert outcome == Outcome(PushReport(finished=True, replied=False), outcome.took)
    assert outcome.took == pytest.approx(6, abs=0.1)


async def test_an_agent_that_never_speaks_is_waited_for_so_long_and_no_longer() -> None:
    async with in_call(FakeBackend()) as call:
        outcome = await pushed(call, PcmSource(UTTERANCE), PushOptions(wait_reply=3))
        assert not call.session.is_over
    assert outcome.report == PushReport(finished=True, replied=False)
    assert outcome.took == pytest.approx(1 + 3, abs=0.1)


async def test_an_agent_that_never_stops_speaking_is_waited_for_so_long() -> None:
    agent = FakeBackend()
    async with in_call(agent) as call:
        agent.say(speech_like(2000))
        outcome = await pushed(call, PcmSource(UTTERANCE), PushOptions(wait_reply=3))
    assert outcome.report == DONE
    assert outcome.took == pytest.approx(1 + 3, abs=0.1)


async def test_without_a_wait_the_answer_is_nobodys_business() -> None:
    agent = AnsweringAgent()
    async with in_call(agent) as call:
        outcome = await pushed(call, PcmSource(UTTERANCE), PushOptions(wait_reply=0))
    assert outcome.report == PushReport(finished=True, replied=False)
    assert outcome.took == pytest.approx(1, abs=0.1)


async def test_what_was_said_before_the_push_is_no_reply() -> None:
    agent = FakeBackend()
    async with in_call(agent) as call:
        agent.say(speech_like(50))
        await asyncio.sleep(2)
        outcome = await pushed(call, PcmSource(UTTERANCE), PushOptions(wait_reply=1))
        assert not outcome.report.replied


async def test_a_call_that_ends_in_the_middle_ends_the_push() -> None:
    agent = FakeBackend()
    source = PcmSource(speech_like(500))
    async with in_call(agent) as call:
        asyncio.get_running_loop().call_later(2, agent.lose)
        outcome = await pushed(call, source)
        assert call.error is not None
    assert outcome.report == PushReport(finished=False, replied=False)
    assert outcome.took == pytest.approx(2, abs=0.1)
    assert source.position < 2.5
    assert not source.closed, "whoever opened it closes it"


async def test_a_call_that_ends_while_the_answer_is_waited_for() -> None:
    agent = FakeBackend()
    async with in_call(agent) as call:
        asyncio.get_running_loop().call_later(2, agent.say_goodbye)
        outcome = await pushed(call, PcmSource(UTTERANCE))
        assert call.error is None
    assert outcome.report == PushReport(finished=True, replied=False)
    assert outcome.took == pytest.approx(2, abs=0.1)


@pytest.mark.parametrize("push_to_talk", [False, True])
async def test_a_push_into_a_call_that_is_over(push_to_talk: bool) -> None:
    agent = FakeBackend()
    async with in_call(agent) as call:
        call.hang_up()
        outcome = await pushed(call, PcmSource(UTTERANCE), PushOptions(push_to_talk=push_to_talk))
    assert outcome == Outcome(PushReport(finished=False, replied=False), 0.0)
    assert agent.commands == [StopAgent()]


async def test_push_to_talk_presses_the_key_around_all_of_the_audio() -> None:
    class Ordered(AnsweringAgent):
        def send_command(self, command: Command) -> bool:
            order.append((type(command).__name__, len(self.sent)))
            return super().send_command(command)

    order: list[tuple[str, int]] = []
    agent = Ordered()
    async with in_call(agent) as call:
        outcome = await pushed(call, PcmSource(UTTERANCE), PushOptions(push_to_talk=True))
    assert outcome.report == DONE
    assert agent.commands == [
        EnablePushToTalk(True),
        StartPushToTalk(),
        FinishPushToTalk(),
        StopAgent(),
    ]
    (_, enabled), (_, started), (_, finished), _ = order
    voiced = [index for index, part in enumerate(agent.sent) if np.any(part.pcm)]
    assert enabled == started <= voiced[0]
    assert voiced[-1] < finished <= voiced[-1] + 4


async def test_push_to_talk_that_is_on_already_stays_on() -> None:
    agent = AnsweringAgent()
    async with in_call(agent) as call:
        agent.tell(PushToTalkChanged(True))
        outcome = await pushed(call, PcmSource(UTTERANCE), PushOptions(push_to_talk=True))
    assert outcome.report == DONE
    assert agent.commands[:2] == [StartPushToTalk(), FinishPushToTalk()]


async def test_push_to_talk_that_the_agent_turns_off_in_the_middle_is_not_finished() -> None:
    agent = AnsweringAgent()
    async with in_call(agent) as call:
        asyncio.get_running_loop().call_later(0.5, agent.tell, PushToTalkChanged(False))
        outcome = await pushed(call, PcmSource(UTTERANCE), PushOptions(push_to_talk=True))
    assert outcome.report == DONE
    assert FinishPushToTalk() not in agent.commands


@pytest.mark.parametrize(
    "asked",
    [
        {"agent_config": AgentConfig(enable_push_to_talk=True)},
        {"agent_options": {"push_to_talk": True}},
    ],
    ids=["config", "option"],
)
async def test_a_call_that_is_set_to_push_to_talk_is_talked_by_it(asked: dict[str, Any]) -> None:
    agent = AnsweringAgent()
    async with in_call(agent, **asked) as call:
        outcome = await pushed(call, PcmSource(UTTERANCE))
    assert outcome.report == DONE
    assert [type(command) for command in agent.commands[:3]] == [
        EnablePushToTalk,
        StartPushToTalk,
        FinishPushToTalk,
    ]


async def test_an_input_longer_than_the_key_may_be_held_is_talked_in_parts() -> None:
    long = np.tile(UTTERANCE, 70)
    agent = FakeBackend()
    async with in_call(agent) as call:
        outcome = await pushed(call, PcmSource(long), PushOptions(push_to_talk=True, wait_reply=0))
        await asyncio.sleep(0.5)
    assert outcome.report.finished
    assert agent.commands.count(StartPushToTalk()) == 2
    assert agent.commands.count(FinishPushToTalk()) == 2
    sent = joined(agent.sent)
    assert np.array_equal(sent[sent != 0], long[long != 0])


async def test_the_key_goes_up_in_the_middle_and_the_file_waits() -> None:
    agent = FakeBackend()
    warnings: list[str] = []
    async with in_call(agent) as call:
        call.on(WarningRaised, lambda warning: warnings.append(warning.message))
        loop = asyncio.get_running_loop()
        loop.call_later(0.5, agent.tell, PushToTalkChanged(True))
        loop.call_later(3.5, agent.tell, PushToTalkChanged(False))
        outcome = await pushed(call, PcmSource(UTTERANCE), PushOptions(wait_reply=0))
    assert outcome.took == pytest.approx(4, abs=0.1)
    sent = joined(agent.sent)
    assert np.array_equal(sent[sent != 0], UTTERANCE[UTTERANCE != 0])
    (warning,) = warnings
    assert "with --ptt it is talked" in warning


async def test_an_unreadable_source_raises_and_leaves_the_call() -> None:
    async with in_call(FakeBackend()) as call:
        with pytest.raises(SourceError, match="torn"):
            await pushed(call, PcmSource(UTTERANCE, SourceError("torn")))
        assert not call.session.is_over
    ended = await call.ended()
    assert ended.reason is EndReason.HUNG_UP


async def test_a_cancelled_push_leaves_the_call_usable() -> None:
    agent = AnsweringAgent()
    async with in_call(agent) as call:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await pushed(call, PcmSource(speech_like(500)))
        assert (await pushed(call, PcmSource(UTTERANCE))).report == DONE


async def test_each_frame_that_was_taken_is_shown() -> None:
    shown: list[int] = []
    async with in_call(FakeBackend()) as call:
        await push_file(
            call,
            PcmSource(UTTERANCE[:-100]),
            PushOptions(wait_reply=0, push_ms=40),
            lambda frame: shown.append(len(frame)),
        )
    assert sum(shown) == len(UTTERANCE) - 100
    assert set(shown[:-1]) == {round(0.040 * SAMPLE_RATE)}
    assert shown[-1] == shown[0] - 100


async def test_an_empty_source_is_pushed_in_no_time() -> None:
    async with in_call(FakeBackend()) as call:
        outcome = await pushed(call, PcmSource(silence(0)), PushOptions(wait_reply=0))
    assert outcome.report.finished
    assert outcome.took <= TICK_SECONDS
