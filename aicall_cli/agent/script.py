"""The agent that does what a script says, to the millisecond; for tests."""

import asyncio
import logging
import os
from collections.abc import Callable, Collection
from contextlib import aclosing
from typing import Final, assert_never

import numpy as np

from aicall_cli.agent.base import Conversation
from aicall_cli.agent.script_steps import (
    Deed,
    LeaveCall,
    Misdeed,
    Say,
    SayBye,
    Script,
    SendRaw,
    Sound,
    TellAgentSubtitle,
    TellEvent,
    TellUserSubtitle,
    Trigger,
)
from aicall_cli.agent.speech import SubtitlePiece
from aicall_cli.agent.turn_actions import AgentCommand
from aicall_cli.agent.word_pieces import WordPieces
from aicall_cli.audio.format import SAMPLE_RATE, Pcm
from aicall_cli.audio.tone import tone
from aicall_cli.engine.commands import Command
from aicall_cli.engine.events import AgentSubtitleReceived, UserSubtitleReceived
from aicall_cli.speech.recogniser import Recogniser
from aicall_cli.speech.synthesiser import Synthesiser

DIED_STATUS: Final = 99
"""The exit status of a server that a script let die."""
_MAX_TRIGGERS: Final = 1000
_log = logging.getLogger(__name__)

_Voice = tuple[Pcm, tuple[SubtitlePiece, ...]]


class ScriptAgent:
    """Plays one script in one call."""

    def __init__(
        self,
        conversation: Conversation,
        script: Script,
        make_voice: Callable[[], Synthesiser],
    ) -> None:
        self._conversation = conversation
        self._script = script
        self._make_voice = make_voice
        self._triggers: asyncio.Queue[tuple[Trigger, float]] = asyncio.Queue(_MAX_TRIGGERS)
        self._sentence_id = 0
        self._handed_over = False
        self._voices: dict[Deed, _Voice] = {}

    async def run(self) -> None:
        """Make what is spoken, then do each step when it is due."""
        await self._prepare()
        due = self._conversation.clock()
        for step in self._script.steps:
            if step.after is not None:
                due = await self._wait_for(step.after)
            due += step.delay
            await asyncio.sleep(max(due - self._conversation.clock(), 0.0))
            if self._handed_over:
                return
            self._do(step.deed)

    def call_begun(self) -> None:
        """Set off what waits for it."""
        self._set_off(Trigger.CALL_BEGIN)

    def utterance_begun(self, sentence_id: int, heeded: bool = True) -> None:
        """Answer this sentence from now on."""
        self._sentence_id = sentence_id

    def utterance_heard(self, pcm: Pcm) -> None:
        """Ignore it: a script does not listen."""

    def utterance_paused(self) -> None:
        """Wait."""

    def utterance_ended(self, silence: float) -> None:
        """Set off what waits for it."""
        self._set_off(Trigger.UTTERANCE)

    def utterance_discarded(self) -> None:
        """Ignore it."""

    def sentence_ended(self, sentence_id: int) -> None:
        """Ignore it: a script holds no sentence."""

    def text_received(self, sentence_id: int, text: str) -> None:
        """Set off what waits for it."""
        self._sentence_id = sentence_id
        self._set_off(Trigger.TEXT)

    @property
    def refuses(self) -> Collection[type[Command]]:
        """Nothing: a script answers what it likes."""
        return ()

    @property
    def speaks(self) -> bool:
        """False: a script says what is in it."""
        return False

    def speak(self, sentence_id: int, text: str) -> bool:
        """Say nothing."""
        return False

    def hand_over(self) -> None:
        """Do nothing more of what is in the script."""
        self._handed_over = True

    def new_recogniser(self) -> Recogniser | None:
        """Return None: a script says what is in it."""
        return None

    def obey(self, command: AgentCommand) -> str | None:
        """Set off what waits for it."""
        self._set_off(Trigger.of(command))
        return None

    def reply_stopped(self) -> None:
        """Set off what waits for it."""
        self._set_off(Trigger.INTERRUPT)

    def reply_finished(self) -> None:
        """Set off what waits for it."""
        self._set_off(Trigger.REPLY)

    def _set_off(self, trigger: Trigger) -> None:
        if self._triggers.full():
            _log.warning("a script was set off too often: %s is dropped", trigger)
        else:
            self._triggers.put_nowait((trigger, self._conversation.clock()))

    async def _wait_for(self, wanted: Trigger) -> float:
        """Return when the next ``wanted`` happened; what happened before it is forgotten."""
        while True:
            trigger, at = await self._triggers.get()
            if trigger is wanted:
                return at

    async def _prepare(self) -> None:
        for step in self._script.steps:
            if isinstance(step.deed, Sound):
                self._voices[step.deed] = _sound(step.deed)
        if self._script.speaks:
            await self._prepare_speech()

    async def _prepare_speech(self) -> None:
        voice = self._make_voice()
        await voice.open()
        try:
            for step in self._script.steps:
                if isinstance(step.deed, Say):
                    self._voices[step.deed] = await _spoken(voice, step.deed)
        finally:
            await voice.close()

    def _do(self, deed: Deed) -> None:
        match deed:
            case Say() | Sound():
                self._speak(*self._voices[deed])
            case TellAgentSubtitle() | TellUserSubtitle() | TellEvent():
                self._tell(deed)
            case LeaveCall(reason, message):
                self._conversation.leave(reason, message)
            case SayBye(reason):
                self._conversation.end(reason)
            case SendRaw(data, signaling):
                if signaling:
                    self._conversation.send_raw_signaling(data)
                else:
                    self._conversation.send_raw(data)
            case Misdeed():
                self._misbehave(deed)
            case _:
                assert_never(deed)

    def _speak(self, pcm: Pcm, pieces: tuple[SubtitlePiece, ...]) -> None:
        voice = self._conversation.voice
        speech = voice.open(self._sentence_id)
        if speech is None or not voice.append(speech, pcm, pieces):
            _log.warning("a step of a script is not spoken: too much waits")
        if speech is not None:
            speech.close()

    def _tell(self, deed: TellAgentSubtitle | TellUserSubtitle | TellEvent) -> None:
        publish = self._conversation.publish
        match deed:
            case TellAgentSubtitle(pieces):
                for number, text in enumerate(pieces, 1):
                    publish(AgentSubtitleReceived(text, number == len(pieces), self._sentence_id))
            case TellUserSubtitle(text, end):
                publish(UserSubtitleReceived(text, end, self._sentence_id))
            case TellEvent(event):
                publish(event)
            case _:
                assert_never(deed)

    def _misbehave(self, misdeed: Misdeed) -> None:
        match misdeed:
            case Misdeed.GO_SILENT:
                self._conversation.stop_media()
            case Misdeed.CLOSE:
                self._conversation.vanish()
            case Misdeed.DIE:
                os._exit(DIED_STATUS)
            case _:
                assert_never(misdeed)


