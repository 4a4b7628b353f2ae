"""The server as a child process of the command that calls it.

The parent writes the token as one line to the child's standard input and keeps the pipe open;
the child prints ``{"url": "ws://…"}`` as one line on its standard output once it can be
called, and ends when its standard input ends, however the parent went.
"""

import asyncio
import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from threading import Thread
from typing import Final

from aicall_cli.agent.options import ServeOptions
from aicall_cli.agent.serve import serve
from aicall_cli.errors import UsageError
from aicall_cli.secret import Secret

_MAX_TOKEN_BYTES: Final = 4096
_READ_BYTES: Final = 4096


async def serve_child(options: ServeOptions, stdin: int = 0, stdout: int = 1) -> None:
    """Serve until the file descriptor ``stdin`` ends; return then.

    Raise UsageError when its first line is no token, and what ``serve`` raises.
    """
    parent = _Parent(stdin)
    token = await parent.token
    task = asyncio.current_task()
    assert task is not None
    parent.gone.add_done_callback(lambda _: task.cancel())

    def announce(url: str) -> None:
        line = json.dumps({"url": url}).encode() + b"\n"
        # A pipe that nobody reads may block, which must not be the loop.
        Thread(target=_write, args=(stdout, line), name="parent-url", daemon=True).start()

    try:
        await serve(replace(options, token=token), on_ready=announce)
    except asyncio.CancelledError:
        if not parent.gone.done() or task.uncancel() > 0:
            raise  # somebody else cancelled, too


def _write(descriptor: int, data: bytes) -> None:
    with suppress(OSError):  # the parent is gone, which its other pipe says, too
        os.write(descriptor, data)


class _Parent:
    """The parent's end of the pipe, read by one thread.

    The thread reads the descriptor itself: a daemon thread that held a Python file's lock
    would stop the interpreter from ending.
    """

    def __init__(self, descriptor: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._descriptor = descriptor
        self.token: asyncio.Future[Secret] = self._loop.create_future()
        self.gone: asyncio.Future[None] = self._loop.create_future()
        Thread(target=self._read, name="parent-pipe", daemon=True).start()

    def _read(self) -> None:
        line = b""
        while data := os.read(self._descriptor, _READ_BYTES):
            if b"\n" not in line and len(line) <= _MAX_TOKEN_BYTES:
                line += data
                if b"\n" in line or len(line) > _MAX_TOKEN_BYTES:
                    self._tell(self._take_token, line)
        self._tell(self._end)

    def _tell(self, callback: Callable[..., None], *arguments: object) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody is interested any more
            self._loop.call_soon_threadsafe(callback, *arguments)

    def _take_token(self, line: bytes) -> None:
        token, newline, _ = line.partition(b"\n")
        try:
            text = token.decode("ascii").strip()
        except UnicodeDecodeError:
            text = ""
        if text and newline:
            self.token.set_result(Secret(text))
        else:
            self._refuse()

    def _end(self) -> None:
        if not self.token.done():
            self._refuse()
        self.gone.set_result(None)

    def _refuse(self) -> None:
        self.token.set_exception(
            UsageError("the first line of standard input is not a token of ASCII text")
        )
