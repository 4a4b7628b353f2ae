import numpy as np
import pytest

from aicall_cli.audio.format import TICK_SECONDS, Pcm
from aicall_cli.audio.level import volume
from aicall_cli.engine.transcript import MeasuredVoice
from aicall_cli.session.voice_activity import VoiceActivity
from tests.support.fake_backend import SILENCE
from tests.support.speech_like import speech_like, ticks_of


class Listening:
    """A voice activity, what it reported, and where its audio has got to."""

    def __init__(self) -> None:
        self.started: list[float] = []
        self.ended: list[float] = []
        self.activity = VoiceActivity(self.started.append, self.ended.append)
        self.at = 0.0

    def is_speaking(self) -> bool:
        return self.activity.active

    def hear(self, pcm: Pcm) -> None:
        for tick in ticks_of(pcm):
            self.activity.hear(tick, self.at)
            self.at += TICK_SECONDS


def silence(ticks: int) -> Pcm:
    return np.tile(SILENCE, ticks)


def test_before_any_speech_nothing_is_known() -> None:
    listening = Listening()
    listening.hear(silence(50))
    activity = listening.activity
    assert (activity.onset, activity.last_voice_at, activity.active) == (None, 0.0, False)
    assert activity.latest is None
    assert activity.volume == 0


def test_speech_begins_goes_on_and_ends() -> None:
    listening = Listening()
    activity = listening.activity
    listening.hear(silence(50))
    listening.hear(speech_like(40))
    assert listening.is_speaking()
    assert activity.onset == pytest.approx(1.0, abs=0.05)
    going_on = activity.last_voice_at
    assert going_on == pytest.approx(1.8, abs=0.1)
    assert activity.latest == MeasuredVoice(activity.onset or 0.0, going_on)
    listening.hear(silence(50))
    assert not listening.is_speaking()
    assert listening.started == [activity.onset]
    assert listening.ended == [activity.last_voice_at]
    assert activity.last_voice_at >= going_on


def test_a_click_is_no_speech() -> None:
    listening = Listening()
    listening.hear(silence(50))
    loud = speech_like(40).reshape(-1, 960)[8]
    for _ in range(10):
        listening.hear(loud)
        listening.hear(silence(20))
    assert not listening.started
    # Though single steps were voiced, nobody has spoken.
    assert listening.activity.last_voice_at == 0.0
    assert listening.activity.onset is None


def test_the_volume_is_that_of_the_last_frame() -> None:
    listening = Listening()
    speech = speech_like(10)
    listening.hear(speech)
    assert listening.activity.volume == volume(ticks_of(speech)[-1]) > 0


def test_hear_says_whether_it_is_silent() -> None:
    activity = VoiceActivity(lambda at: None, lambda at: None)
    told = [activity.hear(tick, n * 0.02) for n, tick in enumerate(ticks_of(speech_like(20)))]
    assert told[0]
    assert not told[-1]
