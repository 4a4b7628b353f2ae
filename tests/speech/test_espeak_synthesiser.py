import asyncio
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicall_cli.audio.format import SAMPLE_RATE, Pcm
from aicall_cli.audio.level import rms
from aicall_cli.errors import UsageError
from aicall_cli.speech.espeak_library import EspeakLibrary, Word
from aicall_cli.speech.espeak_synthesiser import EspeakSynthesiser
from aicall_cli.speech.synthesiser import MAX_TEXT, SpeechChunk, SynthesiserError, WordMark


async def _speak(text: str, voice: str = "en-us") -> list[SpeechChunk]:
    synthesiser = EspeakSynthesiser(voice)
    await synthesiser.open()
    try:
        return [chunk async for chunk in synthesiser.synthesise(text)]
    finally:
        await synthesiser.close()


def _marks(chunks: list[SpeechChunk]) -> list[WordMark]:
    """Return the marks with their offset from the beginning of all speech."""
    marks = []
    began = 0.0
    for chunk in chunks:
        marks += [
            WordMark(began + mark.offset_seconds, mark.text_start, mark.text_end)
            for mark in chunk.words
        ]
        began += len(chunk.pcm) / SAMPLE_RATE
    return marks


async def test_speech_is_48_khz_mono_and_about_as_long_as_a_person_takes() -> None:
    chunks = await _speak("You said: go forward ten meters.")
    pcm = np.concatenate([chunk.pcm for chunk in chunks])
    assert pcm.dtype == np.int16
    assert pcm.ndim == 1
    assert 1.5 < len(pcm) / SAMPLE_RATE < 3.5
    assert rms(pcm) > 0.02


@pytest.mark.parametrize("rate", [0.5, 2.0])
async def test_speech_is_as_fast_as_it_is_told_to_be(rate: float) -> None:
    text = "You said: go forward ten meters."
    usual = sum(len(chunk.pcm) for chunk in await _speak(text))
    synthesiser = EspeakSynthesiser(rate=rate)
    await synthesiser.open()
    try:
        told = sum([len(chunk.pcm) async for chunk in synthesiser.synthesise(text)])
        synthesiser.rate = 1.0
        again = sum([len(chunk.pcm) async for chunk in synthesiser.synthesise(text)])
    finally:
        await synthesiser.close()
    assert usual / told == pytest.approx(rate, rel=0.25)
    assert again == pytest.approx(usual, rel=0.01)


async def test_the_first_chunk_is_short() -> None:
    chunks = await _speak("This is quite a long sentence, so that it is spoken in many chunks.")
    assert len(chunks[0].pcm) <= 0.21 * SAMPLE_RATE
    assert max(len(chunk.pcm) for chunk in chunks) <= 0.22 * SAMPLE_RATE


async def test_each_word_is_marked_where_it_begins() -> None:
    text = "You said: go forward. Ten meters!"
    marks = _marks(await _speak(text))
    words = [text[mark.text_start : mark.text_end] for mark in marks]
    assert words == ["You", "said", "go", "forward", "Ten", "meters"]
    offsets = [mark.offset_seconds for mark in marks]
    assert offsets == sorted(offsets)
    assert offsets[0] == 0.0
    assert offsets[4] > 1.0


async def test_numbers_and_letters_beyond_ascii_keep_their_positions() -> None:
    text = "Café — 3.5 naïve €."
    marks = _marks(await _speak(text))
    assert [text[mark.text_start : mark.text_end] for mark in marks][:2] == ["Café", "3.5"]


async def test_markup_and_phonemes_are_read_out_not_obeyed() -> None:
    silent = await _speak('<audio src="x"/><break time="9000ms"/>ok')
    assert sum(len(chunk.pcm) for chunk in silent) < 9 * SAMPLE_RATE
    plain = await _speak("[[h@l'oU]]")
    assert [mark for mark in _marks(plain) if mark.text_start < 2] == []


@pytest.mark.parametrize("text", ["", " ", "...", "\x00\x01\x02", "\ud800", "\n\n"])
async def test_nothing_to_say_is_hardly_any_sound(text: str) -> None:
    assert sum(len(chunk.pcm) for chunk in await _speak(text)) < 0.1 * SAMPLE_RATE


async def test_text_behind_a_nul_is_spoken() -> None:
    assert len(_marks(await _speak("one\x00two"))) == 2


@pytest.mark.parametrize("voice", ["de", "EN_GB", "en-us+f3", "cmn"])
async def test_voices_by_language_and_variant(voice: str) -> None:
    assert await _speak("1 2 3", voice)


@pytest.mark.parametrize(
    "voice",
    ["", "xx", "+f3", "en-us+", "en-us+nope", "../../etc/passwd", "en-us+../../x", "\x1b[2J"],
)
async def test_an_unknown_voice_is_refused_with_some_known_ones(voice: str) -> None:
    with pytest.raises(UsageError, match="there is no voice") as raised:
        await EspeakSynthesiser(voice).open()
    assert "en-us" in str(raised.value.hint)
    assert "\x1b" not in raised.value.message


async def test_a_voice_without_its_data_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(*args: object) -> tuple[Pcm, list[Word]]:
        return np.zeros(154, np.int16), []

    monkeypatch.setattr(EspeakLibrary, "speak", silent)
    with pytest.raises(UsageError, match="there is no voice 'fo'"):
        await EspeakSynthesiser("fo").open()


async def test_a_misspelt_voice_gets_a_suggestion() -> None:
    with pytest.raises(UsageError) as raised:
        await EspeakSynthesiser("en-gb-scotlnd").open()
    assert "en-gb-scotland" in str(raised.value.hint)


async def test_a_text_that_is_too_long_is_refused() -> None:
    with pytest.raises(UsageError, match=f"{MAX_TEXT + 1} characters"):
        await _speak("a" * (MAX_TEXT + 1))


async def test_a_voice_that_is_not_open_does_not_speak() -> None:
    synthesiser = EspeakSynthesiser()
    with pytest.raises(SynthesiserError, match="not open"):
        [chunk async for chunk in synthesiser.synthesise("hello")]


async def test_all_voices_share_one_thread_that_ends_with_the_last() -> None:
    def owners() -> list[threading.Thread]:
        return [thread for thread in threading.enumerate() if "espeak" in thread.name]

    one, two = EspeakSynthesiser("en-us"), EspeakSynthesiser("de")
    await one.open()
    await two.open()
    async with asyncio.TaskGroup() as group:
        for synthesiser in (one, two):
            group.create_task(_drain(synthesiser))
    assert len(owners()) == 1
    await one.close()
    await one.close()
    await _drain(two)
    (owner,) = owners()
    await two.close()
    owner.join(5)
    assert owners() == []


async def _drain(synthesiser: EspeakSynthesiser) -> None:
    async for _ in synthesiser.synthesise("Hello there. How are you?"):
        pass


async def test_leaving_early_stops_the_work() -> None:
    synthesiser = EspeakSynthesiser()
    await synthesiser.open()
    speech = synthesiser.synthesise("Hello there. " * 100)
    assert len((await anext(speech)).pcm) > 0
    await speech.aclose()
    await synthesiser.close()


@settings(max_examples=50)
@given(st.text(max_size=60))
async def test_any_text_is_spoken_with_marks_in_order(text: str) -> None:
    marks = _marks(await _speak(text))
    ends = [mark.text_end for mark in marks]
    assert ends == sorted(ends)
    assert all(0 <= mark.text_start < mark.text_end <= len(text) for mark in marks)
