"""Reads a script: a TOML file of what an agent says and does, and when; for tests.

::

    voice_interrupt = true        # whether the caller's voice stops the agent's; default false
    voice = "en-us"               # whose voice speaks; default as the synthesiser has it

    [[step]]
    after = "call_begin"          # what the step waits for; default: the step before it
    delay_ms = 250                # and how long after that; default 0
    say = "Hello there."          # exactly one thing that it does

Steps are done in order. ``after`` names what must happen first, counted from what the step
before waited for:

=============  ==========================================================================
call_begin     media and messages can flow; happens once
utterance      the caller finished an utterance
text           the caller typed something
reply          all that the agent was saying is said
interrupt      the agent was interrupted
custom_message the caller sent a custom message (1112)
=============  ==========================================================================

It may also be a command of the caller that is the agent's own matter: switch_voice_id,
update_tts_speech_rate, update_llm_system_prompt, update_bailian_app_params, update_vcr_config,
use_voiceprint, clear_voiceprint, start_vision_custom_capture and stop_vision_custom_capture. A
script refuses none of them, and answers what is in it.

What a step can do, one of:

=======================================  ================================================
say = "text"                             speak; needs the extra ``agent``
tone = {frequency, seconds, level_dbfs}  sound a tone; level default −20
silence = 1.5                            speak nothing for so many seconds
subtitle = ["All ", "at once"]           send subtitle pieces without a voice
user_subtitle = "text"                   say what was heard; ``end = false``: so far
state = "thinking"                       announce a state
interrupted = 2                          announce an interruption (1016) with its reason
custom_message = "text"                  send a custom message (1011)
error = 4005                             report a failure (1000)
send = {type = 1008, data = {…}}         send a message of AICallKit, 1000 to 1018
leave = 2001                             announce to leave (1010), then end the call
bye = "text"                             end the call without announcing it
send_raw = "text"                        send it on the data channel as it is
send_raw_hex = "00ff"                    the same for bytes
go_silent = true                         send no RTP any more
close = true                             close the socket without a word
die = true                               end the whole server at once, as if killed
=======================================  ================================================

Beside ``say``, ``tone`` and ``silence``, ``subtitle`` gives pieces that are spread evenly over
the voice; ``say`` without it tells its own words. ``message`` goes with ``leave``, ``end`` with
``user_subtitle``, and ``channel = "signaling"`` sends what is raw on the signaling socket.

The delays are exact: what is spoken is made before it is its turn. A step without ``after``
counts its delay from the moment that the step before it was due.
"""

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from aicall_cli.agent.script_steps import (
    Deed,
    LeaveCall,
    Misdeed,
    Say,
    SayBye,
    Script,
    SendRaw,
    Sound,
    Step,
    TellAgentSubtitle,
    TellEvent,
    TellUserSubtitle,
    Trigger,
)
from aicall_cli.agent.toml_table import TomlTable
from aicall_cli.engine.enums import AgentState, InterruptedReason, LeaveReason
from aicall_cli.engine.events import (
    AgentErrorOccurred,
    AgentStateChanged,
    CustomMessageReceived,
    MessageIgnored,
    SpeakingInterrupted,
)
from aicall_cli.errors import RemoteProtocolError, UsageError
from aicall_cli.protocol.agent_message import AGENT_MESSAGES
from aicall_cli.protocol.json_object import JsonObject

MAX_STEPS: Final = 1000
MAX_FILE_BYTES: Final = 1_000_000
_MAX_SECONDS: Final = 120.0
_MAX_DELAY_MS: Final = 3_600_000.0
_CODE_RANGE: Final = 2**31 - 1
_TRIGGERS: Final = {trigger.value: trigger for trigger in Trigger}


def read_script(path: Path) -> Script:
    """Read the script in ``path``; raise UsageError when it cannot be used, and why."""
    try:
        with path.open("rb") as file:
            text = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise UsageError(f"the script {path} cannot be read ({error.strerror})") from error
    if len(text) > MAX_FILE_BYTES:
        raise UsageError(f"the script {path} is longer than {MAX_FILE_BYTES} bytes")
    try:
        return parse_script(tomllib.loads(text.decode()))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"the script {path} is not TOML ({error})") from error
    except UsageError as error:
        raise UsageError(f"the script {path}: {error.message}", hint=error.hint) from error


def parse_script(document: Mapping[str, Any]) -> Script:
    """Return the script of a parsed file; raise UsageError with what is wrong in it."""
    table = TomlTable(document, "the file")
    steps = table.take("step", list, [])
    if not 1 <= len(steps) <= MAX_STEPS:
        raise UsageError(f"it has {len(steps)} steps; it must have 1 to {MAX_STEPS}")
    script = Script(
        tuple(_read_step(step, number) for number, step in enumerate(steps, 1)),
        table.take("voice_interrupt", bool, False),
        table.take("voice", str, None),
    )
    table.finish()
    return script


