"""What an agent is to its call, and what the call is to its agent."""

from collections.abc import Collection
from typing import Final, Protocol

from aicall_cli.agent.turn_actions import AgentCommand
from aicall_cli.agent.voice_output import VoiceOutput
from aicall_cli.audio.format import Pcm
from aicall_cli.clock import Clock
from aicall_cli.engine.commands import (
    ClearVoiceprint,
    Command,
    StartVisionCustomCapture,
    StopVisionCustomCapture,
    UpdateBailianAppParams,
    UpdateVcrConfig,
    UseVoiceprint,
)
from aicall_cli.engine.enums import LeaveReason
from aicall_cli.engine.events import AgentEvent
from aicall_cli.speech.recogniser import Recogniser

VENDORS_OWN: Final[frozenset[type[Command]]] = frozenset(
    {
        UseVoiceprint,
        ClearVoiceprint,
        StartVisionCustomCapture,
        StopVisionCustomCapture,
        UpdateVcrConfig,
        UpdateBailianAppParams,
    }
)
"""What needs a voiceprint, a picture or the vendor's Model Studio: no agent of ours has them."""


class Conversation(Protocol):
    """What an agent can do in its call; everything on the loop's thread."""

    @property
    def clock(self) -> Clock:
        """The call's clock."""
        ...

    @property
    def voice(self) -> VoiceOutput:
        """What the caller hears; opening a speech there makes the agent think, then speak."""
        ...

    def new_sentence(self) -> int:
        """Return the id of a sentence that the agent begins without being asked."""
        ...

    def interrupt_by_words(self) -> bool:
        """Stop speaking because the caller said a certain word; False when it is not heard."""
        ...

    def end_turn(self, sentence_id: int) -> None:
        """End the caller's turn at once if it is saying this sentence: a certain word came."""
        ...

    def hold_sentence(self, sentence_id: int, seconds: float) -> bool:
        """Have what is said next belong to this sentence, for so many seconds.

        Unless it goes on by then, ``sentence_ended`` follows. Where ``seconds`` are infinite it
        does not: then the sentence can go on until its answer is heard. Return whether it can
        at all: what is said by push-to-talk cannot, nor a sentence before the last.
        """
        ...

    def publish(self, event: AgentEvent) -> None:
        """Send ``event`` to the caller; one that cannot be sent is counted and dropped."""
        ...

    def leave(self, reason: LeaveReason, message: str) -> None:
        """Tell the caller why, and end the call."""
        ...

    def fail(self, code: int, message: str) -> None:
        """Report a failure (AICallKit message 1000), then end the call."""
        ...

    def end(self, reason: str) -> None:
        """End the call without telling the caller first."""
        ...

    # What only scripts do, to show how a caller bears it.

    def send_raw(self, data: str | bytes) -> None:
        """Send ``data`` on the data channel as it is."""
        ...

    def send_raw_signaling(self, data: str | bytes) -> None:
        """Send ``data`` on the signaling socket as it is."""
        ...

    def stop_media(self) -> None:
        """Send no RTP any more."""
        ...

    def vanish(self) -> None:
        """End the call without a word."""
        ...


class Agent(Protocol):
    """One agent in one call.

    The call tells it what the caller does through the plain methods, which return at once;
    what takes time happens in ``run``. Of an utterance it gets ``utterance_begun``, any number
    of ``utterance_heard``, then ``utterance_ended`` or ``utterance_discarded``; one at a time.
    """

    async def run(self) -> None:
        """Live as long as the call; cancelled at its end. It may return early."""
        ...

    def call_begun(self) -> None:
        """Media and messages can flow from now on."""
        ...

    def utterance_begun(self, sentence_id: int, heeded: bool = True) -> None:
        """An utterance begins; its audio follows.

        One that is not ``heeded`` is said where the agent may not be interrupted. It is
        discarded in the end, unless a ``reply_stopped`` comes first.
        """
        ...

    def utterance_heard(self, pcm: Pcm) -> None:
        """The utterance's next samples, mono 48 kHz."""
        ...

    def utterance_paused(self) -> None:
        """The caller is silent; the utterance ends, unless the voice comes back in time."""
        ...

    def utterance_ended(self, silence: float) -> None:
        """The utterance is complete; its last ``silence`` seconds are silent."""
        ...

    def utterance_discarded(self) -> None:
        """The utterance is to be forgotten."""
        ...

    def sentence_ended(self, sentence_id: int) -> None:
        """A sentence that it held is over without having gone on."""
        ...

    def text_received(self, sentence_id: int, text: str) -> None:
        """The caller typed ``text``."""
        ...

    @property
    def refuses(self) -> Collection[type[Command]]:
        """What it does not know how to do: the caller is told, and such a command refused."""
        ...

    @property
    def speaks(self) -> bool:
        """Whether it has a voice that can say any text."""
        ...

    def speak(self, sentence_id: int, text: str) -> bool:
        """Say ``text`` after all that waits; False when too much waits already."""
        ...

    def hand_over(self) -> None:
        """A person talks with the caller from now on: only do what is asked for, answer nothing."""
        ...

    def new_recogniser(self) -> Recogniser | None:
        """Return ears for a person who speaks with its voice; None where nobody can."""
        ...

    def obey(self, command: AgentCommand) -> str | None:
        """Do ``command``, at once or soon; return why not where it cannot be done."""
        ...

    def reply_stopped(self) -> None:
        """The present reply was interrupted; its speech is stopped already."""
        ...

    def reply_finished(self) -> None:
        """All that was to be said is said."""
        ...
