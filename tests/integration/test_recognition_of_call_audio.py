"""What is understood of real speech that went the way of a call: resampled, Opus, cut out."""

import asyncio
import wave
from pathlib import Path

import numpy as np
import pytest

from aicall_cli.agent.utterance import UtteranceCutter
from aicall_cli.audio.format import CALL_FORMAT, SAMPLE_RATE, TICK_SAMPLES, AudioFormat, Pcm
from aicall_cli.audio.opus_codec import create_decoder, create_encoder
from aicall_cli.audio.resampler import StreamResampler, resample
from aicall_cli.clock import perf_clock
from aicall_cli.speech.pocketsphinx_recogniser import PocketsphinxRecogniser
from aicall_cli.speech.recogniser import RECOGNISER_RATE
from aicall_cli.speech.voice_detector import VoiceDetector, VoiceStarted

_SAMPLE = Path(__file__).parents[2] / "recordings" / "samples" / "goforward.wav"
_ENDPOINT_SECONDS = 0.4
_SENTENCE = "go forward ten meters"


def _heard_by_agent(lead: float, gain: float, bitrate: int) -> Pcm:
    """Return the sample as the far side of a call decodes it, between silences."""
    with wave.open(str(_SAMPLE)) as file:
        pcm = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.int16)
        source = AudioFormat(file.getframerate(), 1)
    spoken = (resample(pcm.reshape(-1, 1), source) * gain).astype(np.int16)
    silence = np.zeros(round(lead * SAMPLE_RATE), np.int16)
    sent = np.concatenate((silence, spoken, np.zeros(SAMPLE_RATE, np.int16)))
    encoder, decoder = create_encoder(bitrate), create_decoder()
    ticks = sent[: len(sent) // TICK_SAMPLES * TICK_SAMPLES].reshape(-1, TICK_SAMPLES)
    return np.concatenate([decoder.decode(encoder.encode(tick)) for tick in ticks])


def _utterance(heard: Pcm) -> list[Pcm]:
    """Cut the utterance out as the agent does; return its frames."""
    detector = VoiceDetector(end_silence=_ENDPOINT_SECONDS)
    cutter = UtteranceCutter()
    frames: list[Pcm] = []
    for start in range(0, len(heard), TICK_SAMPLES):
        frame = heard[start : start + TICK_SAMPLES]
        if cutter.add(frame, start):
            frames.append(frame)
        for event in detector.process(frame, start / SAMPLE_RATE):
            if not isinstance(event, VoiceStarted):
                return frames
            frames += cutter.begin(round(event.at * SAMPLE_RATE))
    raise AssertionError("the utterance did not end")


async def _recognise(recogniser: PocketsphinxRecogniser, frames: list[Pcm]) -> list[str]:
    """Return the partial texts, and the final one as the last."""
    texts: list[str] = []
    resampler = StreamResampler(CALL_FORMAT, RECOGNISER_RATE)
    recogniser.start_utterance(texts.append)
    for frame in frames:
        recogniser.feed(resampler.process(frame.reshape(-1, 1)))
    recogniser.feed(resampler.flush())
    final = await recogniser.finish()
    return [*texts, final]


@pytest.mark.parametrize(
    ("lead", "gain", "bitrate"),
    [(0.0, 1.0, 32_000), (0.213, 1.0, 24_000), (0.5, 0.3, 32_000), (0.107, 2.0, 32_000)],
)
async def test_the_shipped_sample_is_understood(lead: float, gain: float, bitrate: int) -> None:
    frames = _utterance(_heard_by_agent(lead, gain, bitrate))
    recogniser = PocketsphinxRecogniser()
    await recogniser.open()
    try:
        first = await _recognise(recogniser, frames)
        second = await _recognise(recogniser, frames)
    finally:
        await recogniser.close()
    assert first[-1] == second[-1] == _SENTENCE
    assert "go forward" in first


async def test_partials_come_while_the_speaker_speaks() -> None:
    frames = _utterance(_heard_by_agent(0.2, 1.0, 32_000))
    recogniser = PocketsphinxRecogniser()
    await recogniser.open()
    resampler = StreamResampler(CALL_FORMAT, RECOGNISER_RATE)
    texts: list[str] = []
    recogniser.start_utterance(texts.append)
    began = perf_clock()
    try:
        for number, frame in enumerate(frames):
            recogniser.feed(resampler.process(frame.reshape(-1, 1)))
            await asyncio.sleep(began + (number + 1) * 0.02 - perf_clock())
        while_speaking = list(texts)
        final = await recogniser.finish()
    finally:
        await recogniser.close()
    assert final == _SENTENCE
    assert any(text.startswith("go for") for text in while_speaking)
