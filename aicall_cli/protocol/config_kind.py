"""What a setting of a configuration may be: checked from Python, JSON and TOML, read from text.

Here are numbers, words and truths; ``config_text`` has texts and lists. Every kind takes the
dotted name of the setting, so that an error says which one cannot be used and what it may be.
Numbers, words and truths are repeated in errors; texts are not, because a text may be a key.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

from aicall_cli.errors import UsageError
from aicall_cli.text import escape

MAX_WHOLE: Final = 2**31 - 1
"""The largest whole number: the service keeps them in 32 bits."""
UNSET: Final = -1
"""How AICallKit writes a number that nobody sets."""
_SHOWN: Final = 40
"""Characters of a word that an error repeats."""
_TRUTHS: Final = {"true": True, "false": False}


class Kind(ABC):
    """How the values of a setting are read and written."""

    __slots__ = ()

    @property
    @abstractmethod
    def meaning(self) -> str:
        """What a value must be, as "a text"."""

    @abstractmethod
    def check(self, value: object, name: str) -> Any:
        """Return a value as the program uses it, None for one that sets nothing.

        Raise UsageError for one that cannot be used.
        """

    def parse(self, text: str, name: str) -> Any:
        """Return the value that a text of the command line says, or raise UsageError."""
        return self.check(text, name)

    def plain(self, value: Any) -> Any:
        """Return a checked value as JSON and TOML have it."""
        return value


@dataclass(frozen=True, slots=True)
class Flag(Kind):
    """Yes or no."""

    meaning: str = "true or false"

    def check(self, value: object, name: str) -> bool:
        """Take a truth value."""
        if not isinstance(value, bool):
            raise refused(name, self, value)
        return value

    def parse(self, text: str, name: str) -> bool:
        """Take ``true`` and ``false``."""
        return self.check(_TRUTHS.get(text.strip().lower(), text), name)


@dataclass(frozen=True, slots=True)
class Number(Kind):
    """A number from ``low`` to ``high``; ``UNSET`` sets nothing."""

    low: float = 0
    high: float = MAX_WHOLE
    whole: bool = True
    unit: str = ""
    zero: bool = False
    """Whether 0, outside of the range, may stand for "off"."""

    @property
    def meaning(self) -> str:
        """The range."""
        kind = "a whole number" if self.whole else "a number"
        endless = self.high == MAX_WHOLE
        bounds = f"from {self.low:g}" + ("" if endless else f" to {self.high:g}")
        return f"{kind} {bounds}{self.unit and f' {self.unit}'}{', or 0' if self.zero else ''}"

    def check(self, value: object, name: str) -> float | None:
        """Take a number of the range; a whole one may be written 600.0."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise refused(name, self, value)
        if value == UNSET:
            return None
        # NaN is in no range.
        inside = self.low <= value <= self.high or (self.zero and value == 0)
        if not inside or (self.whole and value % 1):
            raise refused(name, self, value)
        return int(value) if self.whole else float(value)

    def parse(self, text: str, name: str) -> float | None:
        """Take a decimal number."""
        try:
            value = float(text)
        except ValueError:
            raise refused(name, self, text) from None
        return self.check(int(value) if value.is_integer() else value, name)


@dataclass(frozen=True, slots=True)
class Choice(Kind):
    """One of a few words."""

    words: tuple[str, ...]

    @property
    def meaning(self) -> str:
        """The words."""
        return " or ".join(self.words)

    def check(self, value: object, name: str) -> str:
        """Take one of the words."""
        if not isinstance(value, str) or value not in self.words:
            raise refused(name, self, value)
        return value


@dataclass(frozen=True, slots=True)
class Member(Kind):
    """A member of an enumeration, by its number or its name in PascalCase."""

    enum: type[IntEnum]

    @property
    def meaning(self) -> str:
        """The members."""
        return " or ".join(f"{member.value} ({pascal(member.name)})" for member in self.enum)

    def check(self, value: object, name: str) -> IntEnum:
        """Take a member, its number or its name."""
        for member in self.enum:
            spelled = (member.value, str(member.value), pascal(member.name))
            if value in spelled and not isinstance(value, bool):
                return member
        raise refused(name, self, value)

    def plain(self, value: IntEnum) -> int:
        """Return the number."""
        return value.value


def pascal(name: str) -> str:
    """Return ``snake_case`` or ``UPPER_CASE`` as ``PascalCase``."""
    return "".join(part.capitalize() for part in name.split("_"))


def refused(name: str, kind: Kind, value: object) -> UsageError:
    """Return the error that ``value`` is not of ``kind``."""
    return UsageError(f"{name} must be {kind.meaning}, not {_shown(value)}")


def _shown(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case int() if abs(value) > MAX_WHOLE:  # str() refuses the hugest
            return "a huge number"
        case int() | float():
            return str(value)
        case str():
            return f"'{escape(value, limit=_SHOWN)}'"
        case list() | tuple():
            return "a list"
        case Mapping():
            return "an object"
        case _:
            return f"of type {type(value).__name__}"
