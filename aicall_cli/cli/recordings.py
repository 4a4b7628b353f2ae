"""``aicall recordings``: what was kept of calls, listed, shown, played, exported, deleted."""

import sys
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aicall_cli.cli.completion import complete_recording
from aicall_cli.cli.environment import Environment
from aicall_cli.control.settings import Settings
from aicall_cli.errors import UsageError
from aicall_cli.exit_status import ExitStatus

if TYPE_CHECKING:
    from aicall_cli.recording.stored_call import StoredCall

recordings = typer.Typer(
    help="Recordings of calls: list, show, play, export, delete.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)


class Side(Enum):
    """The names of ``recording.export.Side``, which is imported when a recording is read."""

    BOTH = "both"
    CALLER = "caller"
    AGENT = "agent"


Folder = Annotated[
    Path | None,
    typer.Option(
        "--record-dir",
        envvar="AICALL_RECORD_DIR",
        help="Folder of recordings. Default: ./recordings where it exists, or the user's data "
        "folder.",
        show_default=False,
    ),
]
Recording = Annotated[
    str,
    typer.Argument(
        metavar="RECORDING",
        help="last, a name, the beginning of one, or the six characters at its end.",
        autocompletion=complete_recording,
        show_default=False,
    ),
]
Sides = Annotated[Side, typer.Option("--side", help="Whose audio.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@recordings.command("list")
def list_(context: typer.Context, record_dir: Folder = None, as_json: AsJson = False) -> None:
    """List the recordings, the newest last; calls without an end are marked.

    Examples:

      aicall recordings list

      aicall recordings list --json | tail -1
    """
    from aicall_cli.cli.recordings_folder import chosen_folder
    from aicall_cli.cli.recordings_list import print_list, print_list_json
    from aicall_cli.recording.library import list_recordings

    environment = context.ensure_object(Environment)
    found = list_recordings(chosen_folder(record_dir, environment))
    (print_list_json if as_json else print_list)(found, environment)


@recordings.command("show")
def show(
    context: typer.Context,
    recording: Recording = "last",
    record_dir: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Show one: both sides' loudness, what was said, how long each answer took.

    Examples:

      aicall recordings show

      aicall recordings show 3e2e78 --json
    """
    from aicall_cli.cli.recordings_list import print_recording, print_recording_json

    environment = context.ensure_object(Environment)
    call = _find(recording, record_dir, environment)
    (print_recording_json if as_json else print_recording)(call, environment)


@recordings.command("play")
def play(
    context: typer.Context,
    recording: Recording = "last",
    side: Sides = Side.BOTH,
    start: Annotated[float, typer.Option("--from", min=0.0, help="Begin so many seconds in.")] = 0,
    output_device: Annotated[
        str | None,
        typer.Option(
            envvar="AICALL_OUTPUT_DEVICE",
            help="Speaker: index or part of its name.",
            show_default=False,
        ),
    ] = None,
    record_dir: Folder = None,
) -> None:
    """Play one through the speaker; Ctrl-C ends it.

    Examples:

      aicall recordings play

      aicall recordings play 3e2e78 --side agent --from 30
    """
    from aicall_cli.cli.recording_player import play_recording
    from aicall_cli.recording.export import Side as Sides_

    environment = context.ensure_object(Environment)
    call = _find(recording, record_dir, environment)
    if output_device is None:
        said = Settings.read(environment.variables).resolve("output_device").value
        output_device = str(said) if said is not None else None
    status = play_recording(call, Sides_(side.value), start, output_device)
    raise typer.Exit(status)


@recordings.command("export")
def export(
    context: typer.Context,
    recording: Recording,
    target: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="What to write: .txt, .srt, .vtt or .json for the transcript, .wav for the audio.",
            show_default=False,
        ),
    ],
    side: Sides = Side.BOTH,
    force: Annotated[bool, typer.Option("--force", help="Replace FILE if it is there.")] = False,
    record_dir: Folder = None,
) -> None:
    """Write the transcript or the audio of one into a file.

    Examples:

      aicall recordings export last call.srt

      aicall recordings export 3e2e78 agent.wav --side agent
    """
    from aicall_cli.recording import export as exporting

    environment = context.ensure_object(Environment)
    call = _find(recording, record_dir, environment)
    target = environment.folder / target
    exporting.export(call, target, exporting.Side(side.value), replace=force)


@recordings.command("delete")
def delete(
    context: typer.Context,
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="RECORDING...",
            help="Which ones, as for the others.",
            autocompletion=complete_recording,
            show_default=False,
        ),
    ],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    record_dir: Folder = None,
) -> None:
    """Delete recordings with all their files, after asking.

    Examples:

      aicall recordings delete last

      aicall recordings delete 20261121-003723 3e2e78 --yes
    """
    from aicall_cli.recording.library import delete_recording

    environment = context.ensure_object(Environment)
    calls = {call.name: call for call in (_find(it, record_dir, environment) for it in names)}
    if not yes and not _agrees(list(calls), environment):
        raise typer.Exit(ExitStatus.CHECK_FAILED)
    for call in calls.values():
        delete_recording(call)


def _find(wanted: str, option: Path | None, environment: Environment) -> "StoredCall":
    from aicall_cli.cli.recordings_folder import chosen_folder
    from aicall_cli.recording.library import find_recording

    return find_recording(chosen_folder(option, environment), wanted)


def _agrees(names: list[str], environment: Environment) -> bool:
    """Ask on the terminal; raise UsageError where nobody can be asked."""
    if not sys.stdin.isatty():
        raise UsageError("nobody can be asked whether to delete", hint="give --yes")
    for name in names:
        environment.stderr.write(f"{name}\n")
    environment.stderr.write(f"delete {'it' if len(names) == 1 else 'them'} for good? [y/N] ")
    environment.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")
