"""What the cloud's API answered: first the bytes, then the fields."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

from aicall_cli.secret import Secret

SECRET_FIELDS: Final = frozenset({"Token", "AuthToken", "AppSign", "License", "AuthCode"})
"""Members of an answer, at any depth, by which somebody could act as another."""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """One HTTP answer, as it came."""

    status: int
    headers: Mapping[str, str]
    """By their names in lower case."""
    body: bytes

    @property
    def content_type(self) -> str:
        """The media type without its parameters, in lower case; empty where none is told."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def date(self) -> datetime | None:
        """When the server says that it answered."""
        try:
            date = parsedate_to_datetime(self.headers.get("date", ""))
        except ValueError:
            return None
        return date if date.tzinfo is not None else None

    @property
    def fields(self) -> Mapping[str, Any] | None:
        """The members of the JSON object that was answered; None where it is none."""
        try:
            fields = json.loads(self.body)
        except (ValueError, RecursionError):
            return None
        return fields if isinstance(fields, dict) else None


@dataclass(frozen=True, slots=True)
class CloudAnswer:
    """What an operation returned; the values of ``SECRET_FIELDS`` are ``Secret``."""

    request_id: str
    fields: Mapping[str, Any]
    """Without ``RequestId``."""

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> "CloudAnswer":
        """Return what the members of an answer say."""
        rest = {name: value for name, value in fields.items() if name != "RequestId"}
        guarded = _guarded(rest)
        assert isinstance(guarded, dict)
        return cls(str(fields.get("RequestId") or ""), guarded)


def revealed(value: object) -> object:
    """Return an answer's value as it came, for who must have its secrets."""
    match value:
        case Secret():
            return value.reveal()
        case dict():
            return {name: revealed(item) for name, item in value.items()}
        case list():
            return [revealed(item) for item in value]
    return value


def _guarded(value: object) -> object:
    match value:
        case dict():
            return {
                name: Secret(item)
                if name in SECRET_FIELDS and isinstance(item, str)
                else _guarded(item)
                for name, item in value.items()
            }
        case list():
            return [_guarded(item) for item in value]
    return value
