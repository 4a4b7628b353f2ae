import io
from collections.abc import Callable

import pytest
import typer
from typer.exceptions import Abort

from aicall_cli._version import __version__
from aicall_cli.cli import main as main_module
from aicall_cli.cli.environment import Environment
from aicall_cli.cli.main import main
from aicall_cli.errors import AicallError, ConnectError, OutputClosedError, SourceError
from aicall_cli.exit_status import ExitStatus

EVERY_ERROR = [
    kind
    for kind in AicallError.__subclasses__()
    if kind.__module__ == AicallError.__module__ and kind is not OutputClosedError
]


class World:
    """An environment whose streams can be read, and what the command did in it."""

    def __init__(self) -> None:
        self.out = io.StringIO()
        self.err = io.StringIO()
        self.environment = Environment(stdout=self.out, stderr=self.err, variables={})

    def run(self, *arguments: str) -> int:
        return main(arguments, self.environment)

    @property
    def complaint(self) -> list[str]:
        return self.err.getvalue().splitlines()


@pytest.fixture
def world() -> World:
    return World()


def command(monkeypatch: pytest.MonkeyPatch, does: Callable[[], None]) -> None:
    """Let every command line do ``does``, behind the real boundary."""
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(does)
    monkeypatch.setattr(main_module, "app", app)


def raising(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def fail() -> None:
        raise error

    command(monkeypatch, fail)


def test_the_version_is_shown(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert world.run("--version") == ExitStatus.OK
    assert capsys.readouterr().out == f"aicall {__version__}\n"
    assert not world.complaint


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["dial"], "dial"),
        (["--dial"], "--dial"),
        (["push-file", "--dial"], "--dial"),
        (["push-file", "x.wav", "--wait-reply", "soon"], "--wait-reply"),
        (["push-file", "x.wav", "--wait-reply", "-1"], "--wait-reply"),
        (["push-file", "x.wav", "--push-size", "41"], "--push-size"),
        (["push-file", "x.wav", "--retry-policy", "never"], "never"),
        (["push-file", "x.wav", "--repeat", "0"], "--repeat"),
        (["push-file", "x.wav", "y.wav"], "y.wav"),
        (["serve", "--port", "65536"], "--port"),
        (["push-file", "\x1b[31m", "\x1b[32m"], "\\x1b[32m"),
    ],
)
def test_a_wrong_command_line_is_2_and_names_what_is_wrong(
    world: World, arguments: list[str], named: str
) -> None:
    assert world.run(*arguments) == ExitStatus.USAGE
    first, hint = world.complaint
    assert first.startswith("aicall: ")
    assert named in first
    assert "--help" in hint
    assert not world.out.getvalue()


def test_without_a_command_the_help_is_shown(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    assert world.run() == ExitStatus.USAGE
    assert "push-file" in capsys.readouterr().out
    assert not world.complaint


@pytest.mark.parametrize("kind", EVERY_ERROR)
def test_an_error_of_ours_is_its_sentence_and_its_status(
    world: World, monkeypatch: pytest.MonkeyPatch, kind: type[AicallError]
) -> None:
    raising(monkeypatch, kind("it broke\x1b[2J", hint="mend it"))
    assert world.run() == kind.exit_status
    assert world.complaint == ["aicall: it broke\\x1b[2J", "  mend it"]


def test_the_error_within_a_task_groups_is_told(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    raising(monkeypatch, ExceptionGroup("tasks", [ExceptionGroup("tasks", [SourceError("torn")])]))
    assert world.run() == ExitStatus.UNREADABLE_INPUT
    assert world.complaint == ["aicall: torn"]


def test_of_several_the_first_is_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    raising(monkeypatch, ExceptionGroup("tasks", [ConnectError("nobody"), SourceError("torn")]))
    assert world.run() == ExitStatus.CANNOT_CONNECT
    assert world.complaint == ["aicall: nobody"]


def test_a_bug_is_one_sentence_without_a_traceback(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    raising(monkeypatch, ExceptionGroup("tasks", [ZeroDivisionError("by\nzero")]))
    assert world.run() == ExitStatus.INTERNAL
    first, hint = world.complaint
    assert first.startswith("aicall: internal error: ZeroDivisionError: by")
    assert "--debug" in hint


@pytest.mark.parametrize("error", [ConnectError("nobody"), ZeroDivisionError("zero")])
def test_debugging_shows_the_traceback_and_the_status_stays(
    world: World, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    raising(monkeypatch, error)
    world.environment.debug = True
    status = world.run()
    assert status == getattr(error, "exit_status", ExitStatus.INTERNAL)
    assert "Traceback (most recent call last):" in world.complaint
    assert any(line.startswith("aicall: ") for line in world.complaint)


@pytest.mark.parametrize("error", [BrokenPipeError(), OutputClosedError("closed")])
def test_a_closed_output_is_said_by_the_status_alone(
    world: World, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    raising(monkeypatch, error)
    assert world.run() == ExitStatus.OUTPUT_CLOSED
    assert not world.complaint


@pytest.mark.parametrize("error", [Abort(), KeyboardInterrupt(), EOFError()])
def test_an_interrupted_command_is_130(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
) -> None:
    raising(monkeypatch, error)
    assert world.run() == ExitStatus.INTERRUPTED
    assert not world.complaint


def test_a_commands_own_status_is_the_status(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    raising(monkeypatch, typer.Exit(6))
    assert world.run() == 6
    command(monkeypatch, lambda: None)
    assert world.run() == ExitStatus.OK


class _Broken(io.StringIO):
    def flush(self) -> None:
        raise BrokenPipeError


def test_an_output_that_breaks_at_the_end_is_closed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    command(monkeypatch, lambda: None)
    world.environment.stdout = _Broken()
    assert world.run() == ExitStatus.OUTPUT_CLOSED


def test_a_commands_own_failure_outweighs_an_output_that_breaks(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    raising(monkeypatch, typer.Exit(ExitStatus.HANGUP))
    world.environment.stdout = _Broken()
    assert world.run() == ExitStatus.HANGUP
