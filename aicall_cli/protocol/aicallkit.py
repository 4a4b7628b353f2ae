"""AICallKit's messages on the data channel: JSON text ↔ events and commands.

A message is one UTF-8 JSON object::

    {"type": 1003, "data": {"text": "go", "end": false, "sentenceId": 1},
     "seqId": 7, "senderId": "agent", "receiverId": "caller"}

``data`` is left out by messages without a body; ``seqId`` counts a sender's messages and is
not read; ``receiverId`` is empty in a broadcast. This side reads hostile input: any bytes
become an event (or command) or a ``RemoteProtocolError``, nothing else. A message whose type
or state has no meaning here becomes ``MessageIgnored``, because newer peers have more of them.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias, TypeVar, assert_never

from aicall_cli.engine.commands import (
    CancelPushToTalk,
    Command,
    EnablePushToTalk,
    EnableVoiceInterrupt,
    FinishPushToTalk,
    InterruptSpeaking,
    QueryAgentState,
    SendText,
    StartPushToTalk,
    StopAgent,
)
from aicall_cli.engine.enums import AgentState, InterruptedReason, VoiceprintResult
from aicall_cli.engine.events import (
    AgentErrorOccurred,
    AgentEvent,
    AgentStateChanged,
    AgentSubtitleReceived,
    AgentWillLeave,
    MessageIgnored,
    PushToTalkChanged,
    SpeakingInterrupted,
    UserSubtitleReceived,
    VoiceInterruptChanged,
)
from aicall_cli.engine.limits import MAX_TEXT
from aicall_cli.protocol.json_object import JsonObject, dump_object, parse_object

MAX_MESSAGE: Final = 64 * 1024
"""Bytes of one message, both ways."""

_CODE_RANGE: Final = 2**31 - 1
_NAME: Final = "data channel message"

_Body: TypeAlias = tuple[int, dict[str, Any]]
_Message = TypeVar("_Message")


def encode_command(command: Command, *, sequence: int, sender: str, receiver: str) -> str:
    """Return ``command`` as the client sends it to the agent whose user id is ``receiver``.

    Raises ValueError on a text of more than ``MAX_TEXT`` characters.
    """
    return _envelope(_command_body(command), sequence, sender, receiver)


def encode_event(event: AgentEvent, *, sequence: int, sender: str, receiver: str = "") -> str:
    """Return ``event`` as the agent sends it; an empty ``receiver`` is a broadcast.

    Raises ValueError on a text of more than ``MAX_TEXT`` characters.
    """
    return _envelope(_event_body(event), sequence, sender, receiver)


def decode_event(text: str | bytes) -> AgentEvent | MessageIgnored:
    """Read what an agent sent; raise RemoteProtocolError on what is no message."""
    return _decode(text, _EVENT_READERS)


def decode_command(text: str | bytes) -> Command | MessageIgnored:
    """Read what a client sent; raise RemoteProtocolError on what is no message."""
    return _decode(text, _COMMAND_READERS)


def _envelope(body: _Body, sequence: int, sender: str, receiver: str) -> str:
    number, data = body
    message: dict[str, Any] = {"type": number}
    if data:
        message["data"] = data
    message |= {"seqId": sequence, "senderId": sender, "receiverId": receiver}
    return dump_object(message)


def _decode(
    text: str | bytes, readers: Mapping[int, Callable[[JsonObject], _Message | MessageIgnored]]
) -> _Message | MessageIgnored:
    message = parse_object(text, name=_NAME, limit=MAX_MESSAGE)
    if isinstance(message.raw("type"), str):
        # AICallKit's own clients tolerate "ready_resp" beside the numbers.
        return MessageIgnored(None, "the type is a string")
    number = message.integer("type")
    read = readers.get(number)
    if read is None:
        return MessageIgnored(number, "unknown type")
    return read(message.nested("data"))


def _command_body(command: Command) -> _Body:
    match command:
        case StopAgent():
            return 1100, {}
        case InterruptSpeaking():
            return 1101, {}
        case EnableVoiceInterrupt(enabled):
            return 1102, {"enable": enabled}
        case EnablePushToTalk(enabled):
            return 1105, {"enable": enabled}
        case StartPushToTalk():
            return 1106, {}
        case FinishPushToTalk():
            return 1107, {}
        case CancelPushToTalk():
            return 1108, {}
        case SendText(text, enable_interrupt):
            return 1111, {"text": _bounded(text), "enableInterrupt": int(enable_interrupt)}
        case QueryAgentState():
            return 1119, {}
        case _:
            assert_never(command)


def _event_body(event: AgentEvent) -> _Body:
    match event:
        case AgentErrorOccurred(code, message):
            # The message is ours: AICallKit's clients read the code and leave the rest alone.
            return 1000, {"code": code} | ({"message": _bounded(message)} if message else {})
        case AgentStateChanged(state):
            return 1001, {"state": state.value}
        case AgentSubtitleReceived(text, end, sentence_id):
            return 1002, {"text": _bounded(text), "end": end, "sentenceId": sentence_id}
        case UserSubtitleReceived(text, end, sentence_id, voiceprint):
            return 1003, {
                "text": _bounded(text),
                "end": end,
                "sentenceId": sentence_id,
                "voiceprint": voiceprint,
            }
        case VoiceInterruptChanged(enabled):
            return 1004, {"enable": enabled}
        case PushToTalkChanged(enabled):
            return 1007, {"enable": enabled}
        case AgentWillLeave(reason, message):
            return 1010, {"reason": reason, "message": _bounded(message)}
        case SpeakingInterrupted(reason):
            return 1016, {"reason": reason.value}
        case _:
            assert_never(event)


def _bounded(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise ValueError(f"a text of {len(text)} characters; a message carries {MAX_TEXT}")
    return text


def _read_error(data: JsonObject) -> AgentEvent:
    code = data.integer("code", low=-_CODE_RANGE, high=_CODE_RANGE)
    return AgentErrorOccurred(code, data.text("message", ""))


def _read_state(data: JsonObject) -> AgentEvent | MessageIgnored:
    number = data.integer("state")
    try:
        return AgentStateChanged(AgentState(number))
    except ValueError:
        return MessageIgnored(1001, f"unknown agent state {number}")


def _read_agent_subtitle(data: JsonObject) -> AgentEvent:
    return AgentSubtitleReceived(
        data.text("text"), data.boolean("end", True), data.integer("sentenceId")
    )


def _read_user_subtitle(data: JsonObject) -> AgentEvent:
    unknown = VoiceprintResult.UNKNOWN.value
    return UserSubtitleReceived(
        data.text("text"),
        data.boolean("end", True),
        data.integer("sentenceId"),
        data.integer("voiceprint", unknown, low=0, high=unknown),
    )


def _read_will_leave(data: JsonObject) -> AgentEvent:
    reason = data.integer("reason", 0, low=-_CODE_RANGE, high=_CODE_RANGE)
    return AgentWillLeave(reason, data.text("message", ""))


def _read_interrupted(data: JsonObject) -> AgentEvent:
    number = data.integer("reason", 0)
    known = number in InterruptedReason.__members__.values()
    return SpeakingInterrupted(InterruptedReason(number) if known else InterruptedReason.UNKNOWN)


_EVENT_READERS: Final[Mapping[int, Callable[[JsonObject], AgentEvent | MessageIgnored]]] = {
    1000: _read_error,
    1001: _read_state,
    1002: _read_agent_subtitle,
    1003: _read_user_subtitle,
    1004: lambda data: VoiceInterruptChanged(data.boolean("enable")),
    1007: lambda data: PushToTalkChanged(data.boolean("enable")),
    1010: _read_will_leave,
    1016: _read_interrupted,
}

_COMMAND_READERS: Final[Mapping[int, Callable[[JsonObject], Command]]] = {
    1100: lambda _: StopAgent(),
    1101: lambda _: InterruptSpeaking(),
    1102: lambda data: EnableVoiceInterrupt(data.boolean("enable")),
    1105: lambda data: EnablePushToTalk(data.boolean("enable")),
    1106: lambda _: StartPushToTalk(),
    1107: lambda _: FinishPushToTalk(),
    1108: lambda _: CancelPushToTalk(),
    1111: lambda data: SendText(data.text("text"), data.boolean("enableInterrupt", True)),
    1119: lambda _: QueryAgentState(),
}
