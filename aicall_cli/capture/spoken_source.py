"""Text, spoken by a synthesiser."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Self

from aicall_cli.audio.format import CALL_FORMAT, AudioFormat
from aicall_cli.audio.frame import AudioFrame
from aicall_cli.capture.framer import Framer
from aicall_cli.errors import SourceError, UsageError
from aicall_cli.speech.synthesiser import SpeechChunk, Synthesiser, SynthesiserError

NAME = "spoken text"


class SpokenSource:
    """``text`` as the voice speaks it, 48 kHz mono; made by ``open``, which takes the voice over.

    See ``capture.source.Source``.
    """

    name = NAME
    format: AudioFormat = CALL_FORMAT
    duration: float | None = None
    warnings: tuple[str, ...] = ()

    def __init__(
        self,
        synthesiser: Synthesiser,
        chunks: AsyncGenerator[SpeechChunk, None],
        first: SpeechChunk,
    ) -> None:
        self._synthesiser = synthesiser
        self._chunks = chunks
        self._first = first
        self._framer = Framer(CALL_FORMAT)

    @classmethod
    async def open(cls, text: str, synthesiser: Synthesiser) -> Self:
        """Make the voice ready and let it begin, so that a call finds its audio there.

        Raises UsageError for a text that cannot be said or a voice that is not there,
        SourceError when the voice fails.
        """
        if not text.strip():
            raise UsageError("there is no text to speak", hint="give some words after --say")
        chunks = synthesiser.synthesise(text)
        try:
            await synthesiser.open()
            first = await _first_audible(chunks)
        except BaseException:
            await chunks.aclose()
            await synthesiser.close()
            raise
        return cls(synthesiser, chunks, first)

    @property
    def position(self) -> float:
        """Seconds handed out."""
        return self._framer.position

    async def frames(self, push_ms: int) -> AsyncGenerator[AudioFrame, None]:
        """Yield the speech; SourceError when the voice fails on the way."""
        self._framer.begin(push_ms)
        for frame in self._framer.add(self._first.pcm[:, None]):
            yield frame
        async with aclosing(_speech(self._chunks)) as chunks:
            async for chunk in chunks:
                for frame in self._framer.add(chunk.pcm[:, None]):
                    yield frame
        for frame in self._framer.finish():
            yield frame

    async def close(self) -> None:
        """Stop speaking and give the voice back."""
        await self._chunks.aclose()
        await self._synthesiser.close()


async def _first_audible(chunks: AsyncGenerator[SpeechChunk, None]) -> SpeechChunk:
    async for chunk in _speech(chunks):
        if len(chunk.pcm):
            return chunk
    raise SourceError("the voice has no sound for this text", hint="give some words after --say")


async def _speech(chunks: AsyncGenerator[SpeechChunk, None]) -> AsyncGenerator[SpeechChunk, None]:
    try:
        async for chunk in chunks:
            yield chunk
    except SynthesiserError as error:
        raise SourceError(f"the text cannot be spoken: {error.message}", hint=error.hint) from error
