"""An audio file of any kind that FFmpeg reads, decoded as it is pushed."""

from collections.abc import AsyncGenerator, Generator
from pathlib import Path
from typing import BinaryIO, Self

from aicall_cli.audio.format import AudioFormat, Pcm
from aicall_cli.audio.frame import AudioFrame
from aicall_cli.capture.framer import Framer
from aicall_cli.capture.media_decoder import MediaDecoder
from aicall_cli.capture.reader_thread import ReaderThread
from aicall_cli.errors import SourceError

Block = MediaDecoder | Pcm


class FileSource:
    """A file that its own thread opens and decodes; made by ``open``."""

    def __init__(self, path: Path, thread: ReaderThread[Block], decoder: MediaDecoder) -> None:
        self._thread = thread
        self._decoder = decoder
        self._framer = Framer(decoder.format)
        self.name = path.name

    @classmethod
    async def open(cls, path: Path) -> Self:
        """Open ``path`` and read its header.

        Raises SourceError for what cannot be read, UsageError for an unusable sample rate.
        """
        thread: ReaderThread[Block] = ReaderThread("aicall-file", lambda: _decode(path))
        try:
            decoder = await thread.get()
        except BaseException:
            await thread.close()
            raise
        assert isinstance(decoder, MediaDecoder), "the decoder comes before its blocks"
        return cls(path, thread, decoder)

    @property
    def format(self) -> AudioFormat:
        """The format of the frames: the file's own if it can be pushed, else 48 kHz mono."""
        return self._framer.format

    @property
    def duration(self) -> float | None:
        """Seconds, as the file's header says."""
        return self._decoder.duration

    @property
    def position(self) -> float:
        """Seconds handed out."""
        return self._framer.position

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is wrong with the file, as far as it has been read."""
        return tuple(self._decoder.warnings)

    async def frames(self, push_ms: int) -> AsyncGenerator[AudioFrame, None]:
        """Yield the file's audio once; SourceError when it cannot be decoded any further."""
        self._framer.begin(push_ms)
        while (block := await self._thread.get()) is not None:
            assert not isinstance(block, MediaDecoder), "there is one decoder"
            for frame in self._framer.add(block):
                yield frame
        for frame in self._framer.finish():
            yield frame

    async def close(self) -> None:
        """End the thread; it closes the file."""
        await self._thread.close()


def _decode(path: Path) -> Generator[Block, None, None]:
    with _open(path) as file:
        decoder = MediaDecoder(file, path.name)
        try:
            yield decoder
            yield from decoder.blocks()
        finally:
            decoder.close()


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except FileNotFoundError as error:
        raise SourceError(f"there is no file {path}", hint="Check the path.") from error
    except IsADirectoryError as error:
        raise SourceError(f"{path} is a directory", hint="Name one audio file.") from error
    except PermissionError as error:
        raise SourceError(f"{path} may not be read", hint="Check its permissions.") from error
    except OSError as error:
        raise SourceError(f"{path} cannot be opened: {error.strerror}") from error
