"""The command for one test, and a server that all tests call."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration.api_server import ApiServer
from tests.integration.command import Command

TOKEN = "the-servers-token"


@dataclass(frozen=True, slots=True)
class Server:
    """An ``aicall serve`` that offers the echo."""

    url: str
    token: str

    @property
    def address(self) -> tuple[str, ...]:
        """The options by which it is reached."""
        return ("--server", self.url, "--token", self.token)

    @property
    def recorded(self) -> tuple[str, ...]:
        """The options of a call to its echo that is recorded."""
        return (*self.address, "--agent-id", "echo")

    @property
    def options(self) -> tuple[str, ...]:
        """The options of a call to its echo that is not."""
        return (*self.recorded, "--no-record")


@pytest.fixture
def aicall(tmp_path: Path) -> Iterator[Command]:
    """Return the command with a home of its own."""
    command = Command(tmp_path)
    try:
        yield command
    finally:
        command.close()


@pytest.fixture(scope="session")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    """Return a server that starts agents, and runs as long as the tests do."""
    command = Command(tmp_path_factory.mktemp("api"))
    try:
        yield ApiServer(command)
    finally:
        command.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return a server that runs as long as the tests do."""
    command = Command(tmp_path_factory.mktemp("server"))
    try:
        running = command.start("serve", "--port", "0", "--token", TOKEN, "--agent", "echo")
        yield Server(running.line().removeprefix("serving at ").strip(), TOKEN)
    finally:
        command.close()
