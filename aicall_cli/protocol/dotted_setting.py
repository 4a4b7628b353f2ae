"""``NAME=VALUE`` settings of a configuration, as ``TtsConfig.SpeechRate=1.2``."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from aicall_cli.errors import UsageError
from aicall_cli.protocol.config_group import (
    ConfigGroup,
    Nested,
    Setting,
    find_setting,
    unknown_name,
)

_Group = TypeVar("_Group", bound=ConfigGroup)


def apply_settings(config: _Group, settings: Iterable[str]) -> _Group:
    """Return ``config`` with each ``NAME=VALUE`` set, the later ones over the earlier.

    The value is read as what the setting is: a number, ``true``, a word, JSON for lists and
    objects (texts of a list may also have commas between them). Raises UsageError for a name
    that is not known, with those that are near, and for a value that cannot be used.
    """
    for each in settings:
        name, equals, text = each.partition("=")
        name = name.strip()
        if not name or not equals:
            raise UsageError(
                "a setting has a name, = and a value", hint="write --set TtsConfig.SpeechRate=1.2"
            )
        path = _find(type(config), name)
        if not path:
            raise unknown_name(type(config), name)
        config = _with(config, path, path[-1].kind.parse(text, name))
    return config


def _find(group: type[ConfigGroup], name: str) -> tuple[Setting, ...]:
    """Return the settings from ``group`` down to the one of this dotted name; none if unknown."""
    first, dot, rest = name.partition(".")
    found = find_setting(group, first)
    if found is None:
        return ()
    if not dot:
        return (found,)
    inner = _find(found.kind.group, rest) if isinstance(found.kind, Nested) else ()
    return (found, *inner) if inner else ()


def _with(group: _Group, path: Sequence[Setting], value: Any) -> _Group:
    first, *rest = path
    if rest:
        value = _with(getattr(group, first.attribute), rest, value)
    return replace(group, **{first.attribute: value})
