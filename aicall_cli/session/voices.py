"""Both sides' voices: who speaks, how loud, how fast the agent answered, whether it comes at all.

Measured on the audio that is sent and heard, not taken from what the agent says of itself.
"""

from collections.abc import Callable
from typing import Final

from aicall_cli.audio.format import TICK_SECONDS, Pcm
from aicall_cli.engine.enums import Party
from aicall_cli.engine.events import (
    AgentAudioChanged,
    CallerVoiceChanged,
    CallEvent,
    TurnMeasured,
    VoiceVolumeChanged,
)
from aicall_cli.engine.latency import Turn, TurnMeter
from aicall_cli.engine.volume_meter import VolumeMeter
from aicall_cli.session.voice_activity import VoiceActivity

UNHEARD_SECONDS: Final = 1.0
"""Without a frame of the agent for this long its audio no longer comes."""
_UNHEARD_TICKS: Final = round(UNHEARD_SECONDS / TICK_SECONDS)


class Voices:
    """What one call's audio tells; ``publish`` takes events, ``wake`` is called for the rest."""

    def __init__(self, publish: Callable[[CallEvent], None], wake: Callable[[], None]) -> None:
        self._publish = publish
        self._wake = wake
        self.turns = TurnMeter()
        self.caller = VoiceActivity(self._caller_started, self._caller_ended)
        self.agent = VoiceActivity(self._agent_started, self._agent_ended)
        self._caller_volume = VolumeMeter(Party.CALLER)
        self._agent_volume = VolumeMeter(Party.AGENT)
        self._agent_comes = False
        self._unheard = 0
        """Ticks that were sent since the agent's last frame: after a pause of our own process
        there are few, however long it was."""

    def hear_caller(self, pcm: Pcm, at: float) -> None:
        """Take a tick that was sent, whose first sample is at ``at`` on the call's axis."""
        self.caller.hear(pcm, at)
        self._publish_volume(self._caller_volume.hear(self.caller.volume, at))
        self._unheard += 1
        if self._agent_comes and self._unheard >= _UNHEARD_TICKS:
            self._agent_comes = False
            self._publish_volume(self._agent_volume.fall_silent())
            self._publish(AgentAudioChanged(available=False))

    def hear_agent(self, pcm: Pcm, at: float) -> None:
        """Take a frame that was heard, whose first sample is at ``at`` on the call's axis."""
        self._unheard = 0
        if not self._agent_comes:
            self._agent_comes = True
            self._publish(AgentAudioChanged(available=True))
        self.agent.hear(pcm, at)
        self._publish_volume(self._agent_volume.hear(self.agent.volume, at))

    def _publish_volume(self, changed: VoiceVolumeChanged | None) -> None:
        if changed is not None:
            self._publish(changed)

    def _caller_started(self, at: float) -> None:
        self.turns.caller_voice_started(at)
        self._publish(CallerVoiceChanged(speaking=True))

    def _caller_ended(self, at: float) -> None:
        turn = self.turns.caller_voice_ended(at)
        self._publish(CallerVoiceChanged(speaking=False))
        self._publish_turn(turn)

    def _agent_started(self, at: float) -> None:
        self._publish_turn(self.turns.agent_voice_started(at))
        self._wake()

    def _agent_ended(self, at: float) -> None:
        self.turns.agent_voice_ended(at)
        self._wake()

    def _publish_turn(self, turn: Turn | None) -> None:
        if turn is not None:
            self._publish(TurnMeasured(turn))
