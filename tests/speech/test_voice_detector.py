import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.audio.format import SAMPLE_RATE, TICK_SAMPLES, Pcm
from aicall_cli.speech.voice_detector import VoiceDetector, VoiceEnded, VoiceEvent, VoiceStarted


def _buzz(seconds: float, amplitude: float = 0.2) -> Pcm:
    """A harmonic sound at 140 Hz, which the detector takes for a vowel."""
    times = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    wave = sum(np.sin(2 * np.pi * 140 * k * times) / k for k in range(1, 20))
    wave = np.asarray(wave) / 2  # its peak is 1.85
    return (wave * amplitude * 32767).astype(np.int16)


def _silence(seconds: float) -> Pcm:
    return np.zeros(round(seconds * SAMPLE_RATE), np.int16)


def _run(
    detector: VoiceDetector, pcm: Pcm, at: float = 0.0, chunk: int = TICK_SAMPLES
) -> list[VoiceEvent]:
    return [
        event
        for start in range(0, len(pcm), chunk)
        for event in detector.process(pcm[start : start + chunk], at + start / SAMPLE_RATE)
    ]


def test_speech_is_placed_by_its_own_time() -> None:
    pcm = np.concatenate((_silence(0.5), _buzz(1.0), _silence(0.5)))
    started, ended = _run(VoiceDetector(), pcm, at=100.0)
    assert isinstance(started, VoiceStarted)
    assert started.at == pytest.approx(100.5, abs=0.05)
    assert isinstance(ended, VoiceEnded)
    assert ended.last_voice_at == pytest.approx(101.5, abs=0.021)
    assert ended.at == pytest.approx(ended.last_voice_at + 0.2, abs=0.021)


def test_a_start_is_known_within_100_ms() -> None:
    pcm = np.concatenate((_silence(0.5), _buzz(0.1)))
    assert [type(event) for event in _run(VoiceDetector(), pcm)] == [VoiceStarted]


def test_a_click_is_no_speech() -> None:
    click = _buzz(0.02, amplitude=0.9)
    pcm = np.concatenate((_silence(0.5), click, _silence(0.5), click, _silence(0.5)))
    assert _run(VoiceDetector(mode=0), pcm) == []


@pytest.mark.parametrize("sigma", [0, 4, 32, 80])
@pytest.mark.parametrize("mode", [0, 1, 2, 3])
def test_silence_and_faint_noise_are_never_voice(mode: int, sigma: int) -> None:
    noise = np.random.default_rng(1).normal(0, sigma, 5 * SAMPLE_RATE).astype(np.int16)
    assert _run(VoiceDetector(mode), noise) == []


def test_a_pause_shorter_than_the_end_silence_does_not_end_speech() -> None:
    pcm = np.concatenate((_buzz(0.5), _silence(0.3), _buzz(0.5), _silence(0.6)))
    events = _run(VoiceDetector(end_silence=0.4), pcm)
    assert [type(event) for event in events] == [VoiceStarted, VoiceEnded]


def test_a_hole_in_the_audio_ends_speech_at_its_last_voice() -> None:
    detector = VoiceDetector()
    _run(detector, _buzz(0.5), at=1.0)
    assert detector.active
    (ended,) = detector.process(_silence(0.02), 5.0)
    assert isinstance(ended, VoiceEnded)
    assert (ended.at, ended.last_voice_at) == pytest.approx((5.02, 1.5))
    assert not detector.active


def test_speech_that_is_broken_off_begins_anew_with_what_comes_late() -> None:
    detector = VoiceDetector()
    (started,) = _run(detector, _buzz(1.0))
    detector.break_off()
    assert not detector.active
    (again,) = _run(detector, _buzz(1.0), at=1.0)
    assert isinstance(started, VoiceStarted)
    assert again == VoiceStarted(1.0)


def test_speech_on_both_sides_of_a_hole_ends_and_begins_again() -> None:
    detector = VoiceDetector()
    _run(detector, _buzz(0.5), at=1.0)
    events = _run(detector, _buzz(0.5), at=5.0)
    assert [type(event) for event in events] == [VoiceEnded, VoiceStarted]
    assert events[1].at == pytest.approx(5.0)


@given(chunk=st.integers(50, 5000))
def test_the_size_of_the_chunks_does_not_matter(chunk: int) -> None:
    pcm = np.concatenate((_silence(0.1), _buzz(0.3), _silence(0.3)))
    expected = _run(VoiceDetector(), pcm)
    got = _run(VoiceDetector(), pcm, chunk=chunk)
    assert [type(event) for event in got] == [type(event) for event in expected]
    assert [event.at for event in got] == pytest.approx([event.at for event in expected])


@given(
    pieces=st.lists(
        st.tuples(st.sampled_from([0.0, 0.01, 0.3]), st.integers(0, 3000), st.floats(0.0, 1.0)),
        max_size=20,
    )
)
def test_starts_and_ends_alternate_whatever_comes(
    pieces: list[tuple[float, int, float]],
) -> None:
    detector = VoiceDetector()
    events: list[VoiceEvent] = []
    at = 0.0
    for amplitude, samples, pause in pieces:
        events += detector.process(_buzz(samples / SAMPLE_RATE, amplitude), at + pause)
        at += pause + samples / SAMPLE_RATE
    kinds = [type(event) for event in events]
    assert kinds == [VoiceStarted, VoiceEnded] * (len(kinds) // 2) + [VoiceStarted] * (
        len(kinds) % 2
    )
    assert detector.active == bool(len(kinds) % 2)
