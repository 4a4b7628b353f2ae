from collections.abc import Mapping

import pytest

from aicall_cli.agent import assistant_kind as kinds
from aicall_cli.agent.assistant import AssistantAgent
from aicall_cli.agent.assistant_kind import assistant_available, assistant_kind
from aicall_cli.agent.call_options import CallOptions
from aicall_cli.agent.chat_endpoint import ChatResponder
from aicall_cli.agent.chosen_voice import ChosenVoice
from aicall_cli.agent.options import Endpoint, ServeOptions
from aicall_cli.agent.rules import RulesResponder
from aicall_cli.errors import UsageError
from aicall_cli.protocol.signaling import Option
from aicall_cli.secret import Secret
from aicall_cli.speech import availability
from aicall_cli.speech.espeak_synthesiser import EspeakSynthesiser
from aicall_cli.speech.openai_speech import OpenAiRecogniser, OpenAiSynthesiser
from aicall_cli.speech.pocketsphinx_recogniser import PocketsphinxRecogniser
from tests.agent.conversation import FakeConversation

ENDPOINT = Endpoint(url="http://127.0.0.1:9/v1", key=Secret("k"), model="m")
SERVERS = ServeOptions(asr=ENDPOINT, chat=ENDPOINT, tts=ENDPOINT)


async def made(
    options: ServeOptions, wanted: Mapping[str, Option] | None = None
) -> tuple[object, object, object]:
    """Return the recogniser, responder and voice of an assistant."""
    call_options = CallOptions(wanted or {})
    build = await assistant_kind(options).configure(call_options)
    call_options.finish()
    agent = build(FakeConversation())
    assert isinstance(agent, AssistantAgent)
    replier = agent._replier
    chosen = replier._means.maker.synthesiser
    assert isinstance(chosen, ChosenVoice)
    return agent._sentences._listener._recogniser, replier._responder, chosen.voice


@pytest.mark.real_time
async def test_the_built_in_parts_are_taken_unless_there_are_others() -> None:
    recogniser, responder, voice = await made(ServeOptions())
    assert isinstance(recogniser, PocketsphinxRecogniser)
    assert isinstance(responder, RulesResponder)
    assert isinstance(voice, EspeakSynthesiser)
    assert voice.name == "en-us"


@pytest.mark.real_time
async def test_servers_take_the_place_of_the_built_in_parts() -> None:
    recogniser, responder, voice = await made(
        SERVERS, {"voice": "nova", "language": "de", "speech_rate": 1.5}
    )
    assert isinstance(recogniser, OpenAiRecogniser)
    assert recogniser._fields == {"model": "m", "response_format": "json", "language": "de"}
    assert isinstance(responder, ChatResponder)
    assert responder._model == "m"
    assert isinstance(voice, OpenAiSynthesiser)
    assert (voice._model, voice.name, voice.rate) == ("m", "nova", 1.5)
    servers = (recogniser._server, responder._server, voice._server)
    assert [server.key_variable for server in servers] == [
        "AICALL_ASR_KEY",
        "AICALL_CHAT_KEY",
        "AICALL_TTS_KEY",
    ]


@pytest.mark.real_time
async def test_a_server_has_a_model_and_a_voice_by_itself() -> None:
    endpoint = Endpoint(url="http://127.0.0.1:9/v1")
    _, responder, voice = await made(ServeOptions(asr=endpoint, chat=endpoint, tts=endpoint))
    assert isinstance(responder, ChatResponder)
    assert responder._model
    assert isinstance(voice, OpenAiSynthesiser)
    assert voice.name


@pytest.mark.real_time
async def test_the_caller_chooses_voice_and_language_before_the_server_does() -> None:
    options = ServeOptions(voice="en-gb", language="en")
    *_, voice = await made(options)
    assert isinstance(voice, EspeakSynthesiser)
    assert voice.name == "en-gb"
    *_, voice = await made(options, {"voice": "fr"})
    assert isinstance(voice, EspeakSynthesiser)
    assert voice.name == "fr"
    *_, voice = await made(ServeOptions(), {"language": "EN_gb"})
    assert isinstance(voice, EspeakSynthesiser)
    assert voice.name == "EN_gb"


@pytest.mark.real_time
async def test_the_caller_chooses_how_fast_the_agent_speaks() -> None:
    *_, voice = await made(ServeOptions(), {"speech_rate": 0.5})
    assert isinstance(voice, EspeakSynthesiser)
    assert voice.rate == 0.5
    with pytest.raises(UsageError, match=r"speech_rate is 2\.5; it must be from 0\.5 to 2"):
        await made(ServeOptions(), {"speech_rate": 2.5})


@pytest.mark.real_time
async def test_the_caller_tells_the_model_what_to_be_and_how_much_to_remember() -> None:
    _, responder, _ = await made(SERVERS, {"system_prompt": "Be brief.", "history_limit": 3})
    assert isinstance(responder, ChatResponder)
    assert (responder._prompt, responder._history._limit) == ("Be brief.", 7)
    long = "Be brief. " * 3000
    _, responder, _ = await made(SERVERS, {"system_prompt": long})
    assert isinstance(responder, ChatResponder)
    assert responder._prompt == long
    await made(ServeOptions(), {"history_limit": 3})
    with pytest.raises(UsageError, match="no language model") as caught:
        await made(ServeOptions(), {"system_prompt": "Be brief."})
    assert "--chat-url" in str(caught.value.hint)


@pytest.mark.real_time
async def test_what_the_built_in_parts_cannot_do_is_refused() -> None:
    with pytest.raises(UsageError, match="English only, not 'de'"):
        await made(ServeOptions(), {"language": "de"})
    with pytest.raises(UsageError, match="no voice 'klingon-77'"):
        await made(ServeOptions(), {"voice": "klingon-77"})


def test_without_the_extra_an_assistant_needs_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    assert assistant_available(ServeOptions())
    monkeypatch.setattr(kinds, "agent_extra_available", lambda: False)
    monkeypatch.setattr(availability, "find_spec", lambda name: None)
    assert not assistant_available(ServeOptions())
    assert not assistant_available(ServeOptions(asr=ENDPOINT))
    assert assistant_available(ServeOptions(asr=ENDPOINT, tts=ENDPOINT))
    with pytest.raises(UsageError) as caught:
        assistant_kind(ServeOptions())
    assert "aicall-cli[agent]" in str(caught.value.hint)
    with pytest.raises(UsageError):
        assistant_kind(ServeOptions(asr=ENDPOINT))
    assistant_kind(SERVERS)
