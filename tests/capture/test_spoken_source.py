from collections.abc import AsyncGenerator

import numpy as np
import pytest

from aicall_cli.audio.format import AudioFormat
from aicall_cli.capture.spoken_source import SpokenSource
from aicall_cli.errors import SourceError, UsageError
from aicall_cli.speech.synthesiser import SpeechChunk, SynthesiserError


class Voice:
    """Says each word as so many samples of the word's length."""

    def __init__(self, *, fails_at: str = "", mute: bool = False) -> None:
        self.events: list[str] = []
        self.rate = 1.0
        self.name = "a voice"
        self._fails_at = fails_at
        self._mute = mute

    async def open(self) -> None:
        self.events.append("open")

    async def synthesise(self, text: str) -> AsyncGenerator[SpeechChunk, None]:
        try:
            for word in text.split():
                if word == self._fails_at:
                    raise SynthesiserError("the voice broke", hint="drink something")
                self.events.append(word)
                count = 0 if self._mute else len(word) * 1_000
                yield SpeechChunk(np.full(count, len(word), dtype=np.int16), ())
        finally:
            self.events.append("stop")

    async def close(self) -> None:
        self.events.append("close")


async def test_text_becomes_audio() -> None:
    voice = Voice()
    source = await SpokenSource.open("one three", voice)
    assert source.format == AudioFormat(48_000, 1)
    assert (source.name, source.duration, source.warnings) == ("spoken text", None, ())
    frames = [frame.samples[:, 0] async for frame in source.frames(20)]
    heard = np.concatenate(frames)
    assert heard.tolist() == [3] * 3_000 + [5] * 5_000
    assert source.position == pytest.approx(8_000 / 48_000)
    await source.close()
    assert voice.events == ["open", "one", "three", "stop", "close"]


async def test_the_voice_begins_before_the_call_and_speaks_no_further_than_needed() -> None:
    voice = Voice()
    source = await SpokenSource.open("one two three", voice)
    assert voice.events == ["open", "one"]
    async for _ in source.frames(20):
        break
    await source.close()
    assert voice.events == ["open", "one", "stop", "close"]


@pytest.mark.parametrize("text", ["", "  \n"])
async def test_nothing_to_say(text: str) -> None:
    with pytest.raises(UsageError, match="no text to speak"):
        await SpokenSource.open(text, Voice())


async def test_a_text_without_sound() -> None:
    voice = Voice(mute=True)
    with pytest.raises(SourceError, match="no sound for this text"):
        await SpokenSource.open("…", voice)
    assert voice.events[-2:] == ["stop", "close"]


async def test_a_voice_that_fails_is_an_input_that_cannot_be_read() -> None:
    voice = Voice(fails_at="one")
    with pytest.raises(SourceError, match="the text cannot be spoken: the voice broke") as refusal:
        await SpokenSource.open("one two", voice)
    assert (refusal.value.exit_status, refusal.value.hint) == (8, "drink something")
    assert voice.events == ["open", "stop", "close"]


async def test_a_voice_that_fails_on_the_way() -> None:
    source = await SpokenSource.open("one two", Voice(fails_at="two"))
    with pytest.raises(SourceError, match="the voice broke"):
        async for _ in source.frames(20):
            pass
    await source.close()
