"""Where encoded audio comes from."""

from typing import BinaryIO, Protocol


class ByteInput(Protocol):
    """Bytes for a decoder in a reader thread; reading may block it."""

    @property
    def name(self) -> str:
        """What to call it before people."""

    @property
    def size(self) -> int | None:
        """Bytes from the first to the last, where that is known."""

    @property
    def file(self) -> BinaryIO | None:
        """The open file, if it is one in which a decoder may jump about."""

    def read(self, size: int) -> bytes:
        """Return what is there, at most ``size`` bytes; none at the end or once interrupted.

        Raises SourceError when reading fails.
        """

    def rewind(self) -> None:
        """Start again with the first byte, once, after no more than a header was read."""
