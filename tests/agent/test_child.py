import asyncio
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from aicall_cli.agent.child import serve_child
from aicall_cli.agent.options import ServeOptions
from aicall_cli.errors import CredentialError, UsageError
from aicall_cli.secret import Secret
from tests.integration.agent_caller import calling


class Pipes:
    """The child's standard input and output, and the parent's ends of them."""

    def __init__(self) -> None:
        self.stdin, self._input = os.pipe()
        self._output, self.stdout = os.pipe()

    def write(self, data: bytes) -> None:
        os.write(self._input, data)

    def leave(self) -> None:
        """End the parent's side."""
        if self._input >= 0:
            os.close(self._input)
            self._input = -1

    async def url(self) -> str:
        line = await asyncio.to_thread(os.read, self._output, 4096)
        url: str = json.loads(line)["url"]
        assert line.endswith(b"\n")
        return url

    def close(self) -> None:
        self.leave()
        for thread in threading.enumerate():
            if thread.name == "parent-pipe":
                thread.join(20)  # it must not read a descriptor that is closed under it
        for number in (self.stdin, self.stdout, self._output):
            os.close(number)


@contextmanager
def pipes() -> Iterator[Pipes]:
    ends = Pipes()
    try:
        yield ends
    finally:
        ends.close()


@pytest.mark.real_time
async def test_it_serves_with_the_parents_token_until_the_parent_is_gone() -> None:
    with pipes() as ends:
        async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
            child = tasks.create_task(serve_child(ServeOptions(), ends.stdin, ends.stdout))
            ends.write(b"the-")
            ends.write(b"token\nand more that nobody reads\n")
            url = await ends.url()
            with pytest.raises(CredentialError):
                async with calling(url, token=Secret("the-token and more")):
                    pass
            async with calling(url, token=Secret("the-token")) as caller:
                ends.leave()
                await caller.backend.watch()  # it says goodbye
            await child


@pytest.mark.real_time
async def test_cancelling_it_is_not_taken_for_the_parents_end() -> None:
    with pipes() as ends:
        async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
            child = tasks.create_task(serve_child(ServeOptions(), ends.stdin, ends.stdout))
            ends.write(b"token\n")
            await ends.url()
            child.cancel()
            with pytest.raises(asyncio.CancelledError):
                await child


@pytest.mark.parametrize(
    "line", [b"", b"\n", b" \n", b"no end", b"\xff\n", b"x" * 5000], ids=range(6)
)
@pytest.mark.real_time
async def test_without_a_token_it_does_not_serve(line: bytes) -> None:
    with pipes() as ends:
        ends.write(line)
        ends.leave()
        async with asyncio.timeout(20):
            with pytest.raises(UsageError, match="not a token"):
                await serve_child(ServeOptions(), ends.stdin, ends.stdout)


@pytest.mark.real_time
async def test_what_cannot_be_served_is_the_error_itself(tmp_path: Path) -> None:
    with pipes() as ends:
        ends.write(b"token\n")
        options = ServeOptions(agents=(f"script:{tmp_path}",))
        async with asyncio.timeout(20):
            with pytest.raises(UsageError, match="cannot be read"):
                await serve_child(options, ends.stdin, ends.stdout)
