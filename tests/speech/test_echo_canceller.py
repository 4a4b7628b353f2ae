import importlib.util
import subprocess
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec

import numpy as np
import pytest

from aicall_cli.audio.format import SAMPLE_RATE, TICK_SAMPLES, Pcm
from aicall_cli.audio.tone import noise
from aicall_cli.errors import UsageError
from aicall_cli.speech.audio_processing import BLOCK_SAMPLES, Processing
from aicall_cli.speech.echo_canceller import ECHO_SECONDS, MAX_DELAY, EchoCanceller, load
from tests.support.echo_path import EchoPath, decibels
from tests.support.speech_like import correlation, speech_like, ticks_of

SILENCE = np.zeros(TICK_SAMPLES, np.int16)
ONLY_ECHO = Processing(noise_suppression=False, gain_control=False, high_pass_filter=False)


# Once and for all: the library's threads and files are the process's, not a test's.
load()


def loudness(pcm: Pcm) -> Pcm:
    """Return the RMS of each 10 ms, less the mean."""
    blocks = pcm.reshape(-1, BLOCK_SAMPLES).astype(np.float64)
    levels = np.sqrt(np.mean(blocks**2, axis=1))
    centred: Pcm = np.rint(levels - levels.mean()).astype(np.int16)
    return centred


def cancelled(canceller: EchoCanceller, path: EchoPath, far: Pcm, near: Pcm) -> tuple[Pcm, Pcm]:
    """Return what the microphone heard and what is left of it, a tick at a time."""
    heard, left = [], []
    canceller.set_delay(path.delay)
    for played, said in zip(ticks_of(far), ticks_of(near), strict=True):
        canceller.render(played)
        path.play(played)
        heard.append(path.hear(said))
        left.append(canceller.process(heard[-1]))
    return np.concatenate(heard), np.concatenate(left)


@pytest.mark.parametrize("delay", [0.02, 0.12, 0.3])
def test_the_echo_of_noise_goes(delay: float) -> None:
    far = noise(1, 0, 3 * SAMPLE_RATE, amplitude=0.2)
    canceller, path = EchoCanceller(ONLY_ECHO), EchoPath(delay=delay)
    heard, left = cancelled(canceller, path, far, np.zeros_like(far))
    last = slice(2 * SAMPLE_RATE, None)
    assert decibels(heard[last]) - decibels(left[last]) > 20
    assert canceller.statistics.delay == pytest.approx(delay)


def test_without_an_echo_the_voice_stays() -> None:
    near = speech_like(150)
    canceller = EchoCanceller(ONLY_ECHO)
    _, left = cancelled(canceller, EchoPath(gain=0.0), np.zeros_like(near), near)
    # Not its waveform: the module's filter banks turn phases. Its loudness, 10 ms by 10 ms.
    assert correlation(loudness(near)[:-2], loudness(left)[2:]) > 0.95
    assert decibels(left) == pytest.approx(decibels(near), abs=3.0)


def test_noise_is_suppressed() -> None:
    canceller = EchoCanceller(Processing(gain_control=False))
    steady = noise(1, 0, 5 * SAMPLE_RATE, amplitude=0.01)
    left = canceller.process(steady)
    last = slice(4 * SAMPLE_RATE, None)
    assert decibels(steady[last]) - decibels(left[last]) > 6


