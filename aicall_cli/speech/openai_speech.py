"""Recogniser and voice of a server that speaks OpenAI's audio interface.

``POST /audio/transcriptions`` with a WAV file, and ``POST /audio/speech`` answered by a WAV
file; many servers on one's own machine offer the same.
"""

import asyncio
import io
import json
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing

import httpx
import numpy as np

from aicall_cli.audio.format import BYTES_PER_SAMPLE, AudioFormat, Pcm
from aicall_cli.audio.resampler import StreamResampler
from aicall_cli.audio.wav_writer import WavWriter
from aicall_cli.speech.openai_server import (
    OpenAiServer,
    ServerError,
    body_of,
    content_type,
    pieces_of,
)
from aicall_cli.speech.recogniser import MAX_UTTERANCE_SECONDS, RECOGNISER_RATE, OnPartial
from aicall_cli.speech.sentences import sentences
from aicall_cli.speech.synthesiser import SpeechChunk, WordMark, check_length
from aicall_cli.speech.wav_stream import WavStream, WavStreamError
from aicall_cli.text import escape

DEFAULT_RECOGNISER_MODEL = "whisper-1"
DEFAULT_VOICE_MODEL = "tts-1"
DEFAULT_VOICE = "alloy"
MAX_TRANSCRIPT = 5000
"""Characters of a transcript; one minute of speech has some 1000."""
MAX_SENTENCE_BYTES = 32 * 1024 * 1024
"""Bytes of the speech of one sentence, at most 400 characters: over 80 s in any format."""
_MAX_UTTERANCE_BYTES = MAX_UTTERANCE_SECONDS * RECOGNISER_RATE * BYTES_PER_SAMPLE
_BLOCK_SECONDS = 0.04


class OpenAiRecogniser:
    """Sends each utterance when it is over; there are no partials. See ``Recogniser``."""

    def __init__(
        self,
        server: OpenAiServer,
        model: str = DEFAULT_RECOGNISER_MODEL,
        language: str | None = None,
    ) -> None:
        self._server = server
        self._fields = {"model": model, "response_format": "json"}
        if language is not None:
            self._fields["language"] = language
        self._client: httpx.AsyncClient | None = None
        self._audio: bytearray | None = None
        self.ignored_samples = 0
        """Samples of utterances that went on for more than MAX_UTTERANCE_SECONDS."""

    async def open(self) -> None:
        """Make the client; the server is first asked when there is something to ask."""
        self._client = self._server.client()

    def start_utterance(self, on_partial: OnPartial) -> None:
        """Begin an utterance; ``on_partial`` is never called."""
        self._audio = bytearray()

    def feed(self, pcm: Pcm) -> None:
        """Take the utterance's next samples: int16 ``(n,)``, mono, 16 kHz."""
        if self._audio is None:
            return
        data = pcm.astype("<i2", copy=False).tobytes()
        room = data[: _MAX_UTTERANCE_BYTES - len(self._audio)]
        self.ignored_samples += (len(data) - len(room)) // BYTES_PER_SAMPLE
        self._audio += room

    async def finish(self) -> str:
        """Return what the server understood; raise ServerError if it does not tell."""
        audio, self._audio = self._audio, None
        if not audio:
            return ""
        assert self._client is not None, "the recogniser is not open"
        files = {"file": ("speech.wav", _wav(bytes(audio)), "audio/wav")}
        path = "audio/transcriptions"
        async with self._server.post(
            self._client, path, data=self._fields, files=files
        ) as response:
            return _transcript(await body_of(response), self._server.name)

    def cancel(self) -> None:
        """Forget the utterance."""
        self._audio = None

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()


class OpenAiSynthesiser:
    """A voice of the server, asked sentence by sentence; each sentence is one mark."""

    def __init__(
        self,
        server: OpenAiServer,
        model: str = DEFAULT_VOICE_MODEL,
        voice: str = DEFAULT_VOICE,
        rate: float = 1.0,
    ) -> None:
        self.rate = rate
        self._server = server
        self._model = model
        self.name = voice
        self._client: httpx.AsyncClient | None = None

    async def open(self) -> None:
        """Make the client; the server is first asked when there is something to say."""
        self._client = self._server.client()

    async def synthesise(self, text: str) -> AsyncGenerator[SpeechChunk, None]:
        """Speak ``text``, each piece as soon as the server has sent it."""
        check_length(text)
        start = 0
        for sentence in sentences(text):
            end = start + len(sentence)
            marks: tuple[WordMark, ...] = (WordMark(0.0, start, end),)
            start = end
            if not any(map(str.isalnum, sentence)):
                continue
            async with aclosing(self._speak(sentence)) as pieces:
                async for pcm in pieces:
                    if len(pcm):
                        yield SpeechChunk(pcm, marks)
                        marks = ()

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()

    async def _speak(self, sentence: str) -> AsyncGenerator[Pcm, None]:
        assert self._client is not None, "the voice is not open"
        wanted: dict[str, str | float] = {
            "model": self._model,
            "voice": self.name,
            "input": sentence.strip(),
            "response_format": "wav",
        }
        if self.rate != 1.0:  # not every server knows it
            wanted["speed"] = self.rate
        wav = WavStream()
        converter = _Converter(wav)
        async with self._server.post(self._client, "audio/speech", json=wanted) as response:
            try:
                async with aclosing(pieces_of(response, MAX_SENTENCE_BYTES)) as pieces:
                    async for piece in pieces:
                        for pcm in converter.convert(wav.feed(piece)):
                            yield pcm
                            # One block at a time: the loop has ticks to send in between.
                            await asyncio.sleep(0)
                for pcm in (*converter.convert(wav.finish()), converter.flush()):
                    yield pcm
            except WavStreamError as error:
                kind = content_type(response) or "unnamed"
                message = f"{self._server.name} sent as speech what {error} ({kind})"
                raise ServerError(message) from error


class _Converter:
    """Turns what a WAV stream gives into mono 48 kHz, in short blocks."""

    def __init__(self, wav: WavStream) -> None:
        self._wav = wav
        self._resampler: StreamResampler | None = None

    def convert(self, samples: Pcm) -> Iterator[Pcm]:
        source = self._wav.format
        if source is None:
            return
        if self._resampler is None:
            self._resampler = StreamResampler(source)
        size = source.samples(_BLOCK_SECONDS)
        for start in range(0, len(samples), size):
            yield self._resampler.process(samples[start : start + size])

    def flush(self) -> Pcm:
        return np.empty(0, np.int16) if self._resampler is None else self._resampler.flush()


def _wav(pcm: bytes) -> bytes:
    file = io.BytesIO()
    writer = WavWriter(file, AudioFormat(RECOGNISER_RATE, 1))
    writer.write(np.frombuffer(pcm, "<i2").astype(np.int16))
    writer.update_header()
    return file.getvalue()


def _transcript(body: bytes, server: str) -> str:
    """Return the text of ``{"text": "…"}``."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ServerError(f"{server} answered a transcription without JSON") from error
    text = answer.get("text") if isinstance(answer, dict) else None
    if not isinstance(text, str):
        raise ServerError(f"{server} answered a transcription without a text")
    return escape(text.strip(), limit=MAX_TRANSCRIPT)
