"""What kinds of value a parameter of the cloud's API can have, and how each goes on the wire.

Everything goes as text: numbers in digits, truth in words, objects as JSON. ``wire`` takes a
value as Python has it or the text of a command line, and raises ValueError with a predicate
("must be …") that never repeats the value: it may be a secret.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol

MAX_TEXT: Final = 65536
"""Characters of a text or an object of which the API tells no bound of its own."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_TRUTHS: Final = {"true": "true", "false": "false"}


class Kind(Protocol):
    """How the values of a parameter are checked and written."""

    @property
    def meaning(self) -> str:
        """What a value must be, as "a text of at most 64 characters"."""
        ...

    def wire(self, value: object) -> str:
        """Return the value as the API takes it, or raise ValueError."""
        ...


@dataclass(frozen=True, slots=True)
class Text:
    """Any text that is not empty."""

    longest: int = MAX_TEXT

    @property
    def meaning(self) -> str:
        """The bound."""
        return f"a text of 1 to {self.longest} characters"

    def wire(self, value: object) -> str:
        """Take a text within the bound, which UTF-8 can carry."""
        if not isinstance(value, str) or not 1 <= len(value) <= self.longest or _is_torn(value):
            raise ValueError(f"must be {self.meaning}")
        return value


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number from ``low`` to ``high``."""

    low: int
    high: int | None = None

    @property
    def meaning(self) -> str:
        """The range."""
        if self.high is None:
            return f"a whole number of at least {self.low}"
        return f"a whole number from {self.low} to {self.high}"

    def wire(self, value: object) -> str:
        """Take a number, or its digits."""
        try:
            if isinstance(value, bool) or not isinstance(value, int | str):
                raise ValueError
            number = int(value)
        except ValueError:
            raise ValueError(f"must be {self.meaning}") from None
        if number < self.low or (self.high is not None and number > self.high):
            raise ValueError(f"must be {self.meaning}")
        return str(number)


@dataclass(frozen=True, slots=True)
class Truth:
    """Yes or no."""

    meaning: str = "true or false"

    def wire(self, value: object) -> str:
        """Take a truth value, or its word."""
        word = _TRUTHS.get(str(value).lower()) if isinstance(value, bool | str) else None
        if word is None:
            raise ValueError(f"must be {self.meaning}")
        return word


@dataclass(frozen=True, slots=True)
class Word:
    """One of a few words, whose case on the wire is the API's."""

    words: tuple[str, ...]

    @property
    def meaning(self) -> str:
        """The words."""
        return " or ".join(self.words)

    def wire(self, value: object) -> str:
        """Take one of the words in any case."""
        for word in self.words:
            if isinstance(value, str) and value.lower() == word.lower():
                return word
        raise ValueError(f"must be {self.meaning}")


@dataclass(frozen=True, slots=True)
class Json:
    """A JSON object, or with ``array`` an array; as Python has it or as text."""

    longest: int = MAX_TEXT
    array: bool = False

    @property
    def meaning(self) -> str:
        """The type and the bound."""
        kind = "a JSON array" if self.array else "a JSON object"
        return f"{kind} of at most {self.longest} characters"

    def wire(self, value: object) -> str:
        """Take an object or its text; written without white space."""
        plain = self._parse(value) if isinstance(value, str) else value
        wanted = Sequence if self.array else Mapping
        if not isinstance(plain, wanted) or isinstance(plain, str):
            raise ValueError(f"must be {self.meaning}")
        try:
            text = json.dumps(
                plain, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain
            )
        except (TypeError, ValueError, RecursionError):
            raise ValueError(f"must be {self.meaning}") from None
        if len(text) > self.longest or _is_torn(text):
            raise ValueError(f"must be {self.meaning}")
        return text

    def _parse(self, text: str) -> Any:
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            raise ValueError(f"must be {self.meaning}") from None


@dataclass(frozen=True, slots=True)
class IsoTime:
    """A moment; on the wire in UTC, as ``2026-11-21T08:00:00Z``."""

    meaning: str = "a time with its zone, as 2026-11-21T08:00:00Z"

    def wire(self, value: object) -> str:
        """Take a moment or its ISO 8601 text."""
        return f"{_moment(value, self.meaning):%Y-%m-%dT%H:%M:%SZ}"


@dataclass(frozen=True, slots=True)
class UnixMilliseconds:
    """A moment; on the wire in milliseconds since 1970."""

    meaning: str = "a time with its zone, as 2026-11-21T08:00:00Z, or milliseconds since 1970"

    def wire(self, value: object) -> str:
        """Take a moment, its ISO 8601 text, or the milliseconds."""
        try:
            return Whole(0).wire(value)
        except ValueError:
            return str(max(0, (_moment(value, self.meaning) - _EPOCH) // _MILLISECOND))


def _moment(value: object, meaning: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        if isinstance(moment, datetime) and moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise ValueError(f"must be {meaning}")


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError


def _is_torn(text: str) -> bool:
    """Whether a text holds half of a surrogate pair, which no request can carry."""
    return any("\ud800" <= character <= "\udfff" for character in text)
