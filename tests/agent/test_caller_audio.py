import numpy as np
import pytest

from aicall_cli.agent.caller_audio import MEDIA_BURST_SECONDS, CallerAudio
from aicall_cli.agent.turn_actions import Origin
from aicall_cli.agent.turn_settings import TurnSettings
from aicall_cli.audio.format import SAMPLE_RATE, TICK_SAMPLES, TICK_SECONDS, Pcm
from aicall_cli.rtc.receive_path import HeardFrame, HeardKind
from aicall_cli.speech.voice_detector import VoiceEnded, VoiceEvent, VoiceStarted
from tests.support.speech_like import speech_like, ticks_of

FIRST = 2**31
"""Where the caller's RTP timestamps begin."""


class Incoming:
    """Audio of a call, handed in tick by tick in its own time."""

    def __init__(self, endpointing: float = 0.4) -> None:
        self.audio = CallerAudio("c1", TurnSettings(endpointing=endpointing))
        self.position = 0
        self.voice: list[VoiceEvent] = []
        self.utterance: list[Pcm] = []

    def hear(self, pcm: Pcm) -> None:
        for start in range(0, len(pcm), TICK_SAMPLES):
            piece = pcm[start : start + TICK_SAMPLES]
            at = self.position / SAMPLE_RATE
            frame = HeardFrame(piece, FIRST + self.position, at, HeardKind.RECEIVED)
            heard = self.audio.take(frame, at)
            self.voice += heard.voice
            if heard.utterance is not None:
                self.utterance.append(heard.utterance)
            self.position += len(piece)


def silence(seconds: float) -> Pcm:
    return np.zeros(round(seconds * SAMPLE_RATE), np.int16)


def test_a_voice_is_noticed_and_its_utterance_begins_before_it() -> None:
    incoming = Incoming()
    incoming.hear(silence(1.0))
    speech = speech_like(50)
    incoming.hear(speech[: SAMPLE_RATE // 2])
    (started,) = incoming.voice
    assert isinstance(started, VoiceStarted)
    assert incoming.audio.voiced
    before = np.concatenate(incoming.audio.begin(Origin.ONSET))
    onset = round(started.at * SAMPLE_RATE) - FIRST
    assert len(before) == incoming.position - onset + round(0.3 * SAMPLE_RATE)
    incoming.hear(speech[SAMPLE_RATE // 2 :])
    assert sum(map(len, incoming.utterance)) == SAMPLE_RATE // 2
    incoming.audio.finish()
    incoming.hear(silence(1.0))
    assert sum(map(len, incoming.utterance)) == SAMPLE_RATE // 2
    assert isinstance(incoming.voice[-1], VoiceEnded)
    assert not incoming.audio.voiced


def test_a_key_has_the_preroll_before_the_present_sample() -> None:
    incoming = Incoming()
    incoming.hear(silence(1.0))
    assert sum(map(len, incoming.audio.begin(Origin.KEY))) == round(0.3 * SAMPLE_RATE)


def test_an_utterance_that_goes_on_begins_where_the_last_one_ended() -> None:
    incoming = Incoming()
    incoming.hear(silence(1.0))
    incoming.audio.begin(Origin.KEY)
    incoming.audio.finish()
    assert incoming.audio.begin(Origin.LAST_END) == []
    incoming.audio.finish()
    incoming.hear(silence(0.5))
    assert sum(map(len, incoming.audio.begin(Origin.LAST_END))) == SAMPLE_RATE // 2
    incoming.hear(silence(TICK_SECONDS))
    assert len(incoming.utterance) == 1


def test_a_short_endpointing_makes_the_voice_end_as_early() -> None:
    ends = []
    for endpointing in (0.1, 0.4):
        incoming = Incoming(endpointing)
        incoming.hear(speech_like(50))
        incoming.hear(silence(1.0))
        ended = incoming.voice[-1]
        assert isinstance(ended, VoiceEnded)
        ends.append(ended.at - ended.last_voice_at)
    assert ends == pytest.approx([0.1, 0.2])


def test_the_level_says_how_loud_a_voice_must_be() -> None:
    faint = (speech_like(50) // 64).astype(np.int16)  # -50 dBFS and less
    voices = []
    for level in (0, 1, 10, 11):
        audio = CallerAudio("c1", TurnSettings(vad_level=level))
        heard = [
            audio.take(HeardFrame(tick, index * 960, 0.0, HeardKind.RECEIVED), index * 0.02)
            for index, tick in enumerate(ticks_of(faint))
        ]
        voices.append(any(frame.voice for frame in heard))
    assert voices == [True, True, False, False]


def test_a_voice_is_known_to_have_begun_before_it_was_sure() -> None:
    audio = CallerAudio("c1", TurnSettings())
    for index, tick in enumerate(ticks_of(speech_like(50))):
        heard = audio.take(HeardFrame(tick, index * 960, 0.0, HeardKind.RECEIVED), index * 0.02)
        if heard.voice:
            assert 0.04 <= heard.end - heard.voice[0].at <= 0.1
            return


def test_audio_that_comes_too_fast_is_dropped_and_counted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    audio = CallerAudio("c1", TurnSettings())
    audio.begin(Origin.LAST_END)
    taken = 0
    for index in range(1000):
        frame = HeardFrame(silence(TICK_SECONDS), index * 960, 7.0, HeardKind.RECEIVED)
        taken += audio.take(frame, 7.0).utterance is not None
    assert taken * TICK_SECONDS <= MEDIA_BURST_SECONDS
    assert audio.dropped == 1000 - taken
    assert caplog.text.count("too fast") == 1
