import pytest

from aicall_cli.agent.speech_maker import SpeechMaker
from aicall_cli.agent.voice_output import MAX_QUEUED_SECONDS
from aicall_cli.engine.events import AgentSubtitleReceived
from tests.agent.conversation import FakeConversation
from tests.agent.speech_parts import FakeVoice


async def test_a_text_becomes_sound_and_subtitles() -> None:
    conversation, sounds = FakeConversation(), []
    speech = conversation.voice.open(3)
    assert speech is not None
    maker = SpeechMaker(FakeVoice(), conversation.voice)
    await maker.speak("One two! ", speech, lambda: sounds.append(speech.waiting))
    speech.close()
    assert sounds == [0, 4800, 9600]  # the space at the end is a word to this voice
    assert (await conversation.speak(0.3)).any()
    told = [event for event in conversation.did if isinstance(event, AgentSubtitleReceived)]
    assert "".join(event.text for event in told) == "One two! "
    assert [event.end for event in told][-1]


async def test_what_does_not_fit_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    conversation = FakeConversation()
    speech = conversation.voice.open(3)
    assert speech is not None
    maker = SpeechMaker(FakeVoice(MAX_QUEUED_SECONDS + 1), conversation.voice)
    await maker.speak("long", speech)
    assert speech.waiting == 0
    assert "too much waits" in caplog.text
