"""AICallKit's messages on the data channel: JSON text ↔ events and commands.

A message is one UTF-8 JSON object::

    {"type": 1003, "data": {"text": "go", "end": false, "sentenceId": 1},
     "seqId": 7, "senderId": "agent", "receiverId": "caller"}

``data`` is left out by messages without a body; ``seqId`` counts a sender's messages and is
not read; ``receiverId`` is empty in a broadcast. The bodies are those of ``agent_message``
(1000 to 1018) and ``client_message`` (1100 to 1120). This side reads hostile input: any bytes
become an event (or command) or a ``RemoteProtocolError``, nothing else. A message whose type
or state has no meaning here, or which another than the expected peer sent, becomes
``MessageIgnored``: newer peers have more of them, and a channel may have more participants.
"""

from typing import Any, Final, TypeVar

from aicall_cli.engine.agent_events import AgentEvent, LatencyReported
from aicall_cli.engine.commands import Command
from aicall_cli.engine.events import MessageIgnored
from aicall_cli.protocol.agent_message import AGENT_MESSAGES
from aicall_cli.protocol.client_message import CLIENT_MESSAGES
from aicall_cli.protocol.json_object import JsonObject, dump_object, parse_object
from aicall_cli.protocol.latency_report import encode_latency, is_latency, read_latency
from aicall_cli.protocol.message_kind import MessageTable

MAX_MESSAGE: Final = 64 * 1024
"""Bytes of one message, both ways."""

_NAME: Final = "data channel message"
_Meaning = TypeVar("_Meaning")


def encode_command(command: Command, *, sequence: int, sender: str, receiver: str) -> str:
    """Return ``command`` as the client sends it to the agent whose user id is ``receiver``.

    Raises ValueError on what does not fit: a text that is too long, a figure out of range.
    """
    return _envelope(CLIENT_MESSAGES.body(command), sequence, sender, receiver)


def encode_event(event: AgentEvent, *, sequence: int, sender: str, receiver: str = "") -> str:
    """Return ``event`` as the agent sends it; an empty ``receiver`` is a broadcast.

    Raises ValueError on what does not fit: a text that is too long, a figure out of range.
    """
    if isinstance(event, LatencyReported):
        return encode_latency(event)
    return _envelope(AGENT_MESSAGES.body(event), sequence, sender, receiver)


def decode_event(text: str | bytes, *, sender: str | None = None) -> AgentEvent | MessageIgnored:
    """Read what an agent sent; raise RemoteProtocolError on what is no message.

    ``sender`` is the agent's user id: what names another sender is ignored.
    """
    message = parse_object(text, name=_NAME, limit=MAX_MESSAGE)
    if is_latency(message):
        return read_latency(message)
    return _read(message, AGENT_MESSAGES, sender)


def decode_command(text: str | bytes, *, sender: str | None = None) -> Command | MessageIgnored:
    """Read what a client sent; raise RemoteProtocolError on what is no message.

    ``sender`` is the caller's user id: what names another sender is ignored.
    """
    return _read(parse_object(text, name=_NAME, limit=MAX_MESSAGE), CLIENT_MESSAGES, sender)


def _envelope(body: tuple[int, dict[str, Any]], sequence: int, sender: str, receiver: str) -> str:
    number, data = body
    message: dict[str, Any] = {"type": number}
    if data:
        message["data"] = data
    message |= {"seqId": sequence, "senderId": sender, "receiverId": receiver}
    return dump_object(message)


def _read(
    message: JsonObject, table: MessageTable[_Meaning], sender: str | None
) -> _Meaning | MessageIgnored:
    if isinstance(message.raw("type"), str):
        # AICallKit's own clients tolerate "ready_resp" beside the numbers.
        return MessageIgnored(None, "the type is a string")
    number = message.integer("type")
    if sender is not None and message.raw("senderId") not in (None, "", sender):
        return MessageIgnored(number, "it names another sender")
    return table.read(number, message.nested("data"))
