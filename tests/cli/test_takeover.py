"""What ``aicall takeover`` makes of its options; the takeover itself is in tests/integration."""

from typing import Any

import pytest
import typer

from aicall_cli.cli import voice_call
from aicall_cli.client.options import CallOptions
from aicall_cli.client.takeover_starter import TakeoverStarter
from aicall_cli.exit_status import ExitStatus
from tests.cli.run_command import Runner

HERE = "http://127.0.0.1:9"


class Held:
    """Stands in for the call: notes what it would be."""

    def __init__(self) -> None:
        self.options: CallOptions | None = None
        self.url: str | None = None

    def __call__(
        self, context: typer.Context, call: CallOptions, environment: Any, *, url: str | None
    ) -> int:
        self.options, self.url = call, url
        return ExitStatus.OK


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Held:
    noted = Held()
    monkeypatch.setattr(voice_call, "hold_call", noted)
    return noted


def test_the_voice_the_person_and_the_api_are_the_options(run: Runner, held: Held) -> None:
    done = run("takeover", "i1", "--voice", "agent", "--user-id", "bob", "--endpoint", HERE)
    assert (done.status, done.err) == (ExitStatus.OK, "")
    assert held.url == HERE
    assert held.options is not None
    assert held.options.agent_options == {"takeover_voice": "agent"}
    assert isinstance(held.options.starter, TakeoverStarter)


def test_the_settings_say_where_the_api_is(run: Runner, held: Held) -> None:
    run.write('endpoint = "http://agents.example:80"\nuser_id = "me"\nmedia_timeout = 2\n')
    done = run("takeover", "i1")
    assert "can be read on its way" in done.err
    assert held.url == "http://agents.example:80"
    assert held.options is not None
    assert held.options.agent_options == {"takeover_voice": "own"}
    assert held.options.media_timeout == 2


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ((), ExitStatus.USAGE),
        (("i1", "--voice", "loud"), ExitStatus.USAGE),
        (("i1", "--endpoint", "ftp://x"), ExitStatus.USAGE),
        (("i1",), ExitStatus.CANNOT_CONNECT),
    ],
    ids=str,
)
def test_what_cannot_be(
    run: Runner, held: Held, arguments: tuple[str, ...], status: ExitStatus
) -> None:
    assert run("takeover", *arguments).status == status
    assert held.options is None