def _sound(deed: Sound) -> _Voice:
    samples = round(deed.seconds * SAMPLE_RATE)
    if deed.frequency:
        amplitude = 10 ** (deed.level_dbfs / 20)
        pcm = tone(deed.frequency, 0, samples, SAMPLE_RATE, amplitude)
    else:
        pcm = np.zeros(samples, np.int16)
    return pcm, _spread(deed.pieces, samples)


async def _spoken(voice: Synthesiser, deed: Say) -> _Voice:
    parts: list[Pcm] = []
    pieces: list[SubtitlePiece] = []
    samples = 0
    words = WordPieces(deed.text)
    async with aclosing(voice.synthesise(deed.text)) as chunks:
        async for chunk in chunks:
            pieces += (SubtitlePiece(samples + p.at, p.text) for p in words.pieces(chunk.words))
            parts.append(chunk.pcm)
            samples += len(chunk.pcm)
    pieces += (SubtitlePiece(samples, piece.text) for piece in words.rest())
    pcm = np.concatenate(parts) if parts else np.empty(0, np.int16)
    return pcm, _spread(deed.pieces, samples) if deed.pieces else tuple(pieces)


def _spread(texts: tuple[str, ...], samples: int) -> tuple[SubtitlePiece, ...]:
    """Return the pieces at even distances over ``samples``."""
    return tuple(
        SubtitlePiece(number * samples // len(texts), text) for number, text in enumerate(texts)
    )
