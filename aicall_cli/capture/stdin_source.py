"""Audio from standard input, pushed as it arrives."""

from collections.abc import Generator
from contextlib import closing, contextmanager
from typing import Self

from aicall_cli.capture.decoded_source import DecodedSource
from aicall_cli.capture.decoder import Decoder, open_decoder
from aicall_cli.capture.raw_format import RawFormat
from aicall_cli.capture.stdin_input import NAME, StdinInput


class StdinSource(DecodedSource):
    """Raw samples in a given format, or whatever its first bytes say that it is."""

    @classmethod
    async def open(cls, raw: RawFormat | None = None, descriptor: int = 0) -> Self:
        """Begin to read, and wait for the first samples.

        ``close`` ends the thread even if nothing is ever delivered. Raises SourceError for
        what cannot be read, UsageError for a sample rate that is not 8–192 kHz.
        """
        stdin = StdinInput(descriptor)
        return await cls.start(NAME, lambda: _open(stdin, raw), stdin.interrupt, stdin.close)


@contextmanager
def _open(stdin: StdinInput, raw: RawFormat | None) -> Generator[Decoder, None, None]:
    with closing(open_decoder(stdin, raw)) as decoder:
        yield decoder
