"""Which source the options of a command name."""

from dataclasses import dataclass
from pathlib import Path

from aicall_cli.capture.file_source import FileSource
from aicall_cli.capture.source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class InputOptions:
    """What was given: a path or ``-``, or a text to speak."""

    path: str | None = None


async def open_source(options: InputOptions) -> Source:
    """Open the source; raise SourceError or UsageError."""
    assert options.path is not None
    return await FileSource.open(Path(options.path))
