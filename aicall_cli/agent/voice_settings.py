"""How an agent's voice reaches its caller: how loud, and with what behind it."""

import asyncio
from dataclasses import dataclass

from aicall_cli.agent.call_options import CallOptions
from aicall_cli.agent.voice_output import MAX_VOLUME, VoiceOutput
from aicall_cli.audio.ambience import AMBIENCES, AmbientSound, ambience
from aicall_cli.audio.format import Pcm
from aicall_cli.errors import UsageError
from aicall_cli.text import escape

_SHOWN = 40
"""Characters of a sound's name that an error repeats."""


@dataclass(frozen=True, slots=True)
class VoiceSettings:
    """AICallKit's ``Volume`` and ``AmbientSoundConfig``; both volumes are per cent."""

    volume: float = 100.0
    background: Pcm | None = None
    """The loop that is heard all the time."""
    background_volume: float = 100.0

    def apply(self, voice: VoiceOutput) -> None:
        """Have ``voice`` sound so."""
        voice.volume = self.volume
        if self.background is not None:
            voice.background = AmbientSound(self.background, self.background_volume)


async def voice_settings_of(options: CallOptions) -> VoiceSettings:
    """Take ``volume``, ``ambient_sound`` and ``ambient_volume``; raise UsageError on a bad one.

    ``ambient_sound`` is the name of one of AMBIENCES.
    """
    volume = options.number("volume", 100.0, 0.0, MAX_VOLUME)
    background_volume = options.number("ambient_volume", 100.0, 0.0, 100.0)
    name = options.text("ambient_sound", None)
    if not name:
        return VoiceSettings(volume)
    if name not in AMBIENCES:
        raise UsageError(
            f"there is no background sound '{escape(name, limit=_SHOWN)}'",
            hint=f"there are {', '.join(AMBIENCES)}",
        )
    # The first call that wants it waits until it is made; the others have ticks to send.
    loop = await asyncio.to_thread(ambience, name)
    return VoiceSettings(volume, loop, background_volume)
