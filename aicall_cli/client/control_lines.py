"""Commands of a script: one JSON object a line, each answered by an event with its id.

::

    {"id": 1, "command": "start_push_to_talk"}
    {"id": 2, "command": "send_text", "text": "hello"}
    {"id": 3, "command": "set_muted", "enabled": true}

The answer is ``command_answered`` with the line's ``id`` (or null), ``command``, ``accepted``
and, where it was refused, ``reason`` and ``error``: ``invalid_action`` where it is not possible
now, ``invalid_parameters`` where something in it cannot be. Commands without an argument:
``interrupt``, ``start_push_to_talk``, ``finish_push_to_talk``, ``cancel_push_to_talk``,
``clear_voiceprint``, ``stop_vision_custom_capture``, ``query_state``, ``request_token``; with
``enabled``: ``enable_push_to_talk``, ``enable_voice_interrupt``, ``use_voiceprint``,
``set_muted``, ``set_agent_audio``, ``set_speaker``, ``set_recording``. The others have
arguments of their own:

===========================  ====================================================
send_text                    ``text``, and if wanted ``interrupt`` (default true)
send_custom_message          ``message``, for the application's server
switch_voice                 ``voice_id``
update_system_prompt         ``prompt``
update_model_studio_params   ``params``, a JSON object
update_vcr_config            ``config``, a JSON object: ``AgentConfig.VcrConfig``
start_vision_custom_capture  if wanted ``text``, ``mode`` (single or continuous),
                             ``each_duration`` and ``duration`` in seconds, ``num``
                             and ``user_data``
set_speech_rate              ``rate``, 0.5 to 2
set_max_silence              ``milliseconds`` that end a sentence, 200 to 1200
set_agent_volume             ``percent``, 0 to 400
hang_up                      if wanted ``stop_agent`` (default true)
===========================  ====================================================

The end of the input does not end the call: ``hang_up`` does, and ``call_ended`` is its answer.
"""

from collections.abc import Callable, Generator, Mapping

from aicall_cli.capture.reader_thread import ReaderThread
from aicall_cli.capture.stdin_input import StdinInput
from aicall_cli.client.call import Call
from aicall_cli.client.call_controls import CallControls
from aicall_cli.client.control_fields import ControlFields
from aicall_cli.engine.commands import StartVisionCustomCapture
from aicall_cli.engine.enums import CaptureMode
from aicall_cli.engine.error_code import refusal_error
from aicall_cli.engine.events import CommandAnswered
from aicall_cli.errors import AicallError, CommandRefused, ValueRefused
from aicall_cli.protocol.picture_config import VcrConfig

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
        fields = ControlFields.read(line)
        identifier = fields.identifier
        name = fields.text("command")
        _do(controls, name, fields)
    except AicallError as error:
        return CommandAnswered(identifier, name, False, error.message, refusal_error(error))
    return CommandAnswered(identifier, name, accepted=True, reason="")


def _do(controls: CallControls, name: str, fields: ControlFields) -> None:
    if plain := _PLAIN.get(name):
        plain(controls)
    elif switch := _SWITCHES.get(name):
        switch(controls, fields.flag("enabled"))
    elif name in _TEXTS:
        say, argument = _TEXTS[name]
        say(controls, fields.text(argument))
    elif special := _SPECIAL.get(name):
        special(controls, fields)
    else:
        raise CommandRefused(f"there is no command {name!r}")


_PLAIN: Mapping[str, Callable[[CallControls], None]] = {
    "interrupt": CallControls.interrupt,
    "start_push_to_talk": CallControls.start_talking,
    "finish_push_to_talk": CallControls.finish_talking,
    "cancel_push_to_talk": CallControls.cancel_talking,
    "clear_voiceprint": CallControls.clear_voiceprint,
    "stop_vision_custom_capture": CallControls.stop_vision_custom_capture,
    "query_state": CallControls.query_state,
    "request_token": CallControls.request_token,
}

_SWITCHES: Mapping[str, Callable[[CallControls, bool], None]] = {
    "enable_push_to_talk": CallControls.set_push_to_talk,
    "enable_voice_interrupt": CallControls.set_voice_interrupt,
    "use_voiceprint": CallControls.use_voiceprint,
    "set_muted": CallControls.set_muted,
    "set_agent_audio": CallControls.set_agent_audio,
    "set_speaker": CallControls.set_speaker,
    "set_recording": CallControls.set_recording,
}

_TEXTS: Mapping[str, tuple[Callable[[CallControls, str], None], str]] = {
    "send_custom_message": (CallControls.send_custom_message, "message"),
    "switch_voice": (CallControls.switch_voice, "voice_id"),
    "update_system_prompt": (CallControls.update_system_prompt, "prompt"),
}
"""Commands with one text, and its name."""


def _start_capture(controls: CallControls, fields: ControlFields) -> None:
    usual = StartVisionCustomCapture()
    mode = fields.text("mode", usual.mode.value)
    if mode not in CaptureMode.__members__.values():
        raise ValueRefused(f"mode is neither {' nor '.join(CaptureMode)}")
    capture = StartVisionCustomCapture(
        text=fields.text("text", usual.text),
        mode=CaptureMode(mode),
        each_duration=fields.whole("each_duration", usual.each_duration),
        num=fields.whole("num", usual.num),
        duration=fields.whole("duration", usual.duration),
        user_data=fields.text("user_data", usual.user_data),
    )
    controls.start_vision_custom_capture(capture)


_SPECIAL: Mapping[str, Callable[[CallControls, ControlFields], None]] = {
    "hang_up": lambda controls, fields: controls.hang_up(
        stop_agent=fields.flag("stop_agent", True)
    ),
    "send_text": lambda controls, fields: controls.send_text(
        fields.text("text"), fields.flag("interrupt", True)
    ),
    "set_agent_volume": lambda controls, fields: controls.set_agent_volume(fields.whole("percent")),
    "set_max_silence": lambda controls, fields: controls.set_max_silence(
        round(fields.number("milliseconds"))
    ),
    "set_speech_rate": lambda controls, fields: controls.set_speech_rate(fields.number("rate")),
    "start_vision_custom_capture": _start_capture,
    "update_model_studio_params": lambda controls, fields: controls.update_model_studio_params(
        fields.object("params")
    ),
    "update_vcr_config": lambda controls, fields: controls.update_vcr_config(
        VcrConfig.from_plain(fields.object("config"))
    ),
}
