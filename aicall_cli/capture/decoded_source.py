"""A source whose bytes are read and decoded in a thread of its own."""

from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Self

from aicall_cli.audio.format import AudioFormat, Pcm
from aicall_cli.audio.frame import AudioFrame
from aicall_cli.capture.decoder import Decoder
from aicall_cli.capture.framer import Framer
from aicall_cli.capture.reader_thread import ReaderThread

Opener = Callable[[], AbstractContextManager[Decoder]]
"""Opens input and decoder, in the thread that will use them, and closes them after."""


@dataclass(frozen=True, slots=True)
class _Opened:
    format: AudioFormat
    duration: float | None
    warnings: tuple[str, ...]


_Item = _Opened | Pcm | str
"""First what was opened, then its blocks, then the warnings that came up on the way."""


class DecodedSource:
    """What files and standard input have in common; see ``capture.source.Source``.

    A rate at which nothing can be pushed becomes 48 kHz here, and more than two channels
    become one, so that the same pipeline carries every file.
    """

    def __init__(
        self, name: str, thread: ReaderThread[_Item], opened: _Opened, release: Callable[[], None]
    ) -> None:
        self._name = name
        self._thread = thread
        self._release = release
        self._closed = False
        self._duration = opened.duration
        self._warnings = list(opened.warnings)
        self._framer = Framer(opened.format)

    @classmethod
    async def start(
        cls,
        name: str,
        opener: Opener,
        interrupt: Callable[[], None] = lambda: None,
        release: Callable[[], None] = lambda: None,
    ) -> Self:
        """Start the thread and wait for the first samples; what ``opener`` raises comes out.

        ``interrupt`` makes a blocked read return; ``release`` is called after the thread's end.
        """
        thread: ReaderThread[_Item] = ReaderThread(
            f"aicall reads {name}", lambda: _produce(opener), interrupt
        )
        try:
            opened = await thread.get()
        except BaseException:
            await thread.close()
            release()
            raise
        assert isinstance(opened, _Opened), "that is what comes first"
        return cls(name, thread, opened, release)

    @property
    def name(self) -> str:
        """The file's name, or ``standard input``."""
        return self._name

    @property
    def format(self) -> AudioFormat:
        """The format of the frames."""
        return self._framer.format

    @property
    def duration(self) -> float | None:
        """Seconds, as far as header and size tell."""
        return self._duration

    @property
    def position(self) -> float:
        """Seconds handed out."""
        return self._framer.position

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was found wrong so far, a sentence each."""
        return tuple(self._warnings)

    async def frames(self, push_ms: int) -> AsyncGenerator[AudioFrame, None]:
        """Yield the audio once; SourceError when it cannot be read any further."""
        self._framer.begin(push_ms)
        while (item := await self._thread.get()) is not None:
            if isinstance(item, str):
                self._warnings.append(item)
                continue
            assert not isinstance(item, _Opened), "that comes once"
            for frame in self._framer.add(item):
                yield frame
        for frame in self._framer.finish():
            yield frame

    async def close(self) -> None:
        """End the thread, which gives back what it opened."""
        await self._thread.close()
        if not self._closed:
            self._closed = True
            self._release()


def _produce(opener: Opener) -> Generator[_Item, None, None]:
    with opener() as decoder:
        blocks = decoder.blocks()
        # An input without any audio is refused when it is opened, before a call is made.
        first = next(blocks)
        told = tuple(decoder.warnings)
        yield _Opened(decoder.format, decoder.duration, told)
        yield first
        yield from blocks
        yield from decoder.warnings[len(told) :]
