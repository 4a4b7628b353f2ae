"""The moment from which on a token is refused."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Self

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FORMAT: Final = "%Y-%m-%d %H:%M:%S"

MAX_TIME: Final = 253_402_300_799
"""The last second of the year 9999, Unix time."""


@dataclass(frozen=True, slots=True)
class Expiry:
    """A moment in whole seconds of Unix time, at most ``MAX_TIME``."""

    seconds: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``yyyy-MM-dd HH:mm:ss`` in UTC; raise ValueError."""
        read = datetime.strptime(text, _FORMAT).replace(tzinfo=UTC)
        return cls((read - _EPOCH) // timedelta(seconds=1))

    @property
    def utc(self) -> datetime:
        """The moment as a date with its zone, UTC."""
        return _EPOCH + timedelta(seconds=self.seconds)

    def left(self, now: float) -> float:
        """Return the seconds from ``now``, Unix time, until then; negative once it is past."""
        return self.seconds - now

    def is_past(self, now: float) -> bool:
        """Whether a token that expires then is refused at ``now``, Unix time."""
        return self.left(now) <= 0

    def __str__(self) -> str:
        return self.utc.replace(tzinfo=None).isoformat(" ")
