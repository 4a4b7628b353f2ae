import asyncio
import io
import json
import wave
from contextlib import aclosing

import numpy as np
import pytest

from aicall_cli.audio.format import SAMPLE_RATE, Pcm
from aicall_cli.errors import UsageError
from aicall_cli.speech.openai_server import OpenAiServer, ServerError
from aicall_cli.speech.openai_speech import OpenAiRecogniser, OpenAiSynthesiser
from aicall_cli.speech.recogniser import MAX_UTTERANCE_SECONDS, RECOGNISER_RATE
from aicall_cli.speech.synthesiser import MAX_TEXT, SpeechChunk
from tests.support.http_stub import (
    Answer,
    HttpRequest,
    HttpStub,
    endless,
    head,
    http_stub,
    in_pieces,
    reply,
    silent,
)

pytestmark = pytest.mark.real_time


def _wav(seconds: float, rate: int = 24_000, channels: int = 1) -> bytes:
    times = np.arange(round(seconds * rate)) / rate
    samples = (8000 * np.sin(2 * np.pi * 440 * times)).astype("<i2")
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(channels)
        writer.setsampwidth(2)
        writer.setframerate(rate)
        writer.writeframes(np.repeat(samples, channels).tobytes())
    return file.getvalue()


async def _understand(answer: Answer, pcm: Pcm, patience: float = 5.0) -> tuple[str, HttpStub]:
    async with http_stub(answer) as stub:
        recogniser = OpenAiRecogniser(OpenAiServer(stub.url, timeout=patience), language="en")
        await recogniser.open()
        try:
            recogniser.start_utterance(lambda text: None)
            for start in range(0, len(pcm), 320):
                recogniser.feed(pcm[start : start + 320])
            return await recogniser.finish(), stub
        finally:
            await recogniser.close()


async def _speak(answer: Answer, text: str, patience: float = 5.0) -> list[SpeechChunk]:
    async with http_stub(answer) as stub:
        voice = OpenAiSynthesiser(OpenAiServer(stub.url, timeout=patience))
        await voice.open()
        try:
            return [chunk async for chunk in voice.synthesise(text)]
        finally:
            await voice.close()


async def test_an_utterance_is_sent_as_a_wav_file() -> None:
    pcm = np.arange(5000, dtype=np.int16)
    text, stub = await _understand(reply(b'{"text": " Go forward. "}'), pcm)
    assert text == "Go forward."
    (request,) = stub.requests
    assert request.path == "/v1/audio/transcriptions"
    for field in (b'name="model"\r\n\r\nwhisper-1', b'name="language"\r\n\r\nen'):
        assert field in request.body
    file = request.body[request.body.index(b"RIFF") :]
    with wave.open(io.BytesIO(file)) as sent:
        assert (sent.getframerate(), sent.getnchannels(), sent.getnframes()) == (16_000, 1, 5000)
        assert sent.readframes(5000) == pcm.astype("<i2").tobytes()


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "without JSON"),
        (b"<html>", "without JSON"),
        (b"\xff\xfe", "without JSON"),
        (b"[" * 100_000, "without JSON"),
        (b"[]", "without a text"),
        (b'"text"', "without a text"),
        (b'{"text": 5}', "without a text"),
        (b'{"message": "no"}', "without a text"),
    ],
)
async def test_a_transcript_that_makes_no_sense_is_an_error(body: bytes, why: str) -> None:
    with pytest.raises(ServerError, match=why):
        await _understand(reply(body), np.zeros(1000, np.int16))


async def test_a_transcript_is_escaped_and_cut() -> None:
    body = json.dumps({"text": "\x1b[2J" + "a" * 10_000}).encode()
    text, _ = await _understand(reply(body), np.zeros(1000, np.int16))
    assert text.startswith("\\x1b[2Ja")
    assert len(text) == 5000


@pytest.mark.parametrize(
    "answer", [endless, silent, reply(b"no", status=401)], ids=["endless", "silent", "refused"]
)
async def test_a_recogniser_that_misbehaves_is_an_error(answer: Answer) -> None:
    with pytest.raises(ServerError):
        await _understand(
            answer, np.zeros(1000, np.int16), patience=0.3 if answer is silent else 5.0
        )


async def test_nothing_heard_is_nothing_asked() -> None:
    text, stub = await _understand(reply(b"{}"), np.zeros(0, np.int16))
    assert (text, stub.requests) == ("", [])


