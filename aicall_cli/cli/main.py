"""The only error boundary: whatever happens becomes one sentence and an exit status."""

import traceback
from collections.abc import Sequence

from typer.exceptions import Abort, TyperException

from aicall_cli.cli.app import app
from aicall_cli.cli.environment import Environment
from aicall_cli.cli.report import show_error, tell
from aicall_cli.cli.standard_streams import flush_or_discard
from aicall_cli.errors import AicallError, OutputClosedError, gravest
from aicall_cli.exit_status import ExitStatus
from aicall_cli.text import escape


def main(arguments: Sequence[str] | None = None, environment: Environment | None = None) -> int:
    """Run ``aicall`` with ``arguments`` (the process's own by default); return its status."""
    environment = environment or Environment()
    status = _run(arguments, environment)
    for stream in (environment.stdout, environment.stderr):
        flush_or_discard(stream)
    return status


def _run(arguments: Sequence[str] | None, environment: Environment) -> int:
    try:
        status = app(arguments, standalone_mode=False, obj=environment, prog_name="aicall")
        if not status:  # else there is something graver to tell
            environment.stdout.flush()
    except TyperException as error:
        return _report_usage(error, environment)
    except Abort:
        return ExitStatus.INTERRUPTED
    except BrokenPipeError:
        return ExitStatus.OUTPUT_CLOSED
    except Exception as error:  # noqa: BLE001 - the boundary
        return _report(gravest(error), environment)
    return status if isinstance(status, int) else ExitStatus.OK


def _report_usage(error: TyperException, environment: Environment) -> int:
    message = error.format_message()
    if message:  # without one the help was shown
        tell(f"aicall: {escape(message)}\n  try --help after the command\n", environment)
    return ExitStatus.USAGE


def _report(error: Exception, environment: Environment) -> int:
    if environment.debug:
        tell("".join(traceback.format_exception(error)), environment)
    if isinstance(error, OutputClosedError):
        return error.exit_status
    if isinstance(error, AicallError):
        show_error(error, environment)
        return error.exit_status
    tell(
        f"aicall: internal error: {escape(f'{type(error).__name__}: {error}')}\n"
        "  run it again with --debug and report what it shows\n",
        environment,
    )
    return ExitStatus.INTERNAL
