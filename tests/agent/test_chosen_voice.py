from contextlib import aclosing

import numpy as np
import pytest

from aicall_cli.agent.chosen_voice import ChosenVoice
from aicall_cli.audio.format import SAMPLE_RATE, Pcm
from aicall_cli.errors import UsageError
from aicall_cli.speech.espeak_synthesiser import EspeakSynthesiser
from tests.agent.speech_parts import FakeVoice


async def _heard(voice: ChosenVoice, text: str) -> Pcm:
    return np.concatenate([chunk.pcm async for chunk in voice.synthesise(text)])


def _depth(pcm: Pcm) -> float:
    """Return the share of the energy below 150 Hz: a man's voice has it, a woman's has not."""
    power = np.abs(np.fft.rfft(pcm)) ** 2
    frequencies = np.fft.rfftfreq(len(pcm), 1 / SAMPLE_RATE)
    return float(power[frequencies < 150].sum() / power.sum())


@pytest.mark.real_time
async def test_another_voice_sounds_otherwise_and_another_rate_lasts_otherwise() -> None:
    voice = ChosenVoice(EspeakSynthesiser("en-us"), EspeakSynthesiser)
    await voice.open()
    try:
        first = await _heard(voice, "Go forward ten meters.")
        await voice.switch("en-us+f3")
        second = await _heard(voice, "Go forward ten meters.")
        assert _depth(second) < 0.5 * _depth(first)
        with pytest.raises(UsageError, match="no voice 'nobody'"):
            await voice.switch("nobody")
        voice.rate = 2.0
        third = await _heard(voice, "Go forward ten meters.")
        assert _depth(third) < 0.5 * _depth(first)
        assert len(third) < 0.7 * len(second)
    finally:
        await voice.close()


async def test_what_is_being_spoken_is_spoken_to_its_end_by_the_voice_that_began_it() -> None:
    old, new = FakeVoice(), FakeVoice()
    voice = ChosenVoice(old, lambda name: new)
    await voice.open()
    async with aclosing(voice.synthesise("one two")) as chunks:
        await anext(chunks)
        await voice.switch("v2")
        assert old.is_open
        assert [chunk.words for chunk in [chunk async for chunk in chunks]]
    assert (old.is_open, new.is_open) == (False, True)
    await _heard(voice, "three")
    assert (old.said, new.said) == (["one two"], ["three"])
    await voice.close()
    assert not new.is_open


async def test_a_voice_is_closed_when_the_last_that_it_speaks_is_spoken() -> None:
    old = FakeVoice()
    voice = ChosenVoice(old, lambda name: FakeVoice())
    await voice.open()
    first, second = voice.synthesise("one two"), voice.synthesise("three four")
    for chunks in (first, second):
        await anext(chunks)
    await voice.switch("v2")
    is_open = []
    for chunks in (first, second):
        await chunks.aclose()
        is_open.append(old.is_open)
    assert is_open == [True, False]
    await voice.close()


async def test_a_voice_that_is_silent_is_closed_at_once() -> None:
    old = FakeVoice()
    voice = ChosenVoice(old, lambda name: FakeVoice())
    await voice.open()
    await voice.switch("v2")
    assert not old.is_open
    await voice.close()