async def test_a_cancelled_utterance_is_forgotten_and_an_endless_one_cut() -> None:
    recogniser = OpenAiRecogniser(OpenAiServer("http://127.0.0.1:9/v1"))
    await recogniser.open()
    recogniser.feed(np.zeros(100, np.int16))
    recogniser.start_utterance(lambda text: None)
    for _ in range(MAX_UTTERANCE_SECONDS + 1):
        recogniser.feed(np.zeros(RECOGNISER_RATE, np.int16))
    assert recogniser.ignored_samples == RECOGNISER_RATE
    recogniser.cancel()
    assert await recogniser.finish() == ""
    await recogniser.close()


async def test_each_sentence_is_asked_for_and_marked() -> None:
    asked: list[dict[str, str]] = []

    async def answer(request: HttpRequest, writer: asyncio.StreamWriter) -> None:
        asked.append(json.loads(request.body))
        await reply(_wav(0.5), kind="audio/wav")(request, writer)

    text = "Hello there. How are you?\n..."
    chunks = await _speak(answer, text)
    assert [body["input"] for body in asked] == ["Hello there.", "How are you?"]
    assert {body["response_format"] for body in asked} == {"wav"}
    assert not any("speed" in body for body in asked)
    marks = [mark for chunk in chunks for mark in chunk.words]
    spoken = [text[mark.text_start : mark.text_end] for mark in marks]
    assert spoken == ["Hello there. ", "How are you?\n"]
    assert sum(len(chunk.pcm) for chunk in chunks) == 2 * 0.5 * SAMPLE_RATE


async def test_another_speed_is_asked_for() -> None:
    async with http_stub(reply(_wav(0.1), kind="audio/wav")) as stub:
        voice = OpenAiSynthesiser(OpenAiServer(stub.url), rate=1.5)
        await voice.open()
        assert [chunk async for chunk in voice.synthesise("Hello.")]
        await voice.close()
    assert json.loads(stub.requests[0].body)["speed"] == 1.5


@pytest.mark.parametrize(("rate", "channels"), [(8_000, 1), (22_050, 2), (48_000, 1)])
async def test_speech_of_any_rate_becomes_48_khz_mono(rate: int, channels: int) -> None:
    chunks = await _speak(reply(_wav(0.5, rate, channels)), "Hello")
    pcm = np.concatenate([chunk.pcm for chunk in chunks])
    assert len(pcm) == 0.5 * SAMPLE_RATE
    spectrum = np.abs(np.fft.rfft(pcm))
    assert np.argmax(spectrum) * 2 == 440
    assert max(len(chunk.pcm) for chunk in chunks) <= 0.04 * SAMPLE_RATE


async def test_speech_is_heard_before_the_server_has_sent_it_all() -> None:
    wav = _wav(2.0)
    async with http_stub(in_pieces(wav[:20_000], kind="audio/wav", end=False)) as stub:
        voice = OpenAiSynthesiser(OpenAiServer(stub.url))
        await voice.open()
        async with aclosing(voice.synthesise("Hello")) as speech:
            assert len((await anext(speech)).pcm) > 0
        await voice.close()


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (reply(b"", kind="audio/wav"), r"is not a WAV file \(audio/wav\)"),
        (reply(b'{"error": 1}'), r"is not a WAV file \(application/json\)"),
        (reply(b"RIFF\0\0\0\0WAVEgarbage" + bytes(9000), kind="x"), "WAV file"),
        (reply(b"no", status=401), "answered 401: no"),
        (silent, "in time"),
        (endless, "is not a WAV file"),
    ],
    ids=["empty", "json", "garbage", "refused", "silent", "endless"],
)
async def test_a_voice_that_misbehaves_is_an_error(answer: Answer, why: str) -> None:
    with pytest.raises(ServerError, match=why):
        await _speak(answer, "Hello", patience=0.3 if answer is silent else 5.0)


async def test_speech_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aicall_cli.speech.openai_speech.MAX_SENTENCE_BYTES", 100_000)

    async def answer(request: HttpRequest, writer: asyncio.StreamWriter) -> None:
        writer.write(head(200, "audio/wav", "Connection: close\r\n") + _wav(0.1)[:40] + bytes(4))
        while True:
            writer.write(bytes(65536))
            await writer.drain()

    with pytest.raises(ServerError, match="more than 100000 bytes"):
        await _speak(answer, "Hello")


async def test_a_wav_file_without_audio_is_silence() -> None:
    assert await _speak(reply(_wav(0.0)), "Hello") == []


async def test_a_text_that_is_too_long_is_refused_before_anything_is_asked() -> None:
    with pytest.raises(UsageError, match="too long"):
        await _speak(silent, "a" * (MAX_TEXT + 1))
