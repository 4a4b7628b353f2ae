from pathlib import Path

import pytest

from aicall_cli.agent.script_file import MAX_FILE_BYTES, read_script
from aicall_cli.agent.script_steps import (
    LeaveCall,
    Misdeed,
    Say,
    SayBye,
    SendRaw,
    Sound,
    Step,
    TellAgentSubtitle,
    TellEvent,
    TellUserSubtitle,
    Trigger,
)
from aicall_cli.engine.enums import AgentState, InterruptedReason, LeaveReason
from aicall_cli.engine.events import (
    AgentErrorOccurred,
    AgentStateChanged,
    CustomMessageReceived,
    SpeakingInterrupted,
    VisionCustomCaptureChanged,
    VoiceprintCleared,
)
from aicall_cli.errors import UsageError

EVERYTHING = """
voice_interrupt = true
voice = "en-gb"

[[step]]
after = "call_begin"
delay_ms = 250
say = "Hello there."

[[step]]
after = "utterance"
tone = {frequency = 300, seconds = 0.5, level_dbfs = -6}
subtitle = ["la ", "la"]

[[step]]
silence = 1
[[step]]
after = "text"
subtitle = "only text"
[[step]]
user_subtitle = "so far"
end = false
[[step]]
state = "thinking"
[[step]]
interrupted = 2
[[step]]
custom_message = "{}"
[[step]]
error = 4005
[[step]]
after = "start_vision_custom_capture"
send = {type = 1015, data = {enable = true}}
[[step]]
send = {type = 1009}
[[step]]
after = "reply"
leave = 2001
message = "idle"
[[step]]
after = "interrupt"
bye = "so long"
[[step]]
send_raw = "garbage"
[[step]]
send_raw_hex = "00 ff"
channel = "signaling"
[[step]]
go_silent = true
[[step]]
close = true
[[step]]
die = true
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "script.toml"
    path.write_text(text)
    return path


def test_everything_that_can_be_said(tmp_path: Path) -> None:
    script = read_script(written(tmp_path, EVERYTHING))
    assert script.voice_interrupt
    assert script.voice == "en-gb"
    assert script.speaks
    assert script.steps == (
        Step(Trigger.CALL_BEGIN, 0.25, Say("Hello there.", ())),
        Step(Trigger.UTTERANCE, 0.0, Sound(300, 0.5, -6, ("la ", "la"))),
        Step(None, 0.0, Sound(0.0, 1, 0.0, ())),
        Step(Trigger.TEXT, 0.0, TellAgentSubtitle(("only text",))),
        Step(None, 0.0, TellUserSubtitle("so far", False)),
        Step(None, 0.0, TellEvent(AgentStateChanged(AgentState.THINKING))),
        Step(None, 0.0, TellEvent(SpeakingInterrupted(InterruptedReason.BY_VOICE))),
        Step(None, 0.0, TellEvent(CustomMessageReceived("{}"))),
        Step(None, 0.0, TellEvent(AgentErrorOccurred(4005))),
        Step(Trigger.START_VISION_CUSTOM_CAPTURE, 0.0, TellEvent(VisionCustomCaptureChanged(True))),
        Step(None, 0.0, TellEvent(VoiceprintCleared())),
        Step(Trigger.REPLY, 0.0, LeaveCall(LeaveReason.IDLE, "idle")),
        Step(Trigger.INTERRUPT, 0.0, SayBye("so long")),
        Step(None, 0.0, SendRaw("garbage", False)),
        Step(None, 0.0, SendRaw(b"\x00\xff", True)),
        Step(None, 0.0, Misdeed.GO_SILENT),
        Step(None, 0.0, Misdeed.CLOSE),
        Step(None, 0.0, Misdeed.DIE),
    )


def test_a_script_without_text_to_speak_needs_no_synthesiser(tmp_path: Path) -> None:
    script = read_script(written(tmp_path, "[[step]]\nsilence = 1"))
    assert not script.speaks
    assert not script.voice_interrupt
    assert script.voice is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("step = 3", "step is not of type list"),
        ("step = [3]", "step 1 is not a table"),
        ("voice = 3\n[[step]]\nclose = true", "voice is not of type str"),
        ("", "it has 0 steps"),
        ("[[step]]\n" * 1001, "it has 1001 steps"),
        ("colour = 1\n[[step]]\nclose = true", "the file has no use for colour"),
        ("[[step]]\nclose = true\ncolour = 1\nsize = 2", "step 1 has no use for colour, size"),
        ("[[step]]\nclose = true\n[[step]]\nafter = 'tea'\ndie = true", "step 2: after is 'tea'"),
        ("[[step]]\ndelay_ms = -1\nclose = true", "delay_ms is -1"),
        ("[[step]]\ndelay_ms = '1'\nclose = true", "delay_ms is not a number"),
        ("[[step]]\ndelay_ms = true\nclose = true", "delay_ms is not a number"),
        ("[[step]]", "step 1 does nothing"),
        ("[[step]]\nclose = true\ndie = true", "step 1 does close and die"),
        ("[[step]]\nstate = 'thinking'\nsubtitle = 'x'", "does subtitle and state"),
        ("[[step]]\nclose = false", "close can only be true"),
        ("[[step]]\nsay = 3", "say is not of type str"),
        (f"[[step]]\nsay = '{'x' * 8193}'", "say has 8193 characters"),
        ("[[step]]\nsubtitle = [1]", "subtitle is not a list of texts"),
        (f"[[step]]\nsubtitle = {['x'] * 1001}", "subtitle is too long"),
        ("[[step]]\ntone = 440", "tone is not of type Mapping"),
        ("[[step]]\ntone = {frequency = 440}", "tone: seconds is not a number"),
        ("[[step]]\ntone = {seconds = 1, pitch = 2}", "tone has no use for pitch"),
        ("[[step]]\nsilence = 121", "silence is 121"),
        ("[[step]]\nstate = 'asleep'", "state is 'asleep'; it can be listening"),
        ("[[step]]\ninterrupted = 6", "interrupted is 6"),
        ("[[step]]\nerror = 'x'", "error is not a number"),
        ("[[step]]\nleave = 7", "leave is 7; it can be 0, 2001, 2002"),
        ("[[step]]\nsend_raw_hex = 'xy'", "send_raw_hex is not hexadecimal"),
        ("[[step]]\nsend_raw = 'x'\nchannel = 'air'", "channel is 'air'"),
        ("[[step]]\nsend = 1008", "send is not of type Mapping"),
        ("[[step]]\nsend = {}", "send is no message of an agent (unknown type)"),
        ("[[step]]\nsend = {type = 1100}", "send is no message of an agent (unknown type)"),
        ("[[step]]\nsend = {type = 1001, data = {state = 9}}", "(unknown agent state 9)"),
        ("[[step]]\nsend = {type = 1008}", "(data: enable is missing)"),
        ("[[step]]\nsend = {type = 1009, text = 'x'}", "step 1: send has no use for text"),
        ("[[step", "is not TOML"),
    ],
    ids=range(36),
)
def test_what_is_wrong_is_said(tmp_path: Path, text: str, says: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(UsageError) as caught:
        read_script(path)
    assert says in caught.value.message
    assert str(path) in caught.value.message


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_script(tmp_path / "none.toml")
    with pytest.raises(UsageError, match="cannot be read"):
        read_script(tmp_path)
    (tmp_path / "bytes.toml").write_bytes(b"\xff")
    with pytest.raises(UsageError, match="is not TOML"):
        read_script(tmp_path / "bytes.toml")
    with pytest.raises(UsageError, match="longer than"):
        read_script(written(tmp_path, "#" * (MAX_FILE_BYTES + 1)))
