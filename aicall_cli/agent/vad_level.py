"""AICallKit's ``VadLevel``, 0 to 11, as settings of our voice detector.

The vendor's reference has 1 to 10 as "the higher, the harder to interrupt", 11, its default, as
a kind of its own with more resistance to noise, and 0 as switched off. Here every level is an
aggressiveness of WebRTC's detector and a floor that a voice must be louder than, for all that
the caller says: 11 is what this detector does by itself, and 0 leaves it to WebRTC's detector
at its most willing, without a floor.
"""

from dataclasses import dataclass
from typing import Final

from aicall_cli.speech.voice_detector import FLOOR_DBFS, MODE

MAX_VAD_LEVEL: Final = 11
_NO_FLOOR: Final = -90.0
"""Under every voice; digital silence is lower still."""


@dataclass(frozen=True, slots=True)
class VadLevel:
    """Settings of a voice detector."""

    mode: int
    """WebRTC's aggressiveness, 0 to 3."""
    floor_dbfs: float
    """What a voice must be louder than, dB of full scale."""


VAD_LEVELS: Final = (
    VadLevel(0, _NO_FLOOR),
    VadLevel(0, -60.0),
    VadLevel(0, -57.0),
    VadLevel(1, -54.0),
    VadLevel(1, -51.0),
    VadLevel(2, -48.0),
    VadLevel(2, -45.0),
    VadLevel(2, -42.0),
    VadLevel(3, -39.0),
    VadLevel(3, -36.0),
    VadLevel(3, -33.0),
    VadLevel(MODE, FLOOR_DBFS),
)
"""By their number."""
