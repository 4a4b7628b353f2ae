"""What kinds of value a setting can have, from TOML and from text.

``check`` takes a value as TOML has it; ``parse`` takes the text of a variable or of a command
line. Both return the value as the program uses it and raise ValueError with a predicate
("must be …") that never repeats the value: it may be a secret in the wrong place.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol, TypeAlias

from aicall_cli.secret import Secret

MAX_TEXT: Final = 4096
"""Characters of one text."""
MAX_TEXTS: Final = 64
"""Entries of one list."""

_TRUE: Final = ("true", "yes", "on", "1")
_FALSE: Final = ("false", "no", "off", "0")


@dataclass(frozen=True, slots=True)
class KeyringEntry:
    """Stands in the file for a secret that the keyring keeps: ``token = { keyring = true }``."""


Value: TypeAlias = str | float | bool | tuple[str, ...] | Secret | KeyringEntry
"""A setting's value. An empty text or list says that there is to be none."""


class Kind(Protocol):
    """How the values of a setting are read."""

    @property
    def meaning(self) -> str:
        """What a value must be, as "a text"."""
        ...

    def check(self, value: object) -> Value:
        """Return a value as TOML has it, or raise ValueError."""
        ...

    def parse(self, text: str) -> Value:
        """Return the value that a text says, or raise ValueError."""
        ...


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text."""

    meaning: str = "a text"

    def check(self, value: object) -> str:
        """Take a line of at most ``MAX_TEXT`` characters."""
        if not isinstance(value, str) or len(value) > MAX_TEXT or not _is_line(value):
            raise ValueError(f"must be {self.meaning}")
        return value

    def parse(self, text: str) -> str:
        """Take the text as it is."""
        return self.check(text)


@dataclass(frozen=True, slots=True)
class Folder:
    """A path; ``~`` at its beginning is the user's home."""

    meaning: str = "a folder"

    def check(self, value: object) -> str:
        """Take a path, whether or not there is anything."""
        text = Text(self.meaning).check(value)
        return str(Path(text).expanduser()) if text else text

    def parse(self, text: str) -> str:
        """Take a path."""
        return self.check(text)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words."""

    words: tuple[str, ...]

    @property
    def meaning(self) -> str:
        """The words."""
        return " or ".join(self.words)

    def check(self, value: object) -> str:
        """Take one of the words."""
        if not isinstance(value, str) or value not in self.words:
            raise ValueError(f"must be {self.meaning}")
        return value

    def parse(self, text: str) -> str:
        """Take one of the words."""
        return self.check(text)


@dataclass(frozen=True, slots=True)
class Truth:
    """Yes or no."""

    meaning: str = "true or false"

    def check(self, value: object) -> bool:
        """Take TOML's own ``true`` and ``false``."""
        if not isinstance(value, bool):
            raise ValueError(f"must be {self.meaning}")
        return value

    def parse(self, text: str) -> bool:
        """Take the words that a variable of a command may have as well."""
        word = text.strip().lower()
        if word in _TRUE or word in _FALSE:
            return word in _TRUE
        raise ValueError(f"must be {self.meaning}")


@dataclass(frozen=True, slots=True)
class Number:
    """A number from ``low`` to ``high``; ``whole`` ones have no fraction."""

    low: float
    high: float = math.inf
    whole: bool = False

    @property
    def meaning(self) -> str:
        """The kind of number and its range."""
        kind = "a whole number" if self.whole else "a number"
        if math.isinf(self.high):
            return f"{kind} of at least {self.low:g}"
        return f"{kind} from {self.low:g} to {self.high:g}"

    def check(self, value: object) -> float:
        """Take a finite number within the range."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(f"must be {self.meaning}")
        if not math.isfinite(value) or not self.low <= value <= self.high:
            raise ValueError(f"must be {self.meaning}")
        if not self.whole:
            return value
        if value != int(value):
            raise ValueError(f"must be {self.meaning}")
        return int(value)

    def parse(self, text: str) -> float:
        """Take a number in digits."""
        try:
            return self.check(int(text))
        except ValueError:
            pass
        try:
            number = float(text)
        except ValueError:
            raise ValueError(f"must be {self.meaning}") from None
        return self.check(number)


@dataclass(frozen=True, slots=True)
class Texts:
    """Several texts; a single one is a list of one."""

    meaning: str = "a text or a list of texts"

    def check(self, value: object) -> tuple[str, ...]:
        """Take a text, or a list of at most ``MAX_TEXTS``."""
        texts = [value] if isinstance(value, str) else value
        if not isinstance(texts, list) or len(texts) > MAX_TEXTS:
            raise ValueError(f"must be {self.meaning}")
        try:
            return tuple(Text().check(text) for text in texts if text != "")
        except ValueError:
            raise ValueError(f"must be {self.meaning}") from None

    def parse(self, text: str) -> tuple[str, ...]:
        """Take what white space separates, as a command does with its variable."""
        return self.check(text.split())


@dataclass(frozen=True, slots=True)
class SecretText:
    """A token or a key: in the file itself, or kept by the keyring."""

    meaning: str = "a text, or { keyring = true }"

    def check(self, value: object) -> Secret | KeyringEntry | str:
        """Take a text or the word that the keyring has it."""
        if isinstance(value, Mapping):
            if len(value) == 1 and value.get("keyring") is True:
                return KeyringEntry()
            raise ValueError(f"must be {self.meaning}")
        text = Text(self.meaning).check(value)
        return Secret(text) if text else text

    def parse(self, text: str) -> Secret | str:
        """Take a text."""
        line = Text(self.meaning).check(text)
        return Secret(line) if line else line


@dataclass(frozen=True, slots=True)
class KeyringSecret(SecretText):
    """A key that would open more than one server: kept by the keyring, never in the file."""

    meaning: str = "kept in the keyring: { keyring = true }"

    def check(self, value: object) -> KeyringEntry | str:
        """Take the word that the keyring has it."""
        read = SecretText(self.meaning).check(value)
        if isinstance(read, Secret):
            raise ValueError(f"must be {self.meaning}")
        return read

    def parse(self, text: str) -> Secret | str:
        """Take a text, which is for the keyring."""
        return SecretText("one line of text").parse(text)


def _is_line(text: str) -> bool:
    # A secret goes into a header of HTTP, a name into a command line: no line breaks, no NUL.
    return not any(character < " " or character == "\x7f" for character in text)
