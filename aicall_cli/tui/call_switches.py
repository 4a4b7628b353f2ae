"""What one key turns on or off, more or less, in a call."""

from collections.abc import Callable, Mapping
from typing import Final

from aicall_cli.tui.call_controller import CallController
from aicall_cli.tui.keyboard.key_map import Action

MAX_VOLUME: Final = 400
VOLUME_STEP: Final = 10
"""In percent, as the volume."""


def _change_volume(call: CallController, step: int) -> None:
    call.set_agent_volume(min(max(call.agent_volume + step, 0), MAX_VOLUME))


SWITCHES: Final[Mapping[Action, Callable[[CallController], None]]] = {
    Action.PUSH_TO_TALK: lambda call: call.set_push_to_talk(not call.push_to_talk),
    Action.MUTE: lambda call: call.set_muted(not call.muted),
    Action.INTERRUPT: lambda call: call.interrupt(),
    # Agents listen for interruptions unless they say otherwise.
    Action.VOICE_INTERRUPT: lambda call: call.set_voice_interrupt(call.voice_interrupt is False),
    Action.AGENT_AUDIO: lambda call: call.set_agent_audio(not call.agent_audio),
    Action.LOUDER: lambda call: _change_volume(call, VOLUME_STEP),
    Action.QUIETER: lambda call: _change_volume(call, -VOLUME_STEP),
    Action.RECORDING: lambda call: call.set_recording(not call.recording),
}
