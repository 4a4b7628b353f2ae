"""aicall's signaling: JSON messages over one WebSocket, by which a call is set up.

The client opens ``ws(s)://host:port/v1/call`` with the subprotocol ``aicall.v1`` and, where
the server asks for one, ``Authorization: Bearer TOKEN``; a wrong token is answered by HTTP
401 on the upgrade. Each message is one JSON object in a text frame of at most 256 KiB::

    client → server
      {"type": "join", "version": 1, "agent_id": "echo", "user_id": "u1", "options": {…}}
      {"type": "offer", "sdp": "v=0…"}          complete: no trickled candidates
      {"type": "leave"}
    server → client
      {"type": "joined", "call_id": "…", "agent_user_id": "…", "ice_servers": [
          {"urls": ["turn:host:3478"], "username": "…", "credential": "…"}],
          "refuses": ["use_voiceprint"]}    commands that this agent does not know how to do
      {"type": "answer", "sdp": "v=0…"}
      {"type": "refused", "code": "unknown_agent", "message": "…", "known_agents": ["echo"]}
      {"type": "bye", "reason": "…", "code": 2} the server ends the call

TOKEN may also be an RTC token (``rtc_token``) that the server's own control plane made: the call
is then the one of the token's instance, the user its user, and ``agent_id`` may be empty. Such a
call's ids are the instance's, and it ends when the token expires unless a new one was asked for.
A user of an instance who joins again by it, the connection lost or not, comes back to the same
call: another line of it, whose predecessor gets ``bye`` with code 3. The token of a person who is
to take the call over leads beside it; that ``join`` has the option ``takeover_voice``, ``own`` or
``agent``, and the caller is to the person what an agent is to a caller.

``refuses`` and ``code`` may be left out. The code is AICallKit's reason for putting one out of
the call (``ByeReason``); without it the agent has left in good order.

The order is join → joined → offer → answer; ``refused`` may stand for either answer and
``leave``/``bye`` may come at any time. ``options`` are the agent's settings: text, numbers and
booleans by name. Unknown fields are ignored. Every call's messages then travel on the data
channel (``protocol.aicallkit``).
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, TypeAlias, TypeVar, assert_never

from aicall_cli.engine.json_value import well_formed
from aicall_cli.engine.limits import MAX_ID, MAX_INTEGER, MAX_OPTION, MAX_TEXT
from aicall_cli.errors import RemoteProtocolError
from aicall_cli.protocol.ice_server import (
    MAX_ICE_SERVERS,
    MAX_URLS,
    IceServer,
    is_ice_url,
    parse_ice_server,
)
from aicall_cli.protocol.json_object import JsonObject, dump_object, parse_object
from aicall_cli.secret import Secret

__all__ = [
    "MAX_SIGNALING",
    "SIGNALING_PATH",
    "SIGNALING_VERSION",
    "SUBPROTOCOL",
    "Answer",
    "Bye",
    "ClientMessage",
    "IceServer",
    "Join",
    "Joined",
    "Leave",
    "Offer",
    "RefusalCode",
    "Refused",
    "ServerMessage",
    "decode_client",
    "decode_server",
    "encode",
    "parse_ice_server",
]

SIGNALING_VERSION: Final = 1
SUBPROTOCOL: Final = "aicall.v1"
SIGNALING_PATH: Final = "/v1/call"

MAX_SIGNALING: Final = 256 * 1024
"""Bytes of one message, both ways."""
MAX_SDP: Final = 32 * 1024
"""Characters of a session description: six bytes each at worst, below ``MAX_SIGNALING``."""
MAX_OPTIONS: Final = 64
MAX_KNOWN_AGENTS: Final = 256
MAX_REFUSES: Final = 64

_NAME: Final = "signaling message"

Option: TypeAlias = str | int | float | bool


class RefusalCode(StrEnum):
    """Why a server refuses; a code that is not known reads as BAD_REQUEST."""

    UNKNOWN_AGENT = "unknown_agent"
    VERSION = "version"
    BUSY = "busy"
    BAD_REQUEST = "bad_request"
    BAD_OPTION = "bad_option"


@dataclass(frozen=True, slots=True)
class Join:
    """The client asks for a call with an agent."""

    agent_id: str
    user_id: str
    options: Mapping[str, Option] = field(default_factory=dict)
    version: int = SIGNALING_VERSION


@dataclass(frozen=True, slots=True)
class Offer:
    """The client's session description, with all its candidates."""

    sdp: str


