"""Configuration objects: frozen dataclasses whose fields say what their JSON may hold.

A field is one setting. Its annotation is its type, ``setting`` adds the range, and its name in
PascalCase is its name in JSON, in TOML and on the command line::

    @dataclass(frozen=True, slots=True, kw_only=True)
    class TtsConfig(ConfigGroup):
        speech_rate: float | None = setting(low=0.5, high=2, default=1.0)

None is a setting that nobody sets: it is left out of the JSON, and the service decides. What
cannot be used raises UsageError with the dotted name and the range, whoever made the object:
``TtsConfig.SpeechRate must be a number from 0.5 to 2, not 3``.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import Field, dataclass, fields, replace
from enum import IntEnum
from types import NoneType
from typing import Any, ClassVar, Final, Literal, Self, get_args, get_origin, get_type_hints

from aicall_cli.errors import UsageError
from aicall_cli.protocol.config_kind import Choice, Flag, Kind, Member, Number, pascal, refused
from aicall_cli.protocol.config_setting import RULES, Rules
from aicall_cli.protocol.config_text import (
    Identifier,
    Items,
    JsonText,
    SecretText,
    Text,
    parse_json,
)
from aicall_cli.protocol.json_object import dump_object
from aicall_cli.protocol.near_names import near_names
from aicall_cli.secret import Secret
from aicall_cli.text import escape

_SHOWN: Final = 80
"""Characters of a name that an error repeats."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One field of a group."""

    attribute: str
    name: str
    alias: str | None
    kind: Kind
    default: Any

    def check(self, value: object, path: str) -> Any:
        """Return the value as the group keeps it; raise UsageError."""
        if value is None:
            return self.kind.group() if isinstance(self.kind, Nested) else None
        return self.kind.check(value, path)


class ConfigGroup:
    """The base of configuration objects: dataclasses, frozen, slotted, keyword-only."""

    __slots__ = ()
    __dataclass_fields__: ClassVar[dict[str, Any]]

    def __post_init__(self) -> None:
        """Check every field; raise UsageError."""
        for each in settings_of(type(self)):
            value = each.check(getattr(self, each.attribute), f"{type(self).__name__}.{each.name}")
            object.__setattr__(self, each.attribute, value)

    @classmethod
    def from_plain(cls, entries: Mapping[str, Any], path: str = "") -> Self:
        """Read what JSON or TOML says; raise UsageError for what is unknown or out of range.

        ``path`` is the dotted name of the group itself.
        """
        values: dict[str, Any] = {}
        for key, value in entries.items():
            found = find_setting(cls, key)
            name = f"{path}.{key}" if path else key
            if found is None:
                raise unknown_name(cls, name, path)
            values[found.attribute] = found.check(value, name)
        return cls(**values)

    def as_plain(self) -> dict[str, Any]:
        """Return what is set, as JSON and TOML have it."""
        plain = {each.name: each.kind.plain(value) for each, value in self._set()}
        # Of a group in which nothing is set nothing is said; an empty list is a value.
        return {name: value for name, value in plain.items() if value != {}}

    def as_json(self) -> str:
        """Return what is set, as one line of JSON."""
        return dump_object(self.as_plain())

    def as_dotted(self) -> dict[str, Any]:
        """Return the values that are set by their dotted names."""
        dotted: dict[str, Any] = {}
        for each, value in self._set():
            if isinstance(value, ConfigGroup):
                inner = value.as_dotted()
                dotted |= {f"{each.name}.{name}": it for name, it in inner.items()}
            else:
                dotted[each.name] = value
        return dotted

    def filled(self) -> Self:
        """Return a copy with AICallKit's defaults where nothing is set."""
        return replace(
            self, **{each.attribute: _filled(self, each) for each in settings_of(type(self))}
        )

    def _set(self) -> Iterator[tuple[Setting, Any]]:
        for each in settings_of(type(self)):
            value = getattr(self, each.attribute)
            if value is not None:
                yield each, value


