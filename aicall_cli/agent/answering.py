"""One answer on its way from the responder to the caller's ear."""

from dataclasses import dataclass

from aicall_cli.agent.answer_latency import AnswerLatency
from aicall_cli.agent.answer_reader import AnswerReader
from aicall_cli.agent.base import Conversation
from aicall_cli.agent.emotion_tag import EmotionTag
from aicall_cli.agent.manners import Manners
from aicall_cli.agent.pending_prompts import PendingPrompter
from aicall_cli.agent.portions import Portions
from aicall_cli.agent.speech import Speech
from aicall_cli.agent.speech_maker import SpeechMaker
from aicall_cli.engine.events import AgentEmotionReceived, LlmReplyCompleted


@dataclass(frozen=True, slots=True)
class AnswerMeans:
    """What all answers of a call have in common."""

    conversation: Conversation
    maker: SpeechMaker
    manners: Manners
    prompter: PendingPrompter | None
    """None: nothing is said while an answer is long in coming."""


class Answering:
    """Takes an answer as it comes: has it spoken, and tells the caller what there is to tell."""

    def __init__(self, means: AnswerMeans, speech: Speech, latency: AnswerLatency) -> None:
        self._means = means
        self._speech = speech
        self._latency = latency
        self._tag = EmotionTag()
        self._portions = Portions(means.manners.portion_size)
        self._prompts = ""
        self._prompt_due: float | None = None
        self._text: str | None = None
        """The answer so far; None before it begins."""

    def heard(self) -> str | None:
        """Return what of the answer was heard until it was cut off; None when it was not."""
        if not self._speech.stopped:
            return None
        return self._speech.told[len(self._prompts) :].strip()

    async def run(self, reader: AnswerReader) -> None:
        """Take all of the answer; raise AgentError when it cannot be made or spoken."""
        self._latency.asked()
        self._wait_for_answer()
        while (piece := await self._read(reader)) is not None:
            await self._take(self._tag.feed(piece))
        await self._take(self._tag.flush())
        if self._means.manners.complete_reply and self._text is not None:
            self._publish_whole(self._text)
        for portion in self._portions.flush():
            await self._speak(portion)

    async def _read(self, reader: AnswerReader) -> str | None:
        while True:
            try:
                return await reader.read(self._patience())
            except TimeoutError:
                await self._fill_silence()

    def _wait_for_answer(self) -> None:
        """Be due to say a prompt after what can be heard now, and a while of silence."""
        conversation, prompter = self._means.conversation, self._means.prompter
        if prompter is not None:
            silent = conversation.clock() + conversation.voice.waiting_seconds
            self._prompt_due = silent + prompter.wait

    def _patience(self) -> float | None:
        """Return for how many seconds nothing may come; None for ever."""
        due = self._prompt_due if self._text is None else self._portions.deadline
        return None if due is None else max(due - self._means.conversation.clock(), 0.0)

    async def _fill_silence(self) -> None:
        prompter = self._means.prompter
        if self._text is None and prompter is not None:
            prompt = prompter.choose() + " "
            self._prompts += prompt
            await self._means.maker.speak(prompt, self._speech)
            self._wait_for_answer()
        for portion in self._portions.overdue(self._means.conversation.clock()):
            await self._speak(portion)

    async def _take(self, text: str) -> None:
        if not text:
            return
        if self._text is None:
            self._text = ""
            emotion = AgentEmotionReceived(self._tag.emotion or "", self._speech.sentence_id)
            self._means.conversation.publish(emotion)
        self._text += text
        for portion in self._portions.feed(text, self._means.conversation.clock()):
            await self._speak(portion)

    async def _speak(self, portion: str) -> None:
        self._latency.to_be_spoken()
        await self._means.maker.speak(portion, self._speech, self._note_sound)

    def _note_sound(self) -> None:
        if self._latency.spoken() and self._latency.report is not None:
            self._means.conversation.publish(self._latency.report)

    def _publish_whole(self, text: str) -> None:
        self._means.conversation.publish(LlmReplyCompleted(text, self._speech.sentence_id))
