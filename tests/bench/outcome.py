"""What one measure found, ours beside plain aiortc's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

JSON: TypeAlias = "dict[str, JSON] | list[JSON] | str | int | float | bool | None"


class BenchError(Exception):
    """A measure could not be taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One row of the table; a figure that does not exist is None."""

    measure: str
    target: str
    unit: str
    ours: float | None = None
    plain: float | None = None
    """The same work by plain aiortc, in the same run."""
    met: bool | None = None
    """None where there is no target, or nothing to compare it with."""
    details: Mapping[str, JSON] = field(default_factory=dict)
