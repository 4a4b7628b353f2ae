"""How a command ends: what failed, as its exit status and one sentence."""

import asyncio
from collections.abc import Sequence

from aicall_cli.cli.signals import signal_status
from aicall_cli.errors import AicallError, OutputClosedError, gravest
from aicall_cli.exit_status import ExitStatus
from aicall_cli.tui.command_end import CommandEnd


def end_of(failures: Sequence[AicallError]) -> CommandEnd:
    """Return the end of a command whose ``failures`` are these, the gravest first."""
    if not failures:
        return CommandEnd(ExitStatus.OK)
    return CommandEnd(failures[0].exit_status, failures[0].message)


def end_by(error: BaseException) -> CommandEnd:
    """Return the end of a command that ``error`` ends, as the boundary will tell it."""
    if isinstance(error, asyncio.CancelledError):
        return CommandEnd(signal_status() or ExitStatus.INTERRUPTED)
    cause = gravest(error) if isinstance(error, Exception) else error
    if isinstance(cause, BrokenPipeError):
        return CommandEnd(OutputClosedError.exit_status)
    if isinstance(cause, AicallError):
        return CommandEnd(cause.exit_status, cause.message)
    return CommandEnd(ExitStatus.INTERNAL, f"internal error: {type(cause).__name__}: {cause}")
