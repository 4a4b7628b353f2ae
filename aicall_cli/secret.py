"""Tokens and keys that must never be printed."""

from hmac import compare_digest


class Secret:
    """A string whose ``repr``, ``str`` and format are redacted.

    Two secrets are equal when their values are; comparing takes a time that does not tell
    how much of a guess was right. The value leaves through ``reveal`` only,
    so that a search for that word finds each place where a secret is used.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the value itself."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return compare_digest(_bytes(other._value), _bytes(self._value))

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __bool__(self) -> bool:
        return bool(self._value)


def _bytes(value: str) -> bytes:
    # A peer's guess may hold half of a surrogate pair, which plain UTF-8 refuses.
    return value.encode("utf-8", "surrogatepass")
