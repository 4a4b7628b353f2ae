"""What ``aicall serve`` does, once its options are read."""

import json

from aicall_cli.agent.child import serve_child
from aicall_cli.agent.options import ServeOptions
from aicall_cli.agent.serve import serve
from aicall_cli.cli.environment import Environment
from aicall_cli.cli.signals import run_until_signal
from aicall_cli.errors import AicallError, gravest
from aicall_cli.exit_status import ExitStatus


def run(options: ServeOptions, environment: Environment, *, child: bool) -> int:
    """Serve until a signal, or, as a ``child``, until standard input ends."""
    return run_until_signal(
        lambda: _serve_child(options, environment) if child else _serve(options, environment)
    )


async def _serve(options: ServeOptions, environment: Environment) -> int:
    def announce(url: str) -> None:
        environment.stdout.write(f"serving at {url}\npress Ctrl-C to end\n")
        environment.stdout.flush()

    await serve(options, on_ready=announce)
    return ExitStatus.OK


async def _serve_child(options: ServeOptions, environment: Environment) -> int:
    try:
        await serve_child(options)
    except (AicallError, ExceptionGroup) as raised:
        error = gravest(raised)
        if not isinstance(error, AicallError):
            raise
        # The owner reads this line where it expects the URL.
        told = {"error": error.message, "hint": error.hint, "status": error.exit_status}
        environment.stdout.write(json.dumps(told) + "\n")
        environment.stdout.flush()
        return error.exit_status
    return ExitStatus.OK