@dataclass(frozen=True, slots=True)
class Nested(Kind):
    """A group in a group."""

    group: type[ConfigGroup]

    @property
    def meaning(self) -> str:
        """An object."""
        return "an object"

    def check(self, value: object, name: str) -> ConfigGroup:
        """Take the group itself, or what JSON and TOML have for it."""
        if isinstance(value, self.group):
            return value
        if not isinstance(value, Mapping):
            raise refused(name, self, value)
        return self.group.from_plain(value, name)

    def parse(self, text: str, name: str) -> ConfigGroup:
        """Take a JSON object."""
        return self.check(parse_json(text, name), name)

    def plain(self, value: ConfigGroup) -> dict[str, Any]:
        """Return what is set in it."""
        return value.as_plain()


def settings_of(group: type[ConfigGroup]) -> tuple[Setting, ...]:
    """Return the settings of a group, in its order."""
    if group not in _READ:
        hints = get_type_hints(group)
        _READ[group] = tuple(_setting(each, hints[each.name]) for each in fields(group))
    return _READ[group]


def dotted_names(group: type[ConfigGroup]) -> tuple[str, ...]:
    """Return the dotted names of all that can be set in a group; a list is one setting."""
    names: list[str] = []
    for each in settings_of(group):
        if isinstance(each.kind, Nested):
            names += (f"{each.name}.{inner}" for inner in dotted_names(each.kind.group))
        else:
            names.append(each.name)
    return tuple(names)


def find_setting(group: type[ConfigGroup], name: str) -> Setting | None:
    """Return the setting of ``group`` that is called ``name``, or was once."""
    return next((each for each in settings_of(group) if name in (each.name, each.alias)), None)


def unknown_name(group: type[ConfigGroup], name: str, path: str = "") -> UsageError:
    """Return the error that ``name`` is nothing in ``group``, whose own name is ``path``."""
    known = [f"{path}.{inner}" if path else inner for inner in dotted_names(group)]
    near = near_names(name, known)
    names = (
        f"{each.name}.…" if isinstance(each.kind, Nested) else each.name
        for each in settings_of(group)
    )
    hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(names)}"
    return UsageError(f"there is no setting '{escape(name, limit=_SHOWN)}'", hint=hint)


def _setting(each: Field[Any], annotation: Any) -> Setting:
    rules = each.metadata.get(RULES, Rules())
    name = rules.name or pascal(each.name)
    return Setting(each.name, name, rules.alias, _kind(annotation, rules), rules.default)


def _filled(group: ConfigGroup, each: Setting) -> Any:
    match getattr(group, each.attribute):
        case None:
            return each.default
        case ConfigGroup() as inner:
            return inner.filled()
        case tuple() as items:
            return tuple(item.filled() if isinstance(item, ConfigGroup) else item for item in items)
        case value:
            return value


def _text(rules: Rules) -> Kind:
    if rules.identifier:
        return Identifier()
    return JsonText() if rules.json else Text(rules.limit)


def _kind(annotation: Any, rules: Rules) -> Kind:
    """Return the kind of value that an annotation means."""
    plain = [part for part in get_args(annotation) if part is not NoneType]
    if NoneType in get_args(annotation):
        (annotation,) = plain
    match get_origin(annotation) or annotation:
        case origin if origin is Literal:
            return Choice(get_args(annotation))
        case origin if origin is tuple:
            return Items(_kind(get_args(annotation)[0], rules), rules.most)
        case origin if issubclass(origin, ConfigGroup):
            return Nested(origin)
        case origin if issubclass(origin, IntEnum):
            return Member(origin)
        case origin:
            return _SIMPLE[origin](rules)


_SIMPLE: Final[Mapping[type, Callable[[Rules], Kind]]] = {
    bool: lambda rules: Flag(),
    int: lambda rules: Number(rules.low, rules.high, True, rules.unit, rules.zero),
    float: lambda rules: Number(rules.low, rules.high, False, rules.unit, rules.zero),
    str: _text,
    Secret: lambda rules: SecretText(),
}
_READ: Final[dict[type[ConfigGroup], tuple[Setting, ...]]] = {}
"""What was read off the fields of a class, which never change."""
