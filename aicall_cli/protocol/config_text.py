"""What a setting of a configuration may be: texts, JSON and lists (see ``config_kind``)."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from aicall_cli.engine.json_value import well_formed
from aicall_cli.engine.limits import MAX_TEXT
from aicall_cli.errors import UsageError
from aicall_cli.protocol.config_kind import Kind, refused
from aicall_cli.protocol.json_object import dump_object
from aicall_cli.secret import Secret

MAX_IDENTIFIER: Final = 64
_IDENTIFIER: Final = re.compile(rf"[0-9A-Za-z_-]{{1,{MAX_IDENTIFIER}}}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Text(Kind):
    """A text of at most ``limit`` characters."""

    limit: int = MAX_TEXT

    @property
    def meaning(self) -> str:
        """The length."""
        return f"a text of at most {self.limit} characters"

    def check(self, value: object, name: str) -> str:
        """Take a text; lone surrogates are replaced."""
        if not isinstance(value, str):
            raise refused(name, self, value)
        if len(value) > self.limit:
            raise UsageError(f"{name} must be {self.meaning}, not of {len(value)}")
        return well_formed(value)


@dataclass(frozen=True, slots=True)
class SecretText(Kind):
    """A token or key, which is redacted wherever it is shown."""

    meaning: str = "a text"

    def check(self, value: object, name: str) -> Secret:
        """Take a text or a secret."""
        if isinstance(value, Secret):
            return value
        if not isinstance(value, str):
            raise UsageError(f"{name} must be {self.meaning}")
        return Secret(value)

    def parse(self, text: str, name: str) -> Secret:
        """Take the text as it is."""
        return Secret(text)

    def plain(self, value: Secret) -> str:
        """Return the secret itself."""
        return value.reveal()


@dataclass(frozen=True, slots=True)
class Identifier(Kind):
    """An id of a user, an agent or a channel."""

    meaning: str = f"1 to {MAX_IDENTIFIER} letters, digits, _ and -"

    def check(self, value: object, name: str) -> str:
        """Take an id."""
        if not isinstance(value, str) or not _IDENTIFIER.fullmatch(value):
            raise refused(name, self, value)
        return value


@dataclass(frozen=True, slots=True)
class JsonText(Kind):
    """A JSON object in a text, as AICallKit carries what it does not look into."""

    meaning: str = "a JSON object"

    def check(self, value: object, name: str) -> str:
        """Take an object, or a text that holds one."""
        if isinstance(value, str):
            if not isinstance(parse_json(value, name), dict):
                raise UsageError(f"{name} must be {self.meaning}")
            return well_formed(value)
        if not isinstance(value, Mapping):
            raise refused(name, self, value)
        try:
            return dump_object(value)
        except (TypeError, ValueError, RecursionError):  # a date of TOML, or NaN
            raise UsageError(f"{name} holds what JSON cannot say") from None


@dataclass(frozen=True, slots=True)
class Items(Kind):
    """A list of at most ``most`` values of one kind."""

    kind: Kind
    most: int

    @property
    def meaning(self) -> str:
        """The length."""
        return f"a list of at most {self.most}"

    def check(self, value: object, name: str) -> tuple[Any, ...]:
        """Take a list."""
        if not isinstance(value, list | tuple):
            raise refused(name, self, value)
        if len(value) > self.most:
            raise UsageError(f"{name} must be {self.meaning}, not of {len(value)}")
        return tuple(
            self.kind.check(item, f"{name}[{number}]") for number, item in enumerate(value)
        )

    def parse(self, text: str, name: str) -> tuple[Any, ...]:
        """Take a JSON array; of texts also the texts with commas between them."""
        if isinstance(self.kind, Text) and not text.lstrip().startswith("["):
            return self.check([word.strip() for word in text.split(",") if word.strip()], name)
        return self.check(parse_json(text, name), name)

    def plain(self, value: tuple[Any, ...]) -> list[Any]:
        """Return a list of plain values."""
        return [self.kind.plain(item) for item in value]


def parse_json(text: str, name: str) -> Any:
    """Return what JSON ``text`` says; raise UsageError that does not repeat it."""
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except RecursionError:
        raise UsageError(f"{name} is nested too deeply") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise UsageError(f"{name} is not JSON in {where}: {_reason(error)}") from None
    except ValueError:  # NaN and Infinity, and integers of more digits than Python converts
        raise UsageError(f"{name} is not JSON: it holds a number that cannot be read") from None


def _refuse_constant(constant: str) -> NoReturn:
    # Python reads NaN and Infinity, which JSON does not have (RFC 8259 §6).
    raise ValueError(constant)


def _reason(error: json.JSONDecodeError) -> str:
    return error.msg[:1].lower() + error.msg[1:]
