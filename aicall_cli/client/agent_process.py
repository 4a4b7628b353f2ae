"""The built-in agent as a child process of this one.

A recogniser holds the interpreter's lock for up to 0.2 s at a time, which would make every
tick of the call late; so the agent never runs in the caller's process.
"""

import asyncio
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import IO

from aicall_cli.errors import ConnectError
from aicall_cli.secret import Secret

START_SECONDS = 20.0
_STOP_SECONDS = 3.0
_MAX_READY_LINE = 4096


class AgentProcess:
    """``aicall serve`` on a free loopback port, gone when its owner is.

    The token goes in through its standard input, whose end also tells it to leave: so it
    cannot outlive its owner, however that ends.
    """

    def __init__(self, process: subprocess.Popen[bytes], token: Secret) -> None:
        self._process = process
        self.token = token
        self._url: str | None = None

    @classmethod
    def spawn(
        cls, arguments: Sequence[str] = (), *, log: IO[bytes] | None = None
    ) -> "AgentProcess":
        """Start the process without waiting for it; ``arguments`` go to ``aicall serve``.

        Its standard error goes to ``log``, or nowhere. It starts up while the caller imports
        what a call needs.
        """
        token = Secret(secrets.token_urlsafe(24))
        process = subprocess.Popen(
            [sys.executable, "-m", "aicall_cli", "serve", "--child", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log if log is not None else subprocess.DEVNULL,
            # Ctrl-C reaches a whole terminal group: the call must be hung up first, so the
            # agent stays until its standard input ends.
            start_new_session=os.name == "posix",
        )
        assert process.stdin is not None
        with suppress(BrokenPipeError):  # it died at once; ``ready`` says so
            process.stdin.write(token.reveal().encode() + b"\n")
            process.stdin.flush()
        return cls(process, token)

    async def ready(self) -> str:
        """Wait until it listens and return its URL; raise ConnectError when it does not."""
        if self._url is None:
            try:
                async with asyncio.timeout(START_SECONDS):
                    line = await asyncio.to_thread(self._read_ready_line)
            except TimeoutError:
                self._process.kill()  # which also ends the thread's read
                raise ConnectError(
                    f"the built-in agent did not start within {START_SECONDS:g} s",
                    hint="run `aicall serve` to see why",
                ) from None
            self._url = _parse_ready(line)
        return self._url

    async def stop(self) -> None:
        """Ask it to leave and wait; after 3 s it is killed. Calling it again changes nothing."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        await asyncio.to_thread(self._reap)
        self._process.stdout.close()

    def _read_ready_line(self) -> bytes:
        assert self._process.stdout is not None
        return self._process.stdout.readline(_MAX_READY_LINE)

    def _reap(self) -> None:
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _parse_ready(line: bytes) -> str:
    try:
        url = json.loads(line)["url"]
    except (ValueError, KeyError, TypeError):
        raise ConnectError(
            "the built-in agent did not start", hint="run `aicall serve` to see why"
        ) from None
    return str(url)
