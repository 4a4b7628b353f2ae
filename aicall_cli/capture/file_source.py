"""An audio file of any kind, read and decoded as it is pushed."""

from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Self

from aicall_cli.capture.decoded_source import DecodedSource
from aicall_cli.capture.decoder import Decoder, open_decoder
from aicall_cli.capture.file_input import FileInput
from aicall_cli.capture.raw_format import RawFormat


class FileSource(DecodedSource):
    """WAV of every kind and what FFmpeg decodes, or, with a format, samples alone."""

    @classmethod
    async def open(cls, path: Path, raw: RawFormat | None = None) -> Self:
        """Open ``path`` and read its header.

        With ``raw`` there is none, and all bytes are samples. Raises SourceError for what
        cannot be read, UsageError for a sample rate that is not 8–192 kHz.
        """
        return await cls.start(path.name, lambda: _open(path, raw))


@contextmanager
def _open(path: Path, raw: RawFormat | None) -> Generator[Decoder, None, None]:
    with FileInput(path) as source, closing(open_decoder(source, raw)) as decoder:
        yield decoder
