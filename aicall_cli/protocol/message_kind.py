"""One kind of AICallKit's messages: its number, and its ``data`` ↔ what it means."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from aicall_cli.engine.events import MessageIgnored
from aicall_cli.engine.limits import MAX_ID, MAX_TEXT
from aicall_cli.protocol.json_object import JsonObject

Meaning = TypeVar("Meaning")


@dataclass(frozen=True, slots=True)
class MessageKind(Generic[Meaning]):
    """What a sender writes and a receiver reads for one event or command."""

    number: int
    meaning: type[Meaning]
    write: Callable[[Meaning], dict[str, Any]]
    """Returns ``data``; raises ValueError on what does not fit a message."""
    read: Callable[[JsonObject], Meaning | MessageIgnored]
    """Reads ``data``; raises RemoteProtocolError."""


class MessageTable(Generic[Meaning]):
    """The kinds of messages that one side sends."""

    def __init__(self, kinds: Iterable[MessageKind[Any]]) -> None:
        kinds = tuple(kinds)
        self._by_number: Mapping[int, MessageKind[Any]] = {kind.number: kind for kind in kinds}
        self._by_meaning: Mapping[type, MessageKind[Any]] = {kind.meaning: kind for kind in kinds}

    @property
    def kinds(self) -> tuple[MessageKind[Any], ...]:
        """All of them, in the order of their numbers."""
        return tuple(self._by_number[number] for number in sorted(self._by_number))

    def body(self, meaning: Meaning) -> tuple[int, dict[str, Any]]:
        """Return the number and the ``data`` of a message."""
        kind = self._by_meaning[type(meaning)]
        return kind.number, kind.write(meaning)

    def read(self, number: int, data: JsonObject) -> Meaning | MessageIgnored:
        """Return what a message means; one of an unknown number is ignored."""
        kind = self._by_number.get(number)
        if kind is None:
            return MessageIgnored(number, "unknown type")
        read: Meaning | MessageIgnored = kind.read(data)
        return read


def switch(number: int, meaning: type[Any]) -> MessageKind[Any]:
    """Return the kind of a message that only says ``enable``, as ``enabled`` of its meaning."""
    return MessageKind(
        number,
        meaning,
        lambda told: {"enable": told.enabled},
        lambda data: meaning(data.boolean("enable")),
    )


def bare(number: int, meaning: type[Any]) -> MessageKind[Any]:
    """Return the kind of a message without a body."""
    return MessageKind(number, meaning, lambda _: {}, lambda _: meaning())


def bounded(text: str, limit: int = MAX_TEXT) -> str:
    """Return ``text``; raise ValueError where it is longer than a message may carry."""
    if len(text) > limit:
        raise ValueError(f"a text of {len(text)} characters; a message carries {limit}")
    return text


def identifier(text: str) -> str:
    """Return an identifier; raise ValueError where it is longer than one may be."""
    return bounded(text, MAX_ID)


def within(value: float, low: float, high: float) -> float:
    """Return ``value``; raise ValueError where it is not from ``low`` to ``high``."""
    if not low <= value <= high:
        raise ValueError(f"{value} is not between {low} and {high}")
    return value
