"""What the field of a configuration object says beyond its annotation (``config_group``)."""

from dataclasses import dataclass, field
from typing import Any, Final

from aicall_cli.engine.limits import MAX_TEXT
from aicall_cli.protocol.config_kind import MAX_WHOLE

MAX_ITEMS: Final = 64
"""Entries of a list that has no limit of its own."""
RULES: Final = "rules"
"""Where a field's metadata have its rules."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a field's annotation does not say."""

    name: str | None = None
    alias: str | None = None
    default: Any = None
    low: float = 0
    high: float = MAX_WHOLE
    unit: str = ""
    zero: bool = False
    limit: int = MAX_TEXT
    most: int = MAX_ITEMS
    json: bool = False
    identifier: bool = False


def setting(
    *,
    name: str | None = None,
    alias: str | None = None,
    default: Any = None,
    low: float = 0,
    high: float = MAX_WHOLE,
    unit: str = "",
    zero: bool = False,
    limit: int = MAX_TEXT,
    most: int = MAX_ITEMS,
    json: bool = False,
    identifier: bool = False,
    private: bool = False,
) -> Any:
    """Return a dataclass field that is one setting, unset where nobody says.

    ``name`` stands for the field's own in PascalCase, ``alias`` is read as well. ``default`` is
    what AICallKit takes when it is unset. Numbers go from ``low`` to ``high`` of a ``unit``, or
    with ``zero`` are 0; texts have at most ``limit`` characters, lists ``most`` entries;
    ``json`` texts hold an object, an ``identifier`` names a user or an agent. What is
    ``private`` or JSON may hold a key and is not printed.
    """
    rules = Rules(
        name=name,
        alias=alias,
        default=default,
        low=low,
        high=high,
        unit=unit,
        zero=zero,
        limit=limit,
        most=most,
        json=json,
        identifier=identifier,
    )
    return field(default=None, repr=not (private or json), metadata={RULES: rules})
