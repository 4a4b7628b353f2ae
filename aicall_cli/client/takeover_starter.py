"""The place beside a running agent, for a person who takes its call over."""

import os
from collections.abc import Mapping
from typing import Any, Self, cast

from aicall_cli.control.cloud_answer import revealed
from aicall_cli.control.cloud_api import CloudApi, log_throttled
from aicall_cli.control.cloud_call_operations import TAKEOVER_CALL
from aicall_cli.control.cloud_credentials import KeyChain
from aicall_cli.control.cloud_endpoint import CloudEndpoint
from aicall_cli.errors import ConnectError
from aicall_cli.protocol.agent_info import AgentInfo
from aicall_cli.protocol.json_object import JsonObject
from aicall_cli.protocol.token_text import MAX_TOKEN
from aicall_cli.secret import Secret


class TakeoverStarter:
    """Starts nothing: the agent runs already, and leaves when the person does.

    ``user_id`` is the person's; without it the API makes one up.
    """

    def __init__(self, api: CloudApi, instance_id: str, user_id: str | None = None) -> None:
        self._api = api
        self._instance_id = instance_id
        self._user_id = user_id

    @classmethod
    def of_user(
        cls,
        endpoint: CloudEndpoint,
        instance_id: str,
        user_id: str | None = None,
        variables: Mapping[str, str] = os.environ,
    ) -> Self:
        """Return a starter with this user's keys; raise ConnectError for the vendor's network.

        ``variables`` are the environment's, where keys are looked for first.
        """
        if endpoint.is_vendors:
            raise ConnectError(
                f"calls of {endpoint.host} are on the vendor's own network, which cannot be "
                "joined from here; nothing was taken over",
                hint="give the --endpoint of an `aicall serve`, or use `aicall cloud takeover`",
            )
        api = CloudApi(endpoint, KeyChain(variables), on_throttled=log_throttled)
        return cls(api, instance_id, user_id)

    async def start(self) -> AgentInfo:
        """Ask for a place in the call; raise what ``CloudApi.call`` raises."""
        wanted = {
            "InstanceId": self._instance_id,
            "HumanAgentUserId": self._user_id,
            "RequireToken": True,
        }
        answer = await self._api.call(TAKEOVER_CALL, wanted)
        fields = JsonObject(cast(dict[str, Any], revealed(answer.fields)), TAKEOVER_CALL.action)
        return AgentInfo(
            instance_id=self._instance_id,
            channel_id=fields.text("ChannelId"),
            agent_user_id="",
            token=Secret(fields.text("Token", limit=MAX_TOKEN)),
            request_id=answer.request_id,
        )

    async def stop(self, agent: AgentInfo) -> None:
        """Do nothing: the agent leaves when the person is gone."""

    async def leave(self, agent: AgentInfo) -> None:
        """Do nothing: the agent leaves when the person is gone."""
