"""The caller's audio on its way in: bounded, watched for a voice, cut into utterances."""

import logging
from dataclasses import dataclass
from typing import Final, assert_never

from aicall_cli.agent.rate_limit import RateLimit
from aicall_cli.agent.turn_actions import Origin
from aicall_cli.agent.turn_settings import TurnSettings
from aicall_cli.agent.utterance import UtteranceCutter
from aicall_cli.agent.vad_level import VAD_LEVELS
from aicall_cli.audio.format import SAMPLE_RATE, Pcm
from aicall_cli.rtc.receive_path import HeardFrame
from aicall_cli.speech.voice_detector import (
    END_SILENCE,
    VoiceDetector,
    VoiceEvent,
    VoiceStarted,
)

MEDIA_SPEED: Final = 1.5
"""Seconds of audio that are taken in a second: more than any clock's drift, yet bounded."""
MEDIA_BURST_SECONDS: Final = 5.0
"""Audio that is taken at once after an outage."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class HeardAudio:
    """What one frame means."""

    utterance: Pcm | None
    """The frame's samples if they belong to an open utterance."""
    voice: list[VoiceEvent]
    end: float
    """The time after the frame's last sample, on the axis of ``voice``."""


class CallerAudio:
    """One call's audio from the caller."""

    def __init__(self, call_id: str, settings: TurnSettings) -> None:
        self._call_id = call_id
        self._settings = settings
        self._rate = RateLimit(MEDIA_SPEED, MEDIA_BURST_SECONDS)
        self._detector = _detector(settings)
        self._cutter = UtteranceCutter()
        self._onset = 0

    @property
    def voiced(self) -> bool:
        """Whether the caller's voice was there when audio last came."""
        return self._detector.active

    @property
    def dropped(self) -> int:
        """Frames that were dropped because audio came too fast."""
        return self._rate.refused

    def take(self, frame: HeardFrame, now: float) -> HeardAudio:
        """Take the next frame, which came at ``now`` seconds."""
        frame_end = (frame.timestamp + len(frame.pcm)) / SAMPLE_RATE
        if not self._rate.allow(now, len(frame.pcm) / SAMPLE_RATE):
            if self._rate.refused == 1:
                _log.warning("call %s: audio comes too fast; some is dropped", self._call_id)
            return HeardAudio(None, [], frame_end)
        belongs = self._cutter.add(frame.pcm, frame.timestamp)
        voice = self._detector.process(frame.pcm, frame.timestamp / SAMPLE_RATE)
        for event in voice:
            if isinstance(event, VoiceStarted):
                self._onset = round(event.at * SAMPLE_RATE)
        return HeardAudio(frame.pcm if belongs else None, voice, frame_end)

    def break_off(self) -> None:
        """Nothing comes: a voice that was there is over, and what comes late is heard anew."""
        self._detector.break_off()

    def restart(self) -> None:
        """What comes next is another stream, whose positions have nothing to do with this one's."""
        self._detector = _detector(self._settings)
        self._cutter = UtteranceCutter()
        self._onset = 0

    def begin(self, origin: Origin) -> list[Pcm]:
        """Open an utterance; return what was heard of it already."""
        match origin:
            case Origin.ONSET:
                return self._cutter.begin(self._onset)
            case Origin.KEY:
                return self._cutter.begin(self._cutter.end)
            case Origin.LAST_END:
                return self._cutter.resume()
            case _:
                assert_never(origin)

    def finish(self) -> None:
        """Close the utterance."""
        self._cutter.finish()


def _detector(settings: TurnSettings) -> VoiceDetector:
    level = VAD_LEVELS[settings.vad_level]
    return VoiceDetector(
        level.mode,
        floor_dbfs=level.floor_dbfs,
        end_silence=min(END_SILENCE, settings.endpointing),
    )
