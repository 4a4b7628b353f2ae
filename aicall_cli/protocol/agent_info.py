"""The agent that was called for somebody: where it is, and the token to join it.

AICallKit's servers spell it in three ways, with one meaning: as ARTC does (``instanceId``), as
application servers do (``ai_agent_instance_id``) and as the OpenAPI does (``InstanceId``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from aicall_cli.engine.limits import MAX_ID
from aicall_cli.errors import RemoteProtocolError, UsageError
from aicall_cli.protocol.json_object import JsonObject
from aicall_cli.protocol.rtc_token import RtcToken, parse_rtc_token
from aicall_cli.protocol.token_text import MAX_TOKEN
from aicall_cli.secret import Secret

_NAME: Final = "agent info"
_HINT: Final = "see whether who started the agent is a server of AICallKit"
_SPELLINGS: Final = (
    ("InstanceId", "ChannelId", "AIAgentUserId", "Token", "RequestId"),
    ("ai_agent_instance_id", "channel_id", "ai_agent_user_id", "rtc_auth_token", "request_id"),
    ("instanceId", "channelId", "userId", "rtcToken", "reqId"),
)


@dataclass(frozen=True, slots=True)
class AgentInfo:
    """One instance of an agent, and how its caller joins the channel it is in."""

    instance_id: str
    channel_id: str
    agent_user_id: str
    token: Secret
    request_id: str

    @classmethod
    def from_plain(cls, fields: Mapping[str, Any]) -> "AgentInfo":
        """Read what a server answered, in whichever spelling; raise RemoteProtocolError."""
        return parse_agent_info(JsonObject(fields, _NAME))

    @property
    def rtc_token(self) -> RtcToken:
        """What the token says; RemoteProtocolError where that cannot be read."""
        try:
            return parse_rtc_token(self.token.reveal())
        except UsageError as error:
            raise RemoteProtocolError(f"{_NAME}: {error.message}", hint=_HINT) from error


def parse_agent_info(fields: JsonObject) -> AgentInfo:
    """Read agent info in whichever spelling it has; raise RemoteProtocolError for none."""
    for instance, channel, agent_user, token, request in _SPELLINGS:
        if fields.raw(instance) is not None:
            return AgentInfo(
                fields.text(instance, limit=MAX_ID),
                fields.text(channel, limit=MAX_ID),
                fields.text(agent_user, limit=MAX_ID),
                Secret(fields.text(token, limit=MAX_TOKEN)),
                fields.text(request, "", limit=MAX_ID),
            )
    raise RemoteProtocolError(f"{_NAME}: the agent's instance is missing", hint=_HINT)
