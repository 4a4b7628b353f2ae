"""How loud one side is, told often enough for a level meter and no more often."""

from typing import Final

from aicall_cli.engine.enums import Party
from aicall_cli.engine.events import VoiceVolumeChanged

VOLUME_SECONDS: Final = 0.2
"""Between two looks: AICallKit's web client has its volumes so often."""
VOLUME_STEP: Final = 4
"""What the volume must have changed by to be told, of 255: about one decibel. Silence after
sound, and sound after silence, are always told."""


class VolumeMeter:
    """Tells the loudest of each ``VOLUME_SECONDS``, where it is another than was told last."""

    def __init__(self, party: Party) -> None:
        self._party = party
        self._told = 0
        self._loudest = 0
        self._until: float | None = None

    def hear(self, volume: int, at: float) -> VoiceVolumeChanged | None:
        """Take the volume, 0 to 255, of a frame that begins ``at`` seconds on the call's axis."""
        if self._until is None:
            self._until = at + VOLUME_SECONDS
        told = None
        if at >= self._until:
            told, self._until = self._tell(), at + VOLUME_SECONDS
        self._loudest = max(self._loudest, volume)
        return told

    def fall_silent(self) -> VoiceVolumeChanged | None:
        """Tell that there is nothing any more, unless that was told last."""
        self._loudest = 0
        return self._tell()

    def _tell(self) -> VoiceVolumeChanged | None:
        loudest, self._loudest = self._loudest, 0
        edge = (loudest == 0) is not (self._told == 0)
        if not edge and abs(loudest - self._told) < VOLUME_STEP:
            return None
        self._told = loudest
        return VoiceVolumeChanged(self._party, loudest)
