"""One thing that was looked at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from aicall_cli.errors import AicallError

Figures: TypeAlias = Mapping[str, float | str | bool | None]
"""What was measured, by a name with its unit."""


class State(Enum):
    """How it is."""

    OK = "ok"
    NOTE = "note"
    """Calls are possible; something is missing or could be better."""
    BROKEN = "broken"
    """No call is possible."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it is, and what to do about it.

    Text of the system (names of devices, paths) is as it came: escape it for a terminal.
    """

    subject: str
    state: State
    message: str
    advice: str | None = None
    figures: Figures = field(default_factory=dict)


def finding_of(subject: str, error: AicallError, state: State) -> Finding:
    """Return what an error says, as a finding."""
    return Finding(subject, state, error.message, error.hint)