@dataclass(frozen=True, slots=True)
class Leave:
    """The client hangs up."""


@dataclass(frozen=True, slots=True)
class Joined:
    """The server accepted the call."""

    call_id: str
    agent_user_id: str
    ice_servers: tuple[IceServer, ...] = ()
    refuses: tuple[str, ...] = ()
    """Commands, in snake case, that the agent does not know how to do."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The server's session description, with all its candidates."""

    sdp: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The server does not accept the call; ``known_agents`` helps with an unknown one."""

    code: RefusalCode
    message: str
    known_agents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bye:
    """The server ended the call."""

    reason: str
    code: int | None = None
    """``ByeReason`` of whom it put out; None where the agent left in good order."""


ClientMessage: TypeAlias = Join | Offer | Leave
ServerMessage: TypeAlias = Joined | Answer | Refused | Bye
_Message = TypeVar("_Message")


def encode(message: ClientMessage | ServerMessage) -> str:
    """Return ``message`` as JSON text; raise ValueError when it is longer than the limit."""
    text = dump_object(_fields(message))
    size = len(text.encode())
    if size > MAX_SIGNALING:
        raise ValueError(f"a signaling message of {size} bytes; the limit is {MAX_SIGNALING}")
    return text


def decode_client(text: str | bytes) -> ClientMessage:
    """Read what a client sent; raise RemoteProtocolError on anything that is no message.

    A ``Join`` of another version is returned with that version and nothing else, so that the
    server can refuse it by name.
    """
    return _decode(text, _CLIENT_READERS)


def decode_server(text: str | bytes) -> ServerMessage:
    """Read what a server sent; raise RemoteProtocolError on anything that is no message."""
    return _decode(text, _SERVER_READERS)


def _decode(text: str | bytes, readers: Mapping[str, Callable[[JsonObject], _Message]]) -> _Message:
    message = parse_object(text, name=_NAME, limit=MAX_SIGNALING)
    read = readers.get(message.text("type", limit=MAX_ID))
    if read is None:
        raise RemoteProtocolError(f"{_NAME}: unknown type; known are {', '.join(readers)}")
    return read(message)


def _fields(message: ClientMessage | ServerMessage) -> dict[str, Any]:
    match message:
        case Join(agent_id, user_id, options, version):
            return {
                "type": "join",
                "version": version,
                "agent_id": agent_id,
                "user_id": user_id,
                "options": dict(options),
            }
        case Offer(sdp):
            return {"type": "offer", "sdp": sdp}
        case Leave():
            return {"type": "leave"}
        case Joined(call_id, agent_user_id, ice_servers, refuses):
            return {
                "type": "joined",
                "call_id": call_id,
                "agent_user_id": agent_user_id,
                "ice_servers": [_ice_server_fields(server) for server in ice_servers],
                "refuses": list(refuses),
            }
        case Answer(sdp):
            return {"type": "answer", "sdp": sdp}
        case Refused(code, text, known_agents):
            return {
                "type": "refused",
                "code": code.value,
                "message": text,
                "known_agents": list(known_agents),
            }
        case Bye(reason, code):
            return {"type": "bye", "reason": reason} | ({} if code is None else {"code": code})
        case _:
            assert_never(message)


def _ice_server_fields(server: IceServer) -> dict[str, Any]:
    fields: dict[str, Any] = {"urls": list(server.urls)}
    if server.username is not None:
        fields["username"] = server.username
    if server.credential is not None:
        fields["credential"] = server.credential.reveal()
    return fields


def _read_join(message: JsonObject) -> Join:
    version = message.integer("version", low=0)
    if version != SIGNALING_VERSION:
        return Join("", "", {}, version)
    return Join(
        message.text("agent_id", limit=MAX_ID),
        message.text("user_id", limit=MAX_ID),
        _read_options(message.nested("options")),
    )


def _read_options(fields: JsonObject) -> dict[str, Option]:
    names = fields.keys()
    if len(names) > MAX_OPTIONS:
        raise RemoteProtocolError(f"{_NAME}: {len(names)} options, the limit is {MAX_OPTIONS}")
    return {well_formed(name): _read_option(name, fields.raw(name)) for name in names}


def _read_option(name: str, value: object) -> Option:
    if len(name) > MAX_ID:
        raise RemoteProtocolError(f"{_NAME}: an option's name is longer than {MAX_ID}")
    match value:
        case bool():
            return value
        case int() if abs(value) <= MAX_INTEGER:
            return value
        case float() if math.isfinite(value):  # 1e999 is valid JSON and reads as infinity
            return value
        case str() if len(value) <= MAX_OPTION:
            return well_formed(value)
        case str():
            raise RemoteProtocolError(
                f"{_NAME}: an option has {len(value)} characters, the limit is {MAX_OPTION}"
            )
    raise RemoteProtocolError(f"{_NAME}: an option is no text, number or boolean within bounds")


def _read_joined(message: JsonObject) -> Joined:
    servers = message.items("ice_servers", limit=MAX_ICE_SERVERS)
    return Joined(
        message.text("call_id", limit=MAX_ID),
        message.text("agent_user_id", limit=MAX_ID),
        tuple(_read_ice_server(item) for item in servers),
        _read_names(message, "refuses", MAX_REFUSES),
    )


def _read_ice_server(value: object) -> IceServer:
    if not isinstance(value, dict):
        raise RemoteProtocolError(f"{_NAME}: an ICE server is not an object")
    server = JsonObject(value, f"{_NAME}: ICE server")
    urls = server.items("urls", limit=MAX_URLS)
    if not urls or not all(isinstance(url, str) and is_ice_url(url) for url in urls):
        raise RemoteProtocolError(f"{_NAME}: an ICE server's urls are not stun: or turn: URLs")
    credential = server.text("credential", "", limit=MAX_TEXT)
    return IceServer(
        tuple(urls),
        server.text("username", "", limit=MAX_TEXT) or None,
        Secret(credential) if credential else None,
    )


def _read_refused(message: JsonObject) -> Refused:
    return Refused(
        _refusal_code(message.text("code", limit=MAX_ID)),
        message.text("message", ""),
        _read_names(message, "known_agents", MAX_KNOWN_AGENTS),
    )


def _read_names(message: JsonObject, key: str, limit: int) -> tuple[str, ...]:
    names = message.items(key, limit=limit)
    if not all(isinstance(name, str) and len(name) <= MAX_ID for name in names):
        raise RemoteProtocolError(f"{_NAME}: {key} is not a list of names")
    return tuple(well_formed(name) for name in names)


def _refusal_code(text: str) -> RefusalCode:
    try:
        return RefusalCode(text)
    except ValueError:
        return RefusalCode.BAD_REQUEST


def _read_offer(message: JsonObject) -> Offer:
    return Offer(message.text("sdp", limit=MAX_SDP))


def _read_leave(_: JsonObject) -> Leave:
    return Leave()


def _read_answer(message: JsonObject) -> Answer:
    return Answer(message.text("sdp", limit=MAX_SDP))


def _read_bye(message: JsonObject) -> Bye:
    code = message.integer("code") if message.raw("code") is not None else None
    return Bye(message.text("reason", ""), code)


_CLIENT_READERS: Final[Mapping[str, Callable[[JsonObject], ClientMessage]]] = {
    "join": _read_join,
    "offer": _read_offer,
    "leave": _read_leave,
}

_SERVER_READERS: Final[Mapping[str, Callable[[JsonObject], ServerMessage]]] = {
    "joined": _read_joined,
    "answer": _read_answer,
    "refused": _read_refused,
    "bye": _read_bye,
}
