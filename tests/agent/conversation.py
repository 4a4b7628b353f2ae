"""A conversation without a call: what an agent did is noted, and its voice is pulled by hand."""

import asyncio
from collections.abc import Callable

import numpy as np

from aicall_cli.agent.speech import ToldPiece
from aicall_cli.agent.voice_output import VoiceHandlers, VoiceOutput
from aicall_cli.audio.format import Pcm
from aicall_cli.clock import Clock
from aicall_cli.engine.enums import AgentState, InterruptedReason, LeaveReason
from aicall_cli.engine.events import (
    AgentErrorOccurred,
    AgentEvent,
    AgentStateChanged,
    AgentSubtitleReceived,
    AgentWillLeave,
    SpeakingInterrupted,
)


class FakeConversation:
    """Everything an agent can do, noted in ``did``; subtitles of the voice are among it."""

    def __init__(self) -> None:
        self.did: list[AgentEvent | str | bytes | tuple[str, str | bytes]] = []
        self.sentences = 100
        self.held: list[tuple[int, float]] = []
        self.holds = True
        self.on_stopped: Callable[[], None] = lambda: None
        self.voice = VoiceOutput(
            VoiceHandlers(
                on_opened=self._opened,
                on_started=lambda: self._state(AgentState.SPEAKING),
                on_finished=lambda: self._state(AgentState.LISTENING),
                on_subtitle=self._subtitle,
            )
        )
        self.clock: Clock = asyncio.get_running_loop().time

    @property
    def states(self) -> list[AgentState]:
        return [event.state for event in self.did if isinstance(event, AgentStateChanged)]

    @property
    def agent_text(self) -> str:
        return "".join(e.text for e in self.did if isinstance(e, AgentSubtitleReceived))

    def new_sentence(self) -> int:
        self.sentences += 1
        return self.sentences

    def interrupt_by_words(self) -> bool:
        audible = self.states[-1:] == [AgentState.SPEAKING]
        if audible:
            self.voice.stop()
            self.on_stopped()
            self.publish(SpeakingInterrupted(InterruptedReason.BY_WORDS))
            self._state(AgentState.LISTENING)
        return audible

    def end_turn(self, sentence_id: int) -> None:
        self.did.append(("turn ended", str(sentence_id)))

    def hold_sentence(self, sentence_id: int, seconds: float) -> bool:
        self.held.append((sentence_id, seconds))
        return self.holds

    def publish(self, event: AgentEvent) -> None:
        self.did.append(event)

    def leave(self, reason: LeaveReason, message: str) -> None:
        self.did.append(AgentWillLeave(reason.value, message))

    def fail(self, code: int, message: str) -> None:
        self.did.append(AgentErrorOccurred(code))
        self.leave(LeaveReason.OTHER, message)

    def end(self, reason: str) -> None:
        self.did.append(("end", reason))

    def send_raw(self, data: str | bytes) -> None:
        self.did.append(("data channel", data))

    def send_raw_signaling(self, data: str | bytes) -> None:
        self.did.append(("signaling", data))

    def stop_media(self) -> None:
        self.did.append("media stopped")

    def vanish(self) -> None:
        self.did.append("vanished")

    def spoken(self, ticks: int) -> Pcm:
        """Pull ``ticks`` ticks of the voice."""
        return np.concatenate([self.voice.pull() for _ in range(ticks)])

    async def speak(self, seconds: float) -> Pcm:
        """Pull the voice every 20 ms for ``seconds`` of the loop's time."""
        pulled = []
        for _ in range(round(seconds * 50)):
            pulled.append(self.voice.pull())
            await asyncio.sleep(0.02)
        return np.concatenate(pulled)

    def _opened(self) -> None:
        if self.states[-1:] != [AgentState.SPEAKING]:
            self._state(AgentState.THINKING)

    def _state(self, state: AgentState) -> None:
        self.did.append(AgentStateChanged(state))

    def _subtitle(self, piece: ToldPiece, sentence_id: int) -> None:
        self.did.append(AgentSubtitleReceived(piece.text, piece.end, sentence_id))
