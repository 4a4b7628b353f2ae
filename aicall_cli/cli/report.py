"""What a command says on standard error."""

from contextlib import suppress

from aicall_cli.cli.environment import Environment
from aicall_cli.errors import AicallError
from aicall_cli.text import escape


def tell(text: str, environment: Environment) -> None:
    """Write ``text``, which is harmless; where nobody can read it the status still tells."""
    with suppress(OSError):
        environment.stderr.write(text)
        environment.stderr.flush()


def show_error(error: AicallError, environment: Environment) -> None:
    """Write an error and its next step; both may hold text of a peer."""
    hint = f"  {escape(error.hint)}\n" if error.hint else ""
    tell(f"aicall: {escape(error.message)}\n{hint}", environment)


def show_warning(message: str, environment: Environment) -> None:
    """Write what went wrong without ending the command."""
    tell(f"aicall: warning: {escape(message)}\n", environment)
