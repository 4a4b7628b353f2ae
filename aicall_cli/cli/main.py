"""The only error boundary: whatever happens becomes one sentence and an exit status."""

import os
import traceback
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from typer.exceptions import Abort, TyperException

from aicall_cli.cli.app import app
from aicall_cli.cli.environment import Environment
from aicall_cli.cli.report import show_error
from aicall_cli.errors import AicallError, OutputClosedError, gravest
from aicall_cli.exit_status import ExitStatus
from aicall_cli.text import escape


def main(arguments: Sequence[str] | None = None, environment: Environment | None = None) -> int:
    """Run ``aicall`` with ``arguments`` (the process's own by default); return its status."""
    environment = environment or Environment()
    try:
        status = app(arguments, standalone_mode=False, obj=environment, prog_name="aicall")
        environment.stdout.flush()
    except TyperException as error:
        return _report_usage(error, environment)
    except Abort:
        return ExitStatus.INTERRUPTED
    except BrokenPipeError:
        return _output_closed(environment)
    except Exception as error:  # noqa: BLE001 - the boundary
        return _report(gravest(error), environment)
    return status if isinstance(status, int) else ExitStatus.OK


def _report_usage(error: TyperException, environment: Environment) -> int:
    message = error.format_message()
    if message:  # without one the help was shown
        environment.stderr.write(f"aicall: {escape(message)}\n  try --help after the command\n")
    return ExitStatus.USAGE


def _report(error: Exception, environment: Environment) -> int:
    if environment.debug:
        traceback.print_exception(error, file=environment.stderr)
    if isinstance(error, OutputClosedError):
        return _output_closed(environment)
    if isinstance(error, AicallError):
        show_error(error, environment)
        return error.exit_status
    environment.stderr.write(
        f"aicall: internal error: {escape(f'{type(error).__name__}: {error}')}\n"
        "  run it again with --debug and report what it shows\n"
    )
    return ExitStatus.INTERNAL


def _output_closed(environment: Environment) -> int:
    # The interpreter flushes standard output once more on its way out.
    with suppress(OSError), Path(os.devnull).open("wb") as nowhere:  # a StringIO has no number
        os.dup2(nowhere.fileno(), environment.stdout.fileno())
    return ExitStatus.OUTPUT_CLOSED
