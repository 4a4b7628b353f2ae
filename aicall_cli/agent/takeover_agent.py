"""What a person who takes a call over is connected with: not an agent, but the caller.

In the agent's voice, what the person says is recognised and said to the caller; in the own
voice it goes there as it is (``takeover``).
"""

import asyncio
from collections.abc import Collection
from typing import Final

from aicall_cli.agent.base import VENDORS_OWN, Conversation
from aicall_cli.agent.listener import Listener, ListenerHandlers
from aicall_cli.agent.takeover import Takeover
from aicall_cli.agent.turn_actions import AgentCommand
from aicall_cli.audio.format import Pcm
from aicall_cli.engine.commands import (
    Command,
    InterruptSpeaking,
    SendCustomMessage,
    SendText,
    SwitchVoiceId,
    UpdateLlmSystemPrompt,
    UpdateTtsSpeechRate,
)
from aicall_cli.engine.enums import AgentErrorCode
from aicall_cli.engine.events import UserSubtitleReceived
from aicall_cli.errors import AicallError
from aicall_cli.speech.recogniser import Recogniser

_OF_AN_AGENT: Final[frozenset[type[Command]]] = frozenset(
    {
        InterruptSpeaking,
        SendCustomMessage,
        SwitchVoiceId,
        UpdateLlmSystemPrompt,
        UpdateTtsSpeechRate,
    }
)


class TakeoverAgent:
    """The caller, to the person; ``recogniser`` hears the person where the agent speaks."""

    def __init__(
        self, conversation: Conversation, takeover: Takeover, recogniser: Recogniser | None
    ) -> None:
        self._conversation = conversation
        self._takeover = takeover
        self._listener: Listener | None = None
        if recogniser is not None:
            self._listener = Listener(
                recogniser, ListenerHandlers(self._tell_partial, self._understood)
            )

    async def run(self) -> None:
        """Join both calls until one of them ends."""
        try:
            async with asyncio.TaskGroup() as tasks:
                if self._listener is not None:
                    tasks.create_task(self._listen(self._listener))
                await self._takeover.run()
        finally:
            self._takeover.end()

    def call_begun(self) -> None:
        """Wait for the person's voice."""

    def utterance_begun(self, sentence_id: int, heeded: bool = True) -> None:
        """Begin to listen."""
        if self._listener is not None:
            self._listener.begin(sentence_id)

    def utterance_heard(self, pcm: Pcm) -> None:
        """Listen."""
        if self._listener is not None:
            self._listener.hear(pcm)

    def utterance_paused(self) -> None:
        """Wait."""

    def utterance_ended(self, silence: float) -> None:
        """Find out what was said."""
        if self._listener is not None:
            self._listener.end()

    def utterance_discarded(self) -> None:
        """Forget what was heard."""
        if self._listener is not None:
            self._listener.discard()

    def sentence_ended(self, sentence_id: int) -> None:
        """Do nothing: no sentence is held."""

    def text_received(self, sentence_id: int, text: str) -> None:
        """Have the agent's voice say what the person typed."""
        self._understood(sentence_id, text)

    @property
    def refuses(self) -> Collection[type[Command]]:
        """What is for an agent, and text where no voice can say it."""
        refused = VENDORS_OWN | _OF_AN_AGENT
        return refused if self._takeover.agent_speaks else refused | {SendText}

    @property
    def speaks(self) -> bool:
        """False: the person hears the caller, and nobody else."""
        return False

    def speak(self, sentence_id: int, text: str) -> bool:
        """Say nothing."""
        return False

    def hand_over(self) -> None:
        """Nobody takes over from a person."""

    def new_recogniser(self) -> Recogniser | None:
        """Return None: nobody takes over from a person."""
        return None

    def obey(self, command: AgentCommand) -> str | None:
        """Refuse it: there is no agent."""
        return "a person who has taken over talks with no agent"

    def reply_stopped(self) -> None:
        """Do nothing: there is no reply."""

    def reply_finished(self) -> None:
        """Do nothing: there is no reply."""

    async def _listen(self, listener: Listener) -> None:
        try:
            await listener.run()
        except AicallError as error:
            self._conversation.fail(AgentErrorCode.AGENT_ASR_FAILED, error.message)

    def _tell_partial(self, sentence_id: int, text: str) -> None:
        self._conversation.publish(UserSubtitleReceived(text, False, sentence_id))

    def _understood(self, sentence_id: int, text: str) -> None:
        self._conversation.publish(UserSubtitleReceived(text, True, sentence_id))
        if text:
            self._takeover.say(text)
