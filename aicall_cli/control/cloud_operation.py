"""One operation of the cloud's API: its parameters, and what it answers."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from aicall_cli.control.cloud_kinds import Kind
from aicall_cli.errors import UsageError
from aicall_cli.secret import Secret
from aicall_cli.text import escape

_SHOWN_CHARACTERS: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter of a request, under the API's own name.

    Those with a dot in their name are the members of one object: ``Input.Data``.
    """

    name: str
    kind: Kind
    about: str
    option: str
    """Its name on the command line, without dashes; of an argument its metavar."""
    required: bool = False
    argument: bool = False
    """Whether it stands on the command line without an option's name."""
    secret: bool = False
    """Whether something in it must never be shown."""

    @property
    def spelled(self) -> str:
        """How the command line calls it."""
        return self.option.upper().replace("-", "_") if self.argument else f"--{self.option}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation: what it is asked with, under which command, and what its answer shows."""

    action: str
    """The API's name of it."""
    command: tuple[str, ...]
    """The words of the command after ``aicall cloud``."""
    about: str
    parameters: tuple[Parameter, ...]
    examples: tuple[str, ...]
    more: str = ""
    """What help says besides, one paragraph."""
    any_of: tuple[str, ...] = ()
    """Parameters of which at least one must be given."""
    rows: str = ""
    """The field of the answer that is a list, for people shown as a table."""
    columns: tuple[str, ...] = ()
    """The members of that list that are shown."""
    starts: bool = False
    """Whether an instance runs, and is billed, once it was done."""
    done: str = "done"
    """What people are told where the answer says nothing."""

    def query(self, values: Mapping[str, object]) -> dict[str, str]:
        """Return ``values``, by parameter, as the request carries them; None is left out.

        Raises UsageError, naming the parameter and what it may be.
        """
        self._require(values)
        plain: dict[str, str] = {}
        objects: dict[str, dict[str, str]] = {}
        for parameter in self.parameters:
            value = values.get(parameter.name)
            if value is None:
                continue
            text = _wire(parameter, value)
            whole, _, member = parameter.name.partition(".")
            if member:
                objects.setdefault(whole, {})[member] = text
            else:
                plain[whole] = text
        for name, members in objects.items():
            plain[name] = json.dumps(members, ensure_ascii=False, separators=(",", ":"))
        return plain

    def secrets(self, values: Mapping[str, object]) -> Iterator[Secret]:
        """Yield the texts in secret parameters of ``values`` that no message may repeat."""
        for parameter in self.parameters:
            value = values.get(parameter.name)
            if parameter.secret and value is not None:
                yield from _leaves(_wire(parameter, value))

    def _require(self, values: Mapping[str, object]) -> None:
        known = {parameter.name for parameter in self.parameters}
        for name in values:
            if name not in known:
                raise UsageError(f"{self.action} has no parameter {name!r}")
        for parameter in self.parameters:
            if parameter.required and values.get(parameter.name) is None:
                raise UsageError(
                    f"{parameter.name} is missing",
                    hint=f"give {parameter.spelled}, {parameter.kind.meaning}",
                )
        if self.any_of and all(values.get(name) is None for name in self.any_of):
            options = [it.spelled for it in self.parameters if it.name in self.any_of]
            raise UsageError(f"{self.action} has nothing to do", hint=f"give {_or(options)}")


def _wire(parameter: Parameter, value: object) -> str:
    plain = value.reveal() if isinstance(value, Secret) else value
    try:
        return parameter.kind.wire(plain)
    except ValueError as error:
        is_shown = isinstance(value, str | int | float) and not parameter.secret
        shown = f", not {escape(str(value), limit=_SHOWN_CHARACTERS)}" if is_shown else ""
        message = f"{parameter.name} ({parameter.spelled}) {error}{shown}"
        raise UsageError(message) from None


def _leaves(text: str) -> Iterator[Secret]:
    """Yield the texts of a JSON value, or ``text`` itself."""
    try:
        values = [json.loads(text)]
    except ValueError:
        values = [text]
    while values:
        match values.pop():
            case dict() as members:
                values += members.values()
            case list() as items:
                values += items
            case str() as leaf:
                yield Secret(leaf)


def _or(names: list[str]) -> str:
    return " or ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
