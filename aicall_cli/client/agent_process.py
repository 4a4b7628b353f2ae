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
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType, TracebackType
from typing import Any, Self

from aicall_cli.client.told_lines import ToldLines
from aicall_cli.errors import ConnectError, UsageError
from aicall_cli.exit_status import ExitStatus
from aicall_cli.secret import Secret

START_SECONDS = 20.0
_STOP_SECONDS = 3.0
_MAX_READY_LINE = 4096
_LOG_PREFIX = "aicall: "


class AgentProcess:
    """``aicall serve`` on a free loopback port, gone when its owner is.

    The token goes in through its standard input, whose end also tells it to leave: so it
    cannot outlive its owner, however that ends.
    """

    def __init__(self, process: subprocess.Popen[bytes], token: Secret) -> None:
        self._process = process
        self.token = token
        assert process.stderr is not None
        self._told = ToldLines(process.stderr)
        self._url: str | None = None

    @classmethod
    def spawn(
        cls, arguments: Sequence[str] = (), variables: Mapping[str, str] = MappingProxyType({})
    ) -> "AgentProcess":
        """Start the process without waiting for it; ``arguments`` go to ``aicall serve``.

        It has our environment, with ``variables`` instead of what that says of them.

        It starts up while the caller imports what a call needs. What it has to say comes
        through ``ready``, goes into its log or, where it has none, into ``warnings``.
        """
        token = Secret(secrets.token_urlsafe(24))
        process = subprocess.Popen(
            [sys.executable, "-m", "aicall_cli", "serve", "--child", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **variables},
            # Ctrl-C reaches a whole terminal group: the call must be hung up first, so the
            # agent stays until its standard input ends.
            start_new_session=os.name == "posix",
        )
        assert process.stdin is not None
        with suppress(BrokenPipeError):  # it died at once; ``ready`` says so
            process.stdin.write(token.reveal().encode() + b"\n")
            process.stdin.flush()
        return cls(process, token)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._close()

    @property
    def warnings(self) -> tuple[str, ...]:
        """What went wrong without ending it, complete once it was stopped; of hostile text."""
        return tuple(line.removeprefix(_LOG_PREFIX) for line in self._told.lines)

    async def ready(self) -> str:
        """Wait until it listens and return its URL.

        Raise UsageError for arguments that it refuses, ConnectError when it does not start.
        """
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
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._told.finish()

    def _read_ready_line(self) -> bytes:
        assert self._process.stdout is not None
        return self._process.stdout.readline(_MAX_READY_LINE)


def _parse_ready(line: bytes) -> str:
    """Return the URL that the agent tells, or raise the error that it tells."""
    told: Any = None
    with suppress(ValueError):
        told = json.loads(line)
    match told:
        case {"url": str(url)}:
            return url
        case {"error": str(message), "hint": str() | None as hint, "status": ExitStatus.USAGE}:
            raise UsageError(message, hint=hint)
        case {"error": str(message), "hint": str() | None as hint}:
            raise ConnectError(f"the built-in agent did not start: {message}", hint=hint)
    raise ConnectError("the built-in agent did not start", hint="run `aicall serve` to see why")
