"""The agent that listens, answers and speaks."""

import asyncio
import logging
from collections.abc import Callable, Collection, Coroutine
from typing import Any, Final

from aicall_cli.agent.answer_latency import AnswerLatency
from aicall_cli.agent.answering import AnswerMeans
from aicall_cli.agent.back_channel import BackChanneler
from aicall_cli.agent.base import VENDORS_OWN, Conversation
from aicall_cli.agent.caller_sentences import Answerer, CallerSentences
from aicall_cli.agent.chosen_voice import ChosenVoice
from aicall_cli.agent.idle_prompter import IdlePrompter, PrompterHandlers
from aicall_cli.agent.manners import NO_MANNERS, Manners
from aicall_cli.agent.pending_prompts import PendingPrompter
from aicall_cli.agent.replier import Replier
from aicall_cli.agent.responder import Responder
from aicall_cli.agent.sentence_rules import NO_RULES, SentenceRules
from aicall_cli.agent.speech import Speech
from aicall_cli.agent.speech_maker import SpeechMaker
from aicall_cli.agent.turn_actions import AgentCommand
from aicall_cli.audio.format import Pcm
from aicall_cli.engine.commands import (
    Command,
    SendCustomMessage,
    SwitchVoiceId,
    UpdateLlmSystemPrompt,
    UpdateTtsSpeechRate,
)
from aicall_cli.engine.enums import AgentErrorCode, LeaveReason
from aicall_cli.engine.events import UserSubtitleReceived, VoiceIdChanged
from aicall_cli.errors import AicallError
from aicall_cli.speech.recogniser import Recogniser
from aicall_cli.text import escape

MAX_WANTED_VOICES: Final = 8
"""Voices that may be asked for while one is being loaded."""
MAX_SHOWN_MESSAGE: Final = 1000
"""Characters of a custom message that the log shows."""

_log = logging.getLogger(__name__)


