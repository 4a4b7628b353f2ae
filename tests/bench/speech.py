"""Real human speech of any length, made from the recordings that ship."""

import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from aicall_cli.audio.format import SAMPLE_RATE, TICK_SAMPLES, Pcm
from tests.bench.side import ROOT

FILE_RATE = 16_000
_SAMPLES = ROOT / "recordings" / "samples"


def recorded_speech() -> Pcm:
    """Return the three recordings one after the other: int16 of shape ``(n,)`` at 16 kHz."""
    return np.concatenate([_read(path) for path in sorted(_SAMPLES.glob("*.wav"))])


def speech_ticks() -> list[Pcm]:
    """Return the recordings at 48 kHz, cut into ticks of 960 samples."""
    pcm = upsample(recorded_speech())
    return list(pcm[: len(pcm) // TICK_SAMPLES * TICK_SAMPLES].reshape(-1, TICK_SAMPLES))


def repeated_speech(seconds: float) -> Pcm:
    """Return ``seconds`` of the recordings, over and over, at 16 kHz."""
    return np.resize(recorded_speech(), round(seconds * FILE_RATE))


def write_speech(path: Path, seconds: float) -> None:
    """Write ``repeated_speech`` as a WAV file without holding it in memory."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(FILE_RATE)
        for block in _blocks(round(seconds * FILE_RATE)):
            file.writeframesraw(block.astype("<i2").tobytes())


def upsample(pcm: Pcm) -> Pcm:
    """Return 16 kHz PCM at 48 kHz by the whole signal's spectrum, without any delay.

    Nothing of the product takes part in it, so that the product can be compared with it.
    """
    factor = SAMPLE_RATE // FILE_RATE
    spectrum = np.fft.rfft(pcm.astype(np.float64))
    samples = np.fft.irfft(spectrum, len(pcm) * factor) * factor
    return np.clip(np.rint(samples), -32768, 32767).astype(np.int16)


def _blocks(samples: int) -> Iterator[Pcm]:
    speech = recorded_speech()
    while samples > 0:
        yield speech[:samples]
        samples -= len(speech)


def _read(path: Path) -> Pcm:
    with wave.open(str(path), "rb") as file:
        assert file.getframerate() == FILE_RATE
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.int16)
