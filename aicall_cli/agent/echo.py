"""The agent that says back what it hears; it needs no extra and no network."""

import json
import logging
from collections.abc import Collection
from typing import Final

import numpy as np

from aicall_cli.agent.base import VENDORS_OWN, Conversation
from aicall_cli.agent.call_options import CallOptions
from aicall_cli.agent.registry import AgentBuilder
from aicall_cli.agent.turn_actions import AgentCommand
from aicall_cli.audio.format import SAMPLE_RATE, Pcm
from aicall_cli.engine.commands import (
    Command,
    SendCustomMessage,
    SwitchVoiceId,
    UpdateLlmSystemPrompt,
    UpdateTtsSpeechRate,
)
from aicall_cli.engine.events import (
    AgentSubtitleReceived,
    CustomMessageReceived,
    UserSubtitleReceived,
)
from aicall_cli.engine.json_value import JSON, json_copy
from aicall_cli.speech.recogniser import Recogniser

_KEPT_SILENCE: Final = 0.1
"""Seconds of the silence after the last voice that are played back with it."""
_log = logging.getLogger(__name__)


class EchoAgent:
    """Plays each utterance back after its end, the next ones after it.

    A typed text comes back as a subtitle.
    """

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._sentence_id = 0
        self._heard: list[Pcm] = []
        self._handed_over = False

    async def run(self) -> None:
        """Do nothing: an echo has no work of its own."""

    def call_begun(self) -> None:
        """Wait for the caller."""

    def utterance_begun(self, sentence_id: int, heeded: bool = True) -> None:
        """Begin to collect."""
        self._sentence_id = sentence_id
        self._heard = []

    def utterance_heard(self, pcm: Pcm) -> None:
        """Collect."""
        self._heard.append(pcm)

    def utterance_paused(self) -> None:
        """Wait."""

    def utterance_ended(self, silence: float) -> None:
        """Queue what was collected, or drop it when too much waits."""
        heard, self._heard = self._heard, []
        if not heard or self._handed_over:
            return
        pcm = np.concatenate(heard)
        surplus = round(max(silence - _KEPT_SILENCE, 0.0) * SAMPLE_RATE)
        voice = self._conversation.voice
        speech = voice.open(self._sentence_id)
        if speech is None or not voice.append(speech, pcm[: len(pcm) - surplus]):
            _log.warning("utterance %d is not echoed: too much waits", self._sentence_id)
        if speech is not None:
            speech.close()

    def utterance_discarded(self) -> None:
        """Forget what was collected."""
        self._heard = []

    def sentence_ended(self, sentence_id: int) -> None:
        """Do nothing: an echo holds no sentence."""

    def text_received(self, sentence_id: int, text: str) -> None:
        """Send the text back."""
        self._conversation.publish(UserSubtitleReceived(text, True, sentence_id))
        if not self._handed_over:
            self._conversation.publish(AgentSubtitleReceived(text, True, sentence_id))

    @property
    def refuses(self) -> Collection[type[Command]]:
        """All that needs a voice of its own, or a model."""
        return VENDORS_OWN | {SwitchVoiceId, UpdateTtsSpeechRate, UpdateLlmSystemPrompt}

    @property
    def speaks(self) -> bool:
        """False: an echo has no voice of its own."""
        return False

    def speak(self, sentence_id: int, text: str) -> bool:
        """Say nothing."""
        return False

    def hand_over(self) -> None:
        """Send nothing back any more."""
        self._handed_over = True

    def new_recogniser(self) -> Recogniser | None:
        """Return None: an echo has no voice of its own."""
        return None

    def obey(self, command: AgentCommand) -> str | None:
        """Send a custom message back."""
        if isinstance(command, SendCustomMessage):
            self._conversation.publish(CustomMessageReceived(_as_json(command.message)))
        return None

    def reply_stopped(self) -> None:
        """Do nothing: what was queued is gone already."""

    def reply_finished(self) -> None:
        """Do nothing: the next utterance is answered as this one was."""


def _as_json(message: str) -> JSON:
    """Return the JSON that ``message`` is, or itself where it is none."""
    try:
        return json_copy(json.loads(message))
    except (ValueError, RecursionError):
        return message


async def configure_echo(options: CallOptions) -> AgentBuilder:
    """Return the maker of an echo; it has no options of its own."""
    return EchoAgent
