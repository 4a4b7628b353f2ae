"""AICallKit's share token, the "experience token": an agent to call without a cloud account.

URL-encoded base64 of a JSON object with ``TemporaryAIAgentId``, ``WorkflowType``,
``ExpireTime`` (UTC) and, where they are needed, ``Name``, ``Region``, ``TemplateConfig`` and
``UserData``. It is not signed: only the server knows whether the agent is there.
"""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from aicall_cli.engine.limits import MAX_ID
from aicall_cli.errors import RemoteProtocolError, UsageError
from aicall_cli.protocol.agent_type import WORKFLOWS, AgentType
from aicall_cli.protocol.expiry import Expiry
from aicall_cli.protocol.json_object import JsonObject
from aicall_cli.protocol.token_text import MAX_TOKEN, read_token, required_text, write_token
from aicall_cli.secret import Secret

_NAME: Final = "share token"
# It becomes a part of a host's name.
_REGION: Final = re.compile(r"[0-9a-z]+(?:-[0-9a-z]+)*", re.ASCII)
_MAX_REGION: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareToken:
    """What a share token says."""

    agent_id: Secret
    """The temporary agent; whoever knows the id can call, so it is kept as a secret is."""
    workflow: str
    """What kind of agent it is, in the vendor's words."""
    expiry: Expiry
    name: str | None = None
    region: str | None = None
    template_config: str | None = None
    """The agent's settings as JSON, for whoever starts the call."""
    user_data: str | None = None
    """What the agent is to be told, for whoever starts the call."""

    @property
    def agent_type(self) -> AgentType | None:
        """The type of agent; None for a workflow that is not known here."""
        return WORKFLOWS.get(self.workflow)

    def verify(self, now: float) -> None:
        """Raise UsageError for a token that is expired at ``now``, Unix time."""
        if self.expiry.is_past(now):
            raise UsageError(
                f"the share token expired at {self.expiry} UTC",
                hint="ask for a new one where it came from",
            )

    def encode(self) -> Secret:
        """Return the token as it is handed on."""
        fields = {
            "TemporaryAIAgentId": self.agent_id.reveal(),
            "Name": self.name,
            "WorkflowType": self.workflow,
            "ExpireTime": str(self.expiry),
            "TemplateConfig": self.template_config,
            "Region": self.region,
            "UserData": self.user_data,
        }
        said = {key: value for key, value in fields.items() if value is not None}
        return Secret(quote(write_token(said), safe=""))


def parse_share_token(text: str) -> ShareToken:
    """Read a share token, an expired one too.

    Raises UsageError, which repeats nothing of it, for what is none.
    """
    return read_token(text, _read, name=_NAME, foreign="`aicall token show` reads RTC tokens")


def _read(fields: JsonObject) -> ShareToken:
    return ShareToken(
        agent_id=Secret(required_text(fields, "TemporaryAIAgentId", name=_NAME)),
        workflow=required_text(fields, "WorkflowType", name=_NAME),
        expiry=_expiry(fields),
        name=fields.text("Name", "", limit=MAX_ID) or None,
        region=_region(fields),
        template_config=fields.text("TemplateConfig", "", limit=MAX_TOKEN) or None,
        user_data=fields.text("UserData", "", limit=MAX_TOKEN) or None,
    )


def _expiry(fields: JsonObject) -> Expiry:
    try:
        return Expiry.parse(required_text(fields, "ExpireTime", name=_NAME))
    except ValueError:
        raise RemoteProtocolError(
            f"{_NAME}: ExpireTime is not written as yyyy-MM-dd HH:mm:ss"
        ) from None


def _region(fields: JsonObject) -> str | None:
    region = fields.text("Region", "", limit=_MAX_REGION)
    if region and not _REGION.fullmatch(region):
        raise RemoteProtocolError(f"{_NAME}: Region is not written as cn-shanghai is")
    return region or None
