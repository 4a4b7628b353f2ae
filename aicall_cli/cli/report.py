"""What a command says on standard error."""

from aicall_cli.cli.environment import Environment
from aicall_cli.errors import AicallError
from aicall_cli.text import escape


def show_error(error: AicallError, environment: Environment) -> None:
    """Write an error and its next step; both may hold text of a peer."""
    environment.stderr.write(f"aicall: {escape(error.message)}\n")
    if error.hint:
        environment.stderr.write(f"  {escape(error.hint)}\n")


def show_warning(message: str, environment: Environment) -> None:
    """Write what went wrong without ending the command."""
    environment.stderr.write(f"aicall: warning: {escape(message)}\n")
