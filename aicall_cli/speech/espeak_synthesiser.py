"""The built-in voice: espeak-ng, in one thread of its own.

All voices of a process share that thread, because the library's state is global. It starts
when the first voice is opened and ends when the last one is closed. A sentence takes it some
milliseconds; the resampling to 48 kHz is done in short pieces, so that neither keeps the
interpreter's lock from a loop that has ticks to send.
"""

import asyncio
import difflib
import threading
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar
from unicodedata import category

import numpy as np

from aicall_cli.audio.format import SAMPLE_RATE, AudioFormat, Pcm
from aicall_cli.audio.resampler import StreamResampler
from aicall_cli.errors import UsageError
from aicall_cli.speech.availability import require_synthesiser
from aicall_cli.speech.sentences import sentences
from aicall_cli.speech.synthesiser import SpeechChunk, SynthesiserError, WordMark, check_length
from aicall_cli.text import escape

if TYPE_CHECKING:
    from aicall_cli.speech.espeak_library import EspeakLibrary, Word

DEFAULT_VOICE = "en-us"
_CHUNK_SECONDS = 0.2
_PIECE_SECONDS = 0.02
_SHOWN_VOICES = ("en-us", "en-gb", "de", "es", "fr", "it", "cmn", "ja")

# Control characters, surrogates, private and unassigned code points.
_UNSPEAKABLE = frozenset({"Cc", "Cs", "Co", "Cn"})

T = TypeVar("T")


class _OwnerThread:
    """The one thread of the process that calls the library, shared and counted."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users = 0
        self._executor: ThreadPoolExecutor | None = None

    def acquire(self) -> None:
        with self._lock:
            self._users += 1
            if self._executor is None:
                self._executor = ThreadPoolExecutor(1, thread_name_prefix="aicall-espeak")

    def release(self) -> None:
        with self._lock:
            self._users -= 1
            if self._users == 0 and self._executor is not None:
                self._executor.shutdown(wait=False, cancel_futures=True)
                self._executor = None

    async def run(self, work: Callable[[], T]) -> T:
        """Await ``work`` done by the thread. One job a voice at a time bounds the queue."""
        assert self._executor is not None, "the voice is not open"
        return await asyncio.get_running_loop().run_in_executor(self._executor, work)


_owner = _OwnerThread()


class EspeakSynthesiser:
    """A voice of espeak-ng: a language code, with ``+`` and a variant (``en-us+f3``) if wanted."""

    def __init__(self, voice: str = DEFAULT_VOICE, rate: float = 1.0) -> None:
        self.rate = rate
        self.name = voice
        self._identifier: str | None = None

    async def open(self) -> None:
        """Load the library; raise UsageError if it is not installed or lacks the voice."""
        require_synthesiser()
        _owner.acquire()
        try:
            self._identifier = await _owner.run(partial(_find_voice, self.name))
        except BaseException:
            _owner.release()
            raise

    async def synthesise(self, text: str) -> AsyncGenerator[SpeechChunk, None]:
        """Speak ``text`` sentence by sentence, each in chunks of 200 ms."""
        check_length(text)
        start = 0
        for sentence in sentences(text):
            async with aclosing(self._speak(sentence, start)) as chunks:
                async for chunk in chunks:
                    yield chunk
            start += len(sentence)

    async def close(self) -> None:
        """Let go of the thread, which ends with its last voice."""
        if self._identifier is not None:
            self._identifier = None
            _owner.release()

    async def _speak(self, sentence: str, start: int) -> AsyncGenerator[SpeechChunk, None]:
        if self._identifier is None:
            raise SynthesiserError("the voice is not open")
        speak = partial(_speak, _speakable(sentence), self._identifier, self.rate)
        pcm, words, rate = await _owner.run(speak)
        resampler = StreamResampler(AudioFormat(rate, 1))
        marks = deque(_marks(words, rate, start, len(sentence)))
        size = round(_CHUNK_SECONDS * rate)
        began = 0.0
        for begin in range(0, len(pcm), size):
            last = begin + size >= len(pcm)
            piece = pcm[begin : begin + size]
            call_pcm = await _owner.run(partial(_resample, resampler, piece, rate, last=last))
            ended = began + len(call_pcm) / SAMPLE_RATE
            words_here: list[WordMark] = []
            while marks and (last or marks[0].offset_seconds < ended):
                mark = marks.popleft()
                words_here.append(replace(mark, offset_seconds=mark.offset_seconds - began))
            yield SpeechChunk(call_pcm, tuple(words_here))
            began = ended


def _speak(text: str, identifier: str, rate: float) -> "tuple[Pcm, list[Word], int]":
    from aicall_cli.speech.espeak_library import espeak_library

    library = espeak_library()
    pcm, words = library.speak(text, identifier, rate)
    return pcm, words, library.sample_rate


def _find_voice(name: str) -> str:
    """Return the library's identifier of a voice; raise UsageError if it has none such."""
    from aicall_cli.speech.espeak_library import espeak_library

    library = espeak_library()
    identifier = library.find_voice(name)
    if identifier is None or not _says_something(library, identifier):
        like = difflib.get_close_matches(name.lower(), library.voices, n=3, cutoff=0.5)
        known = ", ".join(dict.fromkeys((*like, *_SHOWN_VOICES)))
        raise UsageError(
            f"there is no voice {escape(name, limit=40)!r}",
            hint=f"choose one of {len(library.voices)} languages ({known}, …), "
            "or a variant of one (en-us+f3)",
        )
    return identifier


def _says_something(library: "EspeakLibrary", identifier: str) -> bool:
    """Whether a voice has its dictionary; the wheel lists a few that have none, and are mute."""
    pcm, _ = library.speak("1", identifier)
    return len(pcm) > _PIECE_SECONDS * library.sample_rate


def _speakable(text: str) -> str:
    """Return ``text``, of the same length, without what is no text.

    espeak-ng reads up to a NUL, and takes some control characters for commands. ``[[`` would
    switch to phonemes where a front end turned them on.
    """
    spaced = "".join(
        " " if category(character) in _UNSPEAKABLE else character for character in text
    )
    return spaced.replace("[[", "  ").replace("]]", "  ")


def _marks(words: "list[Word]", rate: int, start: int, length: int) -> Iterator[WordMark]:
    """Yield a mark for each word, in the order of the text, positions counted from ``start``.

    espeak-ng tells a number's parts one by one, at positions within the number: those and
    whatever lies outside the text are left out.
    """
    told = 0
    for sample, position, characters in words:
        end = min(position + characters, length)
        if told <= position < end:
            yield WordMark(sample / rate, start + position, start + end)
            told = end


def _resample(resampler: StreamResampler, pcm: Pcm, rate: int, *, last: bool) -> Pcm:
    """Return 48 kHz PCM, computed in pieces that hold the interpreter's lock briefly."""
    size = round(_PIECE_SECONDS * rate)
    column = pcm.reshape(-1, 1)
    pieces = [resampler.process(column[at : at + size]) for at in range(0, len(pcm), size)]
    if last:
        pieces.append(resampler.flush())
    return np.concatenate(pieces)
