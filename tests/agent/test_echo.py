import numpy as np
import pytest

from aicall_cli.agent.call_options import CallOptions
from aicall_cli.agent.echo import EchoAgent, configure_echo
from aicall_cli.agent.voice_output import MAX_SPEECHES
from aicall_cli.audio.format import Pcm
from aicall_cli.engine.enums import AgentState
from aicall_cli.engine.events import AgentSubtitleReceived, UserSubtitleReceived
from tests.agent.conversation import FakeConversation


def say(agent: EchoAgent, pcm: Pcm, sentence_id: int = 1, silence: float = 0.0) -> None:
    agent.utterance_begun(sentence_id)
    for start in range(0, len(pcm), 960):
        agent.utterance_heard(pcm[start : start + 960])
    agent.utterance_ended(silence)


def voice(samples: int, value: int = 1000) -> Pcm:
    return np.full(samples, value, np.int16)


async def test_an_utterance_comes_back_sample_by_sample() -> None:
    conversation = FakeConversation()
    agent = (await configure_echo(CallOptions({})))(conversation)
    pcm = np.arange(4800, dtype=np.int16)
    agent.utterance_begun(1)
    agent.utterance_heard(pcm[:1000])
    agent.utterance_heard(pcm[1000:])
    agent.utterance_ended(0.0)
    assert np.array_equal(conversation.spoken(5), pcm)
    assert conversation.states == [AgentState.THINKING, AgentState.SPEAKING, AgentState.LISTENING]


async def test_most_of_the_silence_at_its_end_is_left_out() -> None:
    conversation = FakeConversation()
    say(EchoAgent(conversation), voice(48_000), silence=0.4)
    assert conversation.voice.waiting_seconds == pytest.approx(0.7)


async def test_several_wait_for_their_turn() -> None:
    conversation = FakeConversation()
    agent = EchoAgent(conversation)
    for number in (1, 2, 3):
        say(agent, voice(960, number), number)
    assert list(np.unique(conversation.spoken(3))) == [1, 2, 3]


async def test_what_is_too_much_is_dropped_and_the_rest_still_comes(
    caplog: pytest.LogCaptureFixture,
) -> None:
    conversation = FakeConversation()
    agent = EchoAgent(conversation)
    for number in range(MAX_SPEECHES + 2):
        say(agent, voice(960, number + 1), number)
    assert "too much waits" in caplog.text
    assert conversation.spoken(MAX_SPEECHES).any()
    say(agent, voice(960, 99))
    assert conversation.spoken(1)[0] == 99


async def test_an_utterance_that_is_too_long_says_nothing() -> None:
    conversation = FakeConversation()
    say(EchoAgent(conversation), voice(200 * 48_000))
    assert not conversation.spoken(1).any()
    assert conversation.states == [AgentState.THINKING, AgentState.LISTENING]


async def test_a_discarded_or_empty_utterance_is_not_echoed() -> None:
    conversation = FakeConversation()
    agent = EchoAgent(conversation)
    agent.utterance_begun(1)
    agent.utterance_heard(voice(960))
    agent.utterance_discarded()
    agent.utterance_begun(2)
    agent.utterance_ended(0.0)
    assert conversation.did == []


async def test_a_typed_text_comes_back_as_a_subtitle() -> None:
    conversation = FakeConversation()
    EchoAgent(conversation).text_received(3, "hello")
    assert conversation.did == [
        UserSubtitleReceived("hello", True, 3),
        AgentSubtitleReceived("hello", True, 3),
    ]


async def test_nothing_comes_back_once_a_person_talks_with_the_caller() -> None:
    conversation = FakeConversation()
    agent = EchoAgent(conversation)
    agent.hand_over()
    assert agent.new_recogniser() is None
    say(agent, voice(960))
    agent.text_received(3, "hello")
    assert conversation.did == [UserSubtitleReceived("hello", True, 3)]