def test_what_is_below_a_voice_is_filtered() -> None:
    canceller = EchoCanceller(Processing(noise_suppression=False, gain_control=False))
    hum = np.rint(8_000 * np.sin(2 * np.pi * 20 * np.arange(SAMPLE_RATE) / SAMPLE_RATE))
    left = canceller.process(hum.astype(np.int16))
    assert decibels(hum) - decibels(left[SAMPLE_RATE // 2 :]) > 20


def test_the_figures_say_what_was_done() -> None:
    canceller = EchoCanceller()
    assert canceller.statistics.delay is None
    for _ in range(50):
        canceller.render(SILENCE)
        canceller.process(SILENCE)
    statistics = canceller.statistics
    assert statistics.applied == Processing(True, True, True, True)
    assert statistics.processed == pytest.approx(1.0)
    assert statistics.rendered == pytest.approx(1.0)


def test_a_delay_is_a_hint_within_what_the_module_searches() -> None:
    canceller = EchoCanceller()
    canceller.set_delay(10.0)
    assert canceller.statistics.delay == MAX_DELAY
    canceller.set_delay(-1.0)
    assert canceller.statistics.delay == 0.0
    canceller.set_delay(0.005)
    assert canceller.statistics.delay == 0.0  # the same, as far as it matters
    EchoCanceller(Processing(echo_cancellation=False)).set_delay(0.1)


def test_no_samples_are_no_blocks() -> None:
    canceller = EchoCanceller()
    assert len(canceller.process(SILENCE[:0])) == 0
    canceller.render(SILENCE[:0])


@pytest.mark.parametrize("samples", [1, BLOCK_SAMPLES - 1, BLOCK_SAMPLES + 1])
def test_half_blocks_are_a_mistake(samples: int) -> None:
    canceller = EchoCanceller()
    with pytest.raises(ValueError):
        canceller.process(np.zeros(samples, np.int16))
    with pytest.raises(ValueError):
        canceller.render(np.zeros(samples, np.int16))


def test_the_input_is_left_alone() -> None:
    canceller = EchoCanceller()
    pcm = speech_like(1)
    before = pcm.copy()
    canceller.render(pcm)
    canceller.process(pcm)
    assert np.array_equal(pcm, before)


def test_a_missing_extra_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    find_spec = importlib.util.find_spec

    def without(name: str) -> ModuleSpec | None:
        return None if name.startswith("livekit") else find_spec(name)

    monkeypatch.setattr("aicall_cli.speech.availability.find_spec", without)
    with pytest.raises(UsageError, match="livekit, which is not installed") as raised:
        EchoCanceller()
    assert raised.value.hint is not None
    assert "aicall-cli[aec]" in raised.value.hint


@pytest.mark.parametrize("error", [ImportError("no libfoo"), OSError("not for this machine")])
def test_a_package_that_cannot_be_loaded_is_no_traceback(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def broken(**_: bool) -> Sequence[None]:
        raise error

    monkeypatch.setattr("livekit.rtc.apm.AudioProcessingModule", broken)
    with pytest.raises(UsageError, match=str(error)):
        load()


def test_the_package_is_imported_when_it_is_used() -> None:
    code = (
        "import sys; import aicall_cli.capture.external_stream, aicall_cli.session.session;"
        "from aicall_cli.speech.availability import aec_extra_available as here;"
        "print(here(), 'livekit.rtc' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "True False\n"


def raised(canceller: EchoCanceller, seconds: float) -> float:
    """Return by how many decibels a quiet voice comes out louder, at the end of it."""
    voice = speech_like(round(seconds * 50)) // 8
    left = canceller.process(voice)
    last = slice(-SAMPLE_RATE // 4, None)
    return decibels(left[last]) - decibels(voice[last])


def test_the_gain_is_raised_only_where_no_echo_can_be() -> None:
    canceller = EchoCanceller(Processing(noise_suppression=False, high_pass_filter=False))
    canceller.set_delay(0.1)
    canceller.render(noise(1, 0, TICK_SAMPLES, amplitude=0.2))
    resting = ECHO_SECONDS + 0.1
    assert raised(canceller, resting) < 3
    assert raised(canceller, 1.0) > 6
    canceller.render(SILENCE)
    assert raised(canceller, 1.0) > 6


def test_what_nobody_hears_makes_no_echo() -> None:
    canceller = EchoCanceller(Processing(noise_suppression=False, high_pass_filter=False))
    for _ in range(20):
        canceller.render(noise(1, 0, TICK_SAMPLES, amplitude=0.001))
    assert raised(canceller, 1.0) > 6
