"""An agent that the cloud's API starts for a call, and stops after it."""

import logging
from dataclasses import dataclass
from typing import Any, cast

from aicall_cli.control.cloud_answer import revealed
from aicall_cli.control.cloud_api import CloudApi
from aicall_cli.control.cloud_call_operations import GENERATE_CALL, STOP_INSTANCE
from aicall_cli.errors import AicallError, RemoteProtocolError
from aicall_cli.protocol.agent_info import AgentInfo, parse_agent_info
from aicall_cli.protocol.json_object import JsonObject

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CloudStarter:
    """Starts ``agent_id`` for ``user_id`` by GenerateAIAgentCall; whatever runs is billed."""

    api: CloudApi
    agent_id: str
    user_id: str
    agent_config: str | None = None
    """The agent's settings, a JSON object."""

    async def start(self) -> AgentInfo:
        """Have the agent started; raise what ``CloudApi.call`` raises."""
        answer = await self.api.call(
            GENERATE_CALL,
            {
                "AIAgentId": self.agent_id,
                "UserId": self.user_id,
                "AgentConfig": self.agent_config,
            },
        )
        fields = cast(dict[str, Any], revealed(answer.fields))
        try:
            return parse_agent_info(
                JsonObject({**fields, "RequestId": answer.request_id}, GENERATE_CALL.action)
            )
        except RemoteProtocolError:
            if isinstance(instance := fields.get("InstanceId"), str):
                await self._stop(instance)
            raise

    async def stop(self, agent: AgentInfo) -> None:
        """Have the agent stopped; one that cannot be is told with what to do about it."""
        await self._stop(agent.instance_id)

    async def _stop(self, instance_id: str) -> None:
        try:
            await self.api.call(STOP_INSTANCE, {"InstanceId": instance_id})
        except AicallError as error:
            _log.warning(
                "the agent may still be running and billed (%s): "
                "aicall cloud instances show %s, and stop it there",
                error.message,
                instance_id,
            )
