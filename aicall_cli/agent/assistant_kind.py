"""Of which parts an assistant is made: what the server was told, and what its caller wants."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from aicall_cli.agent import chat_endpoint
from aicall_cli.agent.assistant import AssistantAgent
from aicall_cli.agent.base import Agent, Conversation
from aicall_cli.agent.call_options import CallOptions
from aicall_cli.agent.chat_endpoint import ChatResponder
from aicall_cli.agent.chat_history import chat_history_of
from aicall_cli.agent.chosen_voice import ChosenVoice
from aicall_cli.agent.hangup_functions import hangup_functions_of
from aicall_cli.agent.manners import manners_of
from aicall_cli.agent.options import Endpoint, ServeOptions, key_variable
from aicall_cli.agent.pronunciation import pronunciation_of
from aicall_cli.agent.registry import AgentBuilder, AgentKind
from aicall_cli.agent.responder import Responder
from aicall_cli.agent.rules import RulesResponder
from aicall_cli.agent.sentence_rules import sentence_rules_of
from aicall_cli.engine.limits import MAX_OPTION, MAX_SPEECH_RATE, MIN_SPEECH_RATE
from aicall_cli.errors import UsageError
from aicall_cli.speech import openai_speech
from aicall_cli.speech.availability import (
    agent_extra_available,
    require_recogniser,
    require_synthesiser,
)
from aicall_cli.speech.espeak_synthesiser import DEFAULT_VOICE, EspeakSynthesiser
from aicall_cli.speech.openai_server import OpenAiServer
from aicall_cli.speech.openai_speech import OpenAiRecogniser, OpenAiSynthesiser
from aicall_cli.speech.pocketsphinx_recogniser import PocketsphinxRecogniser
from aicall_cli.speech.recogniser import Recogniser
from aicall_cli.speech.synthesiser import Synthesiser

MAX_NAME = 100
"""Characters of a voice's or language's name."""

_MakeRecogniser: TypeAlias = Callable[[str | None], Recogniser]
"""Makes a recogniser of a language; raises UsageError when it has none of it."""
_MakeVoice: TypeAlias = Callable[[str | None, str | None, float], Synthesiser]
"""Makes a voice of a name, for a language, with a rate."""
_MakeResponder: TypeAlias = Callable[[CallOptions], Callable[[], Responder]]
"""Takes a responder's own options and returns its maker; raises UsageError on a bad one."""


@dataclass(frozen=True, slots=True)
class _Parts:
    recogniser: _MakeRecogniser
    responder: _MakeResponder
    voice: _MakeVoice


def assistant_available(options: ServeOptions) -> bool:
    """Return whether an assistant can be had: with the extra, or with servers in its place."""
    return agent_extra_available() or (options.asr is not None and options.tts is not None)


def assistant_kind(options: ServeOptions) -> AgentKind:
    """Return the assistant of a server; raise UsageError when a part of it is not to be had.

    Call it outside of the loop: certificates are read. Its callers' options are ``voice``,
    ``language``, ``speech_rate``, ``pronunciation_rules``, ``system_prompt``, ``functions``,
    those of ``ChatHistory``, ``Manners`` and ``SentenceRules``.
    """
    parts = _Parts(_recogniser(options.asr), _responder(options.chat), _voice(options.tts))

    async def configure(call_options: CallOptions) -> AgentBuilder:
        voice = call_options.text("voice", options.voice, MAX_NAME)
        language = call_options.text("language", options.language, MAX_NAME)
        rate = call_options.number("speech_rate", 1.0, MIN_SPEECH_RATE, MAX_SPEECH_RATE)
        pronunciation = pronunciation_of(call_options)
        manners = manners_of(call_options)
        rules = sentence_rules_of(call_options)
        make_responder = parts.responder(call_options)
        make_recogniser = partial(parts.recogniser, language)
        make_recogniser()  # a language that there is not is told before the call is accepted
        if voice is not None or language is not None:
            await _try_voice(parts.voice(voice, language, rate))

        def build(conversation: Conversation) -> Agent:
            chosen = ChosenVoice(
                parts.voice(voice, language, rate),
                lambda name: parts.voice(name, language, rate),
                pronunciation,
            )
            return AssistantAgent(
                conversation, make_recogniser, make_responder(), chosen, manners, rules
            )

        return build

    return AgentKind(configure, voice_interrupt=True)


async def _try_voice(voice: Synthesiser) -> None:
    """Raise UsageError when there is no such voice, before the call is accepted."""
    await voice.open()
    await voice.close()


def _server(endpoint: Endpoint, part: str) -> OpenAiServer:
    return OpenAiServer(endpoint.url, endpoint.key, key_variable=key_variable(part))


def _recogniser(endpoint: Endpoint | None) -> _MakeRecogniser:
    if endpoint is None:
        require_recogniser()
        return _pocketsphinx
    server = _server(endpoint, "asr")
    model = endpoint.model or openai_speech.DEFAULT_RECOGNISER_MODEL
    return lambda language: OpenAiRecogniser(server, model, language)


def _pocketsphinx(language: str | None) -> Recogniser:
    if language is not None and language.lower().replace("_", "-").split("-")[0] != "en":
        raise UsageError(
            f"the built-in recogniser understands English only, not {language!r}",
            hint="have a server recognise, with --asr-url",
        )
    return PocketsphinxRecogniser()


def _responder(endpoint: Endpoint | None) -> _MakeResponder:
    if endpoint is None:
        return _rules
    server = _server(endpoint, "chat")
    model = endpoint.model or chat_endpoint.DEFAULT_MODEL

    def take(options: CallOptions) -> Callable[[], Responder]:
        prompt = options.text("system_prompt", None, MAX_OPTION) or chat_endpoint.DEFAULT_PROMPT
        history = chat_history_of(options)
        hangup = hangup_functions_of(options)
        return lambda: ChatResponder(server, model, prompt, history, hangup)

    return take


def _rules(options: CallOptions) -> Callable[[], Responder]:
    for name in ("system_prompt", "history", "functions"):
        if options.text(name, None, MAX_OPTION) is not None:
            raise UsageError(
                f"this assistant has no language model that {name} could be for",
                hint="have a server answer, with --chat-url",
            )
    chat_history_of(options)  # rules need none
    return RulesResponder


def _voice(endpoint: Endpoint | None) -> _MakeVoice:
    if endpoint is None:
        require_synthesiser()
        return lambda voice, language, rate: EspeakSynthesiser(
            voice or language or DEFAULT_VOICE, rate
        )
    server = _server(endpoint, "tts")
    model = endpoint.model or openai_speech.DEFAULT_VOICE_MODEL
    return lambda voice, language, rate: OpenAiSynthesiser(
        server, model, voice or openai_speech.DEFAULT_VOICE, rate
    )
