"""What ``aicall serve`` does, once its options are read."""

import asyncio
import json
import sys
import threading
from dataclasses import replace

from aicall_cli.agent.options import ServeOptions
from aicall_cli.agent.serve import serve
from aicall_cli.cli.environment import Environment
from aicall_cli.cli.signals import run_until_signal
from aicall_cli.secret import Secret

_MAX_TOKEN_LINE = 4096


def run(options: ServeOptions, environment: Environment, *, child: bool) -> int:
    """Serve until a signal, or, as a ``child``, until standard input ends."""
    return run_until_signal(
        lambda: _serve_child(options, environment) if child else _serve(options, environment)
    )


async def _serve(options: ServeOptions, environment: Environment) -> int:
    def ready(url: str) -> None:
        environment.stdout.write(f"serving at {url}\npress Ctrl-C to end\n")
        environment.stdout.flush()

    await serve(options, on_ready=ready)
    return 0


async def _serve_child(options: ServeOptions, environment: Environment) -> int:
    """Read the token from standard input, print where we are, and live as long as it is open."""
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    assert task is not None
    token: asyncio.Future[str] = loop.create_future()

    def read() -> None:
        line = sys.stdin.buffer.readline(_MAX_TOKEN_LINE)
        loop.call_soon_threadsafe(token.set_result, line.decode(errors="replace").strip())
        sys.stdin.buffer.read()  # blocks until the owner is gone
        loop.call_soon_threadsafe(task.cancel)

    # A daemon: it stays in its read when a signal ends us first.
    threading.Thread(target=read, name="aicall-owner", daemon=True).start()

    def ready(url: str) -> None:
        environment.stdout.write(json.dumps({"url": url}) + "\n")
        environment.stdout.flush()

    await serve(replace(options, token=Secret(await token)), on_ready=ready)
    return 0
