import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from aicall_cli.agent.answer_latency import AnswerLatency
from aicall_cli.agent.answering import AnswerMeans
from aicall_cli.agent.manners import NO_MANNERS
from aicall_cli.agent.replier import Replier
from aicall_cli.agent.responder import ResponderError
from aicall_cli.agent.speech import Speech
from aicall_cli.agent.speech_maker import SpeechMaker
from aicall_cli.agent.voice_output import COMFORT_SECONDS, MAX_SPEECHES
from aicall_cli.engine.events import AgentSubtitleReceived
from aicall_cli.speech.synthesiser import SynthesiserError
from tests.agent.conversation import FakeConversation
from tests.agent.speech_parts import FakeResponder, FakeVoice


class Replying:
    """A replier that runs, and what it has to do with."""

    def __init__(self, responder: FakeResponder, voice: FakeVoice) -> None:
        self.conversation = FakeConversation()
        self.responder = responder
        self.voice = voice
        maker = SpeechMaker(voice, self.conversation.voice)
        self.replier = Replier(
            responder, AnswerMeans(self.conversation, maker, NO_MANNERS, prompter=None)
        )

    def ask(self, text: str, sentence_id: int = 1) -> Speech:
        speech = self.conversation.voice.open(sentence_id)
        assert speech is not None
        self.replier.ask(text, speech, self.latency())
        return speech

    def latency(self) -> AnswerLatency:
        return AnswerLatency(self.conversation.clock)


@asynccontextmanager
async def replying(*answers: list[str], seconds: float = 0.1) -> AsyncIterator[Replying]:
    now = Replying(FakeResponder(*answers), FakeVoice(seconds))
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(now.replier.run())
        await asyncio.sleep(0)
        yield now
        task.cancel()
    assert not now.responder.is_open
    assert not now.voice.is_open


async def test_an_answer_is_spoken_sentence_by_sentence_as_it_is_made() -> None:
    async with replying(["Yes. I go", " forward. ", "Ten meters."]) as now:
        now.ask("go forward")
        await asyncio.sleep(0.15)
        assert now.voice.said == ["Yes. "]
        await asyncio.sleep(0.5)
        assert now.voice.said == ["Yes. ", "I go forward. ", "Ten meters."]
        await now.conversation.speak(1.0)
        assert now.conversation.agent_text == "Yes. I go forward. Ten meters."
        last = now.conversation.did[-2]
        assert isinstance(last, AgentSubtitleReceived)
        assert last.end
        assert now.responder.asked == ["go forward"]


async def test_questions_wait_for_their_turn() -> None:
    async with replying(["One."], ["Two."]) as now:
        now.ask("first", 1)
        now.ask("second", 2)
        await asyncio.sleep(0.5)
        await now.conversation.speak(0.5)
        assert now.conversation.agent_text == "One.Two."


async def test_a_stopped_answer_is_given_up_and_the_next_one_is_made() -> None:
    async with replying(["One. ", "Two. ", "Three."], ["Four."]) as now:
        now.ask("first", 1)
        await asyncio.sleep(0.15)
        now.conversation.voice.stop()
        now.replier.stop()
        await asyncio.sleep(0.1)
        assert now.responder.closed_early == 1
        now.ask("second", 2)
        await asyncio.sleep(0.5)
        assert now.voice.said[-1] == "Four."
        assert now.responder.asked == ["first", "second"]


async def test_a_question_that_was_stopped_while_it_waited_is_not_asked() -> None:
    async with replying(["One."], ["Two."]) as now:
        for text in ("first", "second"):
            now.ask(text)
        now.conversation.voice.stop()
        now.replier.stop()
        await asyncio.sleep(0.5)
        now.ask("third")
        await asyncio.sleep(0.5)
        assert now.responder.asked == ["third"]


async def test_stopping_with_nothing_to_stop_changes_nothing() -> None:
    async with replying(["One."]) as now:
        now.replier.stop()
        now.ask("first")
        await asyncio.sleep(0.5)
        assert now.voice.said == ["One."]


async def test_a_long_answer_is_made_no_faster_than_it_is_spoken() -> None:
    async with replying(["word " * 50 + "end."], seconds=1.0) as now:
        now.ask("tell me")
        await asyncio.sleep(1)
        assert now.conversation.voice.waiting_seconds <= COMFORT_SECONDS + 1
        await now.conversation.speak(52)
        assert now.conversation.voice.waiting_seconds == 0
        assert now.conversation.agent_text == "word " * 50 + "end."


async def test_an_answer_of_nothing_lets_the_agent_listen_again() -> None:
    async with replying([]) as now:
        speech = now.ask("hm")
        await asyncio.sleep(0.1)
        assert speech.over


async def test_too_many_questions_are_dropped(caplog: pytest.LogCaptureFixture) -> None:
    async with replying(*[["One."]] * MAX_SPEECHES) as now:
        speech = Speech(1)
        for _ in range(MAX_SPEECHES + 2):
            now.replier.ask("x", speech, now.latency())
        assert speech.closed
    assert "is not answered" in caplog.text


async def test_a_voice_with_too_much_to_say_leaves_the_rest_out(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with replying(["long."], seconds=181.0) as now:
        now.ask("x")
        await asyncio.sleep(0.5)
    assert "too much waits" in caplog.text


@pytest.mark.parametrize(
    ("pieces", "error"),
    [(["Well. ", "fail"], ResponderError), (["unspeakable."], SynthesiserError)],
    ids=["responder", "voice"],
)
async def test_a_failure_comes_out_as_itself(pieces: list[str], error: type[Exception]) -> None:
    now = Replying(FakeResponder(pieces), FakeVoice())
    speech = now.ask("x")
    with pytest.raises(error):
        await now.replier.run()
    assert speech.closed
    assert not now.voice.is_open


async def test_what_is_to_be_said_is_said_as_it_is_and_in_its_turn() -> None:
    async with replying(["An answer."]) as now:
        now.ask("hello")
        speech = now.conversation.voice.open(2)
        assert speech is not None
        assert now.replier.say("One sentence. And another.", speech)
        await now.conversation.speak(2.0)
        assert now.conversation.agent_text == "An answer.One sentence. And another."
        assert now.responder.asked == ["hello"]


async def test_no_more_is_said_than_can_wait() -> None:
    now = Replying(FakeResponder(), FakeVoice(0.1))
    speeches = [Speech(number) for number in range(MAX_SPEECHES + 1)]
    assert [now.replier.say("x", speech) for speech in speeches] == [*[True] * MAX_SPEECHES, False]
    assert [speech.closed for speech in speeches] == [*[False] * MAX_SPEECHES, True]
