"""Looks up what a row says there is: Python names, commands, lines, keys and tests."""

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import is_dataclass
from functools import cache
from pathlib import Path
from pkgutil import resolve_name
from typing import Any, get_args

import typer

import aicall_cli
from aicall_cli.cli.app import app
from aicall_cli.client.control_lines import answer
from aicall_cli.engine.events import Event, is_recorded, snake_case
from aicall_cli.tui.keyboard.key_map import Action, create_key_map

ROOT = Path(__file__).parents[2]
_NAME = re.compile(r"(?:await |async with )?(?P<name>\w+(?:\.\w+)*)")


@cache
def objects() -> Mapping[str, Any]:
    """Return what the names that are not public ones stand for in the rows."""
    format_ = aicall_cli.AudioFormat(48_000, 1)
    call = aicall_cli.Call(aicall_cli.CallOptions(agent_id="echo"))
    return {
        "call": call,
        "stream": call.add_external_audio_stream(aicall_cli.ExternalAudioStreamConfig(48_000, 1)),
        "frame": aicall_cli.AudioFrame.from_bytes(b"", format_),
        "app_server": aicall_cli.AppServer,
    }


def has_python(text: str) -> bool:
    """Whether there is what a Python expression of a row names.

    Arguments are not looked at: ``call.controls.send_text(text)`` is the method.
    """
    match = _NAME.match(text)
    if match is None:
        return False
    first, *rest = match["name"].split(".")
    if first in aicall_cli.__all__:
        found = getattr(aicall_cli, first)
    elif first in objects():
        found = objects()[first]
    elif first == "aicall_cli":
        return bool(resolve_name(match["name"]))
    else:
        return False
    for number, part in enumerate(rest, 1):
        # The last one is not asked for: some properties can only be read in a call.
        if part not in dir(found):
            return False
        found = getattr(found, part) if number < len(rest) else None
    return True


def event_fields(text: str) -> tuple[str, ...] | None:
    """Return the fields of the event that ``text`` is the name of; None for another name."""
    kind = getattr(aicall_cli, text, None) if text in aicall_cli.__all__ else None
    if kind not in get_args(Event) or not is_dataclass(kind):
        return None
    return tuple(kind.__dataclass_fields__)


def json_name(text: str) -> str | None:
    """Return how a line of ``--json`` calls an event; None for what is no event, or not there."""
    if event_fields(text) is None:
        return None
    kind = getattr(aicall_cli, text)
    return snake_case(text) if is_recorded(kind.__new__(kind)) else None


def has_command(text: str) -> bool:
    """Whether there is a command, and its option where one is named: ``cloud text --json``."""
    command: Any = typer.main.get_command(app)
    context = command.context_class(command)
    for word in text.split():
        if word.startswith("-"):
            if not any(word in (*each.opts, *each.secondary_opts) for each in command.params):
                return False
        else:
            find = getattr(command, "get_command", None)
            command = find and find(context, word)
            if command is None:
                return False
    return True


def has_line(name: str) -> bool:
    """Whether ``--control`` knows a command, in a call that has not begun."""
    told = answer(objects()["call"].controls, json.dumps({"command": name}))
    return not told.reason.startswith("there is no command")


def key_label(action: str) -> str:
    """Return the key of an action; raise ValueError where there is no such action."""
    return create_key_map().labels[Action(action)]


def missing_tests(wanted: Iterable[str]) -> set[str]:
    """Return those of the wanted tests that pytest does not find."""
    tests = set(wanted)
    files = sorted({file for test in tests if (ROOT / (file := test.partition("::")[0])).exists()})
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-n0", *files],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    found = set(done.stdout.splitlines())
    return tests - found - {line.partition("[")[0] for line in found}
