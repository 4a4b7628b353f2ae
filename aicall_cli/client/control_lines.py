"""Commands of a script: one JSON object a line, each answered by an event with its id.

::

    {"id": 1, "command": "start_push_to_talk"}
    {"id": 2, "command": "send_text", "text": "hello"}
    {"id": 3, "command": "set_muted", "enabled": true}

The answer is ``command_answered`` with the line's ``id`` (or null), ``command``, ``accepted``
and, where it was refused, ``reason``. Commands without an argument: ``interrupt``,
``start_push_to_talk``, ``finish_push_to_talk``, ``cancel_push_to_talk``, ``hang_up``; with
``enabled``: ``enable_push_to_talk``, ``enable_voice_interrupt``, ``set_muted``,
``set_agent_audio``, ``set_recording``. The others have an argument each:

=======================  ========================================================
send_text                ``text``, and if wanted ``interrupt`` (default true)
send_custom_message      ``message``, for the application's server
switch_voice             ``voice_id``
update_system_prompt     ``prompt``
set_speech_rate          ``rate``, 0.5 to 2
set_max_silence          ``milliseconds`` that end a sentence, 200 to 1200
set_agent_volume         ``percent``, 0 to 400
=======================  ========================================================

The end of the input does not end the call: ``hang_up`` does.
"""

import json
import math
from collections.abc import Callable, Generator, Mapping
from typing import Any

from aicall_cli.capture.reader_thread import ReaderThread
from aicall_cli.capture.stdin_input import StdinInput
from aicall_cli.client.call import Call
from aicall_cli.client.call_controls import CallControls
from aicall_cli.engine.events import CommandAnswered
from aicall_cli.errors import AicallError, CommandRefused

MAX_LINE = 64 * 1024
"""Bytes of one command."""
_READ_BYTES = 4096


async def answer_lines(call: Call, controls: CallControls) -> None:
    """Answer each line of standard input until it ends; runs beside ``call``."""
    stdin = StdinInput()
    thread = ReaderThread("aicall reads commands", lambda: _lines(stdin), stdin.interrupt)
    try:
        while (line := await thread.get()) is not None:
            call.session.publish(answer(controls, line))
    finally:
        await thread.close()
        stdin.close()


def _lines(stdin: StdinInput) -> Generator[str, None, None]:
    """Yield each line; of one that is too long only the beginning, which is no JSON."""
    rest = b""
    while data := stdin.read(_READ_BYTES):
        *lines, rest = (rest + data).split(b"\n")
        for line in lines:
            if line.strip():
                yield line[:MAX_LINE].decode(errors="replace")
        rest = rest[: MAX_LINE + 1]
    if rest.strip():
        yield rest.decode(errors="replace")


def answer(controls: CallControls, line: str) -> CommandAnswered:
    """Do what ``line`` says; return what came of it. It raises nothing for what it holds."""
    identifier: int | str | None = None
    name = ""
    try:
        fields = _read(line)
        identifier = _identifier(fields)
        name = _text(fields, "command")
        _do(controls, name, fields)
    except AicallError as error:
        return CommandAnswered(identifier, name, accepted=False, reason=error.message)
    return CommandAnswered(identifier, name, accepted=True, reason="")


def _do(controls: CallControls, name: str, fields: Mapping[str, Any]) -> None:
    if plain := _PLAIN.get(name):
        plain(controls)
    elif switch := _SWITCHES.get(name):
        switch(controls, _flag(fields, "enabled"))
    elif name in _TEXTS:
        say, argument = _TEXTS[name]
        say(controls, _text(fields, argument))
    elif special := _SPECIAL.get(name):
        special(controls, fields)
    else:
        raise CommandRefused(f"there is no command {name!r}")


_PLAIN: Mapping[str, Callable[[CallControls], None]] = {
    "interrupt": CallControls.interrupt,
    "start_push_to_talk": CallControls.start_talking,
    "finish_push_to_talk": CallControls.finish_talking,
    "cancel_push_to_talk": CallControls.cancel_talking,
    "hang_up": CallControls.hang_up,
}

_SWITCHES: Mapping[str, Callable[[CallControls, bool], None]] = {
    "enable_push_to_talk": CallControls.set_push_to_talk,
    "enable_voice_interrupt": CallControls.set_voice_interrupt,
    "set_muted": CallControls.set_muted,
    "set_agent_audio": CallControls.set_agent_audio,
    "set_recording": CallControls.set_recording,
}

_TEXTS: Mapping[str, tuple[Callable[[CallControls, str], None], str]] = {
    "send_custom_message": (CallControls.send_custom_message, "message"),
    "switch_voice": (CallControls.switch_voice, "voice_id"),
    "update_system_prompt": (CallControls.update_system_prompt, "prompt"),
}
"""Commands with one text, and its name."""


def _send_text(controls: CallControls, fields: Mapping[str, Any]) -> None:
    interrupt = _flag(fields, "interrupt") if "interrupt" in fields else True
    controls.send_text(_text(fields, "text"), interrupt)


_SPECIAL: Mapping[str, Callable[[CallControls, Mapping[str, Any]], None]] = {
    "send_text": _send_text,
    "set_agent_volume": lambda controls, fields: controls.set_agent_volume(
        _percent(fields, "percent")
    ),
    "set_max_silence": lambda controls, fields: controls.set_max_silence(
        round(_number(fields, "milliseconds"))
    ),
    "set_speech_rate": lambda controls, fields: controls.set_speech_rate(_number(fields, "rate")),
}


def _read(line: str) -> Mapping[str, Any]:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        raise CommandRefused("the line is not JSON") from None
    if not isinstance(fields, dict):
        raise CommandRefused("the line is not a JSON object")
    return fields


def _identifier(fields: Mapping[str, Any]) -> int | str | None:
    identifier = fields.get("id")
    if identifier is None or (
        isinstance(identifier, int | str) and not isinstance(identifier, bool)
    ):
        return identifier
    raise CommandRefused("an id is a number or a text")


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise CommandRefused(f"{name} is missing or not a text")
    return value


def _flag(fields: Mapping[str, Any], name: str) -> bool:
    value = fields.get(name)
    if not isinstance(value, bool):
        raise CommandRefused(f"{name} is missing or neither true nor false")
    return value


def _number(fields: Mapping[str, Any], name: str) -> float:
    value = fields.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        raise CommandRefused(f"{name} is missing or not a number")
    return value


def _percent(fields: Mapping[str, Any], name: str) -> int:
    value = fields.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 400:
        raise CommandRefused(f"{name} is missing or not a number from 0 to 400")
    return value