class AssistantAgent:
    """Recognises each utterance, has it answered, and speaks the answer."""

    def __init__(
        self,
        conversation: Conversation,
        make_recogniser: Callable[[], Recogniser],
        responder: Responder,
        voice: ChosenVoice,
        manners: Manners = NO_MANNERS,
        rules: SentenceRules = NO_RULES,
    ) -> None:
        self._manners = manners
        self._conversation = conversation
        self._make_recogniser = make_recogniser
        self._handed_over = False
        self._responder = responder
        self._voice = voice
        self._wanted_voices: asyncio.Queue[str] = asyncio.Queue(MAX_WANTED_VOICES)
        pending = manners.pending_prompts
        self._replier = Replier(
            responder,
            AnswerMeans(
                conversation,
                SpeechMaker(voice, conversation.voice),
                manners,
                None if pending is None else PendingPrompter(pending),
            ),
        )
        self._back_channeler = BackChanneler(manners.back_channels, voice, conversation.voice)
        self._prompter = IdlePrompter(
            manners.idle_prompts, PrompterHandlers(say=self._say, leave=self._leave_idle)
        )
        self._sentences = CallerSentences(
            conversation, make_recogniser(), rules, Answerer(self._promise, self._replier.ask)
        )

    async def run(self) -> None:
        """Listen and answer until the call ends; a failure ends the call."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._watch(self._sentences.run(), AgentErrorCode.AGENT_ASR_FAILED))
            tasks.create_task(self._watch(self._replier.run(), AgentErrorCode.REPLY_FAILED))
            tasks.create_task(self._switch_voices())
            tasks.create_task(self._prompter.run())
            tasks.create_task(self._back_channeler.run())

    def call_begun(self) -> None:
        """Greet, and answer the query that begins the call, if that is asked for."""
        greeting, query = self._manners.greeting, self._manners.wake_up_query
        self._prompter.note_agent(False)
        if greeting is not None:
            self._say(greeting)
        if query is not None:
            self._ask(self._conversation.new_sentence(), query)

    def utterance_begun(self, sentence_id: int, heeded: bool = True) -> None:
        """Begin to listen."""
        self._prompter.note_caller(True)
        self._sentences.begin(sentence_id, heeded)

    def utterance_heard(self, pcm: Pcm) -> None:
        """Listen."""
        self._sentences.hear(pcm)

    def utterance_paused(self) -> None:
        """Show attention, perhaps."""
        if not self._handed_over:
            self._back_channeler.caller_paused()

    def utterance_ended(self, silence: float) -> None:
        """Promise an answer, which makes the agent think, and find out what was said."""
        self._sentences.end(silence)
        self._prompter.note_caller(False)

    def utterance_discarded(self) -> None:
        """Forget what was heard."""
        self._prompter.note_caller(False)
        self._sentences.discard()

    def sentence_ended(self, sentence_id: int) -> None:
        """Answer what was waited for to go on, and did not."""
        self._sentences.end_held(sentence_id)

    def text_received(self, sentence_id: int, text: str) -> None:
        """Answer what was typed."""
        for busy in (True, False):
            self._prompter.note_caller(busy)
        self._conversation.publish(UserSubtitleReceived(text, True, sentence_id))
        self._ask(sentence_id, text)

    @property
    def refuses(self) -> Collection[type[Command]]:
        """What is the vendor's own, and a system prompt where no language model follows it."""
        if self._responder.takes_prompt:
            return VENDORS_OWN
        return VENDORS_OWN | {UpdateLlmSystemPrompt}

    @property
    def speaks(self) -> bool:
        """True."""
        return True

    def speak(self, sentence_id: int, text: str) -> bool:
        """Say ``text`` with the voice of the answers, after those that wait."""
        speech = self._open_speech(sentence_id)
        return speech is not None and self._replier.say(text, speech)

    def hand_over(self) -> None:
        """Answer nothing any more, and prompt for nothing; what is said is still told."""
        self._handed_over = True
        self._prompter.stop()

    def new_recogniser(self) -> Recogniser | None:
        """Return one as its own."""
        return self._make_recogniser()

    def obey(self, command: AgentCommand) -> str | None:
        """Change the voice, its rate or the prompt; log what is for the application's server."""
        match command:
            case SwitchVoiceId(voice_id):
                if self._wanted_voices.full():
                    return "too many voices are asked for at once"
                self._wanted_voices.put_nowait(voice_id)
            case UpdateTtsSpeechRate(rate):
                self._voice.rate = rate
            case UpdateLlmSystemPrompt(prompt):
                self._responder.instruct(prompt)
            case SendCustomMessage(message):
                shown = escape(message, limit=MAX_SHOWN_MESSAGE)
                _log.warning("a custom message reaches no server but this log: %s", shown)
        return None

    def reply_stopped(self) -> None:
        """Make no more of the present answer; what is being said counts from now on."""
        self._sentences.heed()
        self._prompter.note_interruption()
        self._replier.stop()

    def reply_finished(self) -> None:
        """Wait for the caller, or leave where the answer was a goodbye."""
        self._prompter.note_agent(False)
        if self._responder.hangs_up:
            self._conversation.leave(LeaveReason.OTHER, "the language model hung up")

    def _say(self, text: str) -> None:
        self.speak(self._conversation.new_sentence(), text)

    def _leave_idle(self) -> None:
        self._conversation.leave(LeaveReason.IDLE, "nothing was said in spite of prompts")

    def _ask(self, sentence_id: int, text: str) -> None:
        speech = self._promise(sentence_id)
        if speech is not None:
            self._replier.ask(text, speech, AnswerLatency(self._conversation.clock))

    def _promise(self, sentence_id: int) -> Speech | None:
        """Return the speech of an answer; None where none is to be made."""
        return None if self._handed_over else self._open_speech(sentence_id)

    def _open_speech(self, sentence_id: int) -> Speech | None:
        speech = self._conversation.voice.open(sentence_id)
        if speech is None:
            _log.warning("sentence %d is not answered: too many answers wait", sentence_id)
        else:
            self._prompter.note_agent(True)
        return speech

    async def _switch_voices(self) -> None:
        while True:
            voice_id = await self._wanted_voices.get()
            try:
                await self._voice.switch(voice_id)
            except AicallError as error:
                _log.warning("the voice stays as it is: %s", error.message)
            # The caller is told whose voice it is now, be it the one that remains.
            self._conversation.publish(VoiceIdChanged(self._voice.name))

    async def _watch(self, work: Coroutine[Any, Any, None], code: int) -> None:
        try:
            await work
        except AicallError as error:
            # The caller is told one sentence; what to do next is the better half of it.
            hint = f" ({error.hint})" if error.hint else ""
            self._conversation.fail(code, error.message + hint)
