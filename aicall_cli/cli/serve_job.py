"""What ``aicall serve`` does, once its options are read."""

from aicall_cli.agent.child import serve_child
from aicall_cli.agent.options import ServeOptions
from aicall_cli.agent.serve import serve
from aicall_cli.cli.environment import Environment
from aicall_cli.cli.signals import run_until_signal
from aicall_cli.exit_status import ExitStatus


def run(options: ServeOptions, environment: Environment, *, child: bool) -> int:
    """Serve until a signal, or, as a ``child``, until standard input ends."""
    return run_until_signal(
        lambda: _serve_child(options) if child else _serve(options, environment)
    )


async def _serve(options: ServeOptions, environment: Environment) -> int:
    def announce(url: str) -> None:
        environment.stdout.write(f"serving at {url}\npress Ctrl-C to end\n")
        environment.stdout.flush()

    await serve(options, on_ready=announce)
    return ExitStatus.OK


async def _serve_child(options: ServeOptions) -> int:
    await serve_child(options)
    return ExitStatus.OK