def _read_step(entries: Any, number: int) -> Step:
    table = TomlTable(entries, f"step {number}")
    after = table.take("after", str, None)
    if after is not None and after not in _TRIGGERS:
        raise table.wrong("after", f"is {after!r}; it can be {', '.join(_TRIGGERS)}")
    delay = table.number("delay_ms", 0, 0, _MAX_DELAY_MS) / 1000
    deed = _read_deed(table)
    table.finish()
    return Step(None if after is None else _TRIGGERS[after], delay, deed)


def _read_deed(table: TomlTable) -> Deed:
    named = [name for name in _DEEDS if name in table]
    if "subtitle" in named and len(named) == 2 and set(named) & {"say", "tone", "silence"}:
        named.remove("subtitle")
    if len(named) != 1:
        found = " and ".join(named) or "nothing"
        raise UsageError(f"{table.name} does {found}; it must do one of {', '.join(_DEEDS)}")
    return _DEEDS[named[0]](table)


def _read_tone(table: TomlTable) -> Sound:
    tone = TomlTable(table.take("tone", Mapping, None), f"{table.name}: tone")
    sound = Sound(
        tone.number("frequency", 440.0, 20.0, 20_000.0),
        tone.number("seconds", None, 0.0, _MAX_SECONDS),
        tone.number("level_dbfs", -20.0, -90.0, 0.0),
        table.texts("subtitle"),
    )
    tone.finish()
    return sound


def _read_silence(table: TomlTable) -> Sound:
    seconds = table.number("silence", None, 0.0, _MAX_SECONDS)
    return Sound(0.0, seconds, 0.0, table.texts("subtitle"))


def _read_state(table: TomlTable) -> TellEvent:
    name = table.text("state")
    known = [state.name.lower() for state in AgentState]
    if name not in known:
        raise table.wrong("state", f"is {name!r}; it can be {', '.join(known)}")
    return TellEvent(AgentStateChanged(AgentState[name.upper()]))


def _read_interrupted(table: TomlTable) -> TellEvent:
    reasons = sorted(InterruptedReason)
    number = table.number("interrupted", None, reasons[0], reasons[-1])
    return TellEvent(SpeakingInterrupted(InterruptedReason(int(number))))


def _read_error(table: TomlTable) -> TellEvent:
    code = table.number("error", None, -_CODE_RANGE, _CODE_RANGE)
    return TellEvent(AgentErrorOccurred(int(code)))


def _read_message(table: TomlTable) -> TellEvent:
    message = TomlTable(table.take("send", Mapping, None), f"{table.name}: send")
    number = message.take("type", int, None)
    data = JsonObject(message.take("data", Mapping, {}), "data")
    message.finish()
    try:
        event = AGENT_MESSAGES.read(number, data)
    except RemoteProtocolError as error:
        raise table.wrong("send", f"is no message of an agent ({error.message})") from error
    if isinstance(event, MessageIgnored):
        raise table.wrong("send", f"is no message of an agent ({event.reason})")
    return TellEvent(event)


def _read_leave(table: TomlTable) -> LeaveCall:
    number = table.take("leave", int, None)
    known = sorted(LeaveReason)
    if number not in known:
        raise table.wrong("leave", f"is {number}; it can be {', '.join(map(str, known))}")
    return LeaveCall(LeaveReason(number), table.text("message", ""))


def _read_raw(table: TomlTable) -> SendRaw:
    return SendRaw(table.take("send_raw", str, None), _to_signaling(table))


def _read_raw_hex(table: TomlTable) -> SendRaw:
    try:
        data = bytes.fromhex(table.take("send_raw_hex", str, None))
    except ValueError:
        raise table.wrong("send_raw_hex", "is not hexadecimal") from None
    return SendRaw(data, _to_signaling(table))


def _to_signaling(table: TomlTable) -> bool:
    channel = table.text("channel", "data")
    if channel not in ("data", "signaling"):
        raise table.wrong("channel", f"is {channel!r}; it can be data, signaling")
    return channel == "signaling"


def _misdeed(misdeed: Misdeed) -> Callable[[TomlTable], Deed]:
    def read(table: TomlTable) -> Misdeed:
        table.truth(misdeed.value)
        return misdeed

    return read


_DEEDS: Final[Mapping[str, Callable[[TomlTable], Deed]]] = {
    "say": lambda table: Say(table.text("say"), table.texts("subtitle")),
    "tone": _read_tone,
    "silence": _read_silence,
    "subtitle": lambda table: TellAgentSubtitle(table.texts("subtitle")),
    "user_subtitle": lambda table: TellUserSubtitle(
        table.text("user_subtitle"), table.take("end", bool, True)
    ),
    "state": _read_state,
    "interrupted": _read_interrupted,
    "custom_message": lambda table: TellEvent(CustomMessageReceived(table.text("custom_message"))),
    "error": _read_error,
    "send": _read_message,
    "leave": _read_leave,
    "bye": lambda table: SayBye(table.text("bye")),
    "send_raw": _read_raw,
    "send_raw_hex": _read_raw_hex,
    **{misdeed.value: _misdeed(misdeed) for misdeed in Misdeed},
}
