"""What push-to-talk and mute do to live streams: pre-roll, squeezed silence, marks."""

import numpy as np

from aicall_cli.audio.format import SAMPLE_RATE, TICK_SAMPLES, Pcm
from aicall_cli.audio.frame import AudioFrame
from aicall_cli.capture.external_stream import ExternalAudioStream, ExternalAudioStreamConfig
from aicall_cli.capture.mixer import Mixer
from aicall_cli.capture.push_result import PushResult
from tests.capture.streams import begun_mixer, constant

_CONFIG = ExternalAudioStreamConfig(SAMPLE_RATE, 1)
_LOUD = 5_000


def _live(mixer: Mixer) -> ExternalAudioStream:
    return mixer.add_stream(_CONFIG, live=True)


def _capture(mixer: Mixer, stream: ExternalAudioStream, level: int, ticks: int) -> list[int]:
    """Push one tick of ``level`` and pull one, ``ticks`` times; return what came out."""
    heard = []
    for _ in range(ticks):
        assert stream.push(constant(level)) is PushResult.OK
        heard.append(int(mixer.pull()[0]))
    return heard


def test_what_was_said_just_before_the_key_is_sent_first() -> None:
    mixer = begun_mixer()
    stream = _live(mixer)
    mixer.gate_open = False
    assert _capture(mixer, stream, 1_000, 20) == [0] * 20
    assert _capture(mixer, stream, 2_000, 5) == [0] * 5
    mixer.gate_open = True
    heard = _capture(mixer, stream, _LOUD, 20)
    # 200 ms before the key: 5 ticks of 2000 behind 5 of 1000 (one is displaced by the push).
    assert heard[:9] == [1_000] * 4 + [2_000] * 5
    assert heard[9:] == [_LOUD] * 11


def test_the_pre_roll_can_be_shorter_or_off() -> None:
    for pre_roll, before in ((40, 2), (0, 0)):
        mixer = begun_mixer()
        mixer.pre_roll_ms = pre_roll
        stream = _live(mixer)
        mixer.gate_open = False
        _capture(mixer, stream, 1_000, 20)
        mixer.gate_open = True
        assert _capture(mixer, stream, _LOUD, 10).count(1_000) == before


def test_what_was_said_while_muted_is_never_sent() -> None:
    mixer = begun_mixer()
    stream = _live(mixer)
    mixer.muted = True
    assert _capture(mixer, stream, 1_000, 20) == [0] * 20
    mixer.muted = False
    assert _capture(mixer, stream, _LOUD, 5) == [_LOUD] * 5


def test_silences_are_left_out_until_the_pre_roll_is_made_up_for() -> None:
    mixer = begun_mixer()
    stream = _live(mixer)
    mixer.gate_open = False
    _capture(mixer, stream, _LOUD, 20)
    mixer.gate_open = True
    _capture(mixer, stream, _LOUD, 3)
    behind = stream.queued_ms
    assert behind >= 160
    _capture(mixer, stream, 0, 20)
    assert stream.queued_ms <= 60
    assert _capture(mixer, stream, _LOUD, 10).count(_LOUD) >= 7


def test_no_speech_is_ever_left_out() -> None:
    mixer = begun_mixer()
    stream = _live(mixer)
    mixer.gate_open = False
    _capture(mixer, stream, _LOUD, 20)
    mixer.gate_open = True
    said = [level for n in range(1, 60) for level in (n * 500 + 1,) * 2]
    heard: list[Pcm] = []
    for level in said:
        assert stream.push(constant(level)) is PushResult.OK
        heard.append(mixer.pull())
    while stream.queued_ms:
        heard.append(mixer.pull())
    levels = [int(tick[0]) for tick in heard]
    assert [level for level in levels if level != _LOUD] == said


def test_a_mark_is_reached_when_what_was_captured_has_been_taken() -> None:
    mixer = begun_mixer()
    stream = _live(mixer)
    for _ in range(4):
        stream.push(constant(_LOUD))
    mark = stream.end
    assert mark == 4 * TICK_SAMPLES
    for expected in (1, 2, 3, 4):
        mixer.pull()
        stream.push(constant(_LOUD))
        assert stream.taken == expected * TICK_SAMPLES
    assert stream.taken == mark


def test_a_file_waits_behind_gate_and_mute() -> None:
    mixer = begun_mixer()
    stream = mixer.add_stream(_CONFIG)
    stream.push(AudioFrame(np.full((960, 1), 7, np.int16), stream.format))
    for closed in ("gate", "mute"):
        mixer.gate_open = closed != "gate"
        mixer.muted = closed == "mute"
        assert not mixer.pull().any()
    mixer.gate_open, mixer.muted = True, False
    assert set(mixer.pull().tolist()) == {7}
