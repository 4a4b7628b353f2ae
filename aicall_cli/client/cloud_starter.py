"""An agent that the cloud's API starts for a call, and stops after it."""

import asyncio
import logging
import os
import re
from collections.abc import Callable, Mapping
from typing import Any, Self, cast

from aicall_cli.control.cloud_answer import revealed
from aicall_cli.control.cloud_api import CloudApi, log_throttled
from aicall_cli.control.cloud_call_operations import GENERATE_CALL, STOP_INSTANCE
from aicall_cli.control.cloud_credentials import KeyChain
from aicall_cli.control.cloud_endpoint import CloudEndpoint
from aicall_cli.control.cloud_error import AbsentError, CloudError, UnansweredError
from aicall_cli.control.instance_journal import Entry, InstanceJournal, RunningInstance
from aicall_cli.errors import AicallError, ConnectError, RemoteProtocolError
from aicall_cli.protocol.agent_info import AgentInfo, parse_agent_info
from aicall_cli.protocol.call_config import CallConfig, generate_call_parameters
from aicall_cli.protocol.json_object import JsonObject

_log = logging.getLogger(__name__)

_INSTANCE_NOT_FOUND = re.compile("Instance.*NotFound$")
"""An API's code; a key may be not found, too."""

_UNSEEN = "an agent may run all the same, and be billed: aicall cloud instances list"

OpenApi = Callable[[CloudEndpoint], CloudApi]
"""Returns the API at an endpoint, with the keys of whoever calls."""


class CloudStarter:
    """Starts the agent of ``config`` by GenerateAIAgentCall; whatever runs is billed.

    So it is stopped however the call ends, and what a killed command left running is stopped
    before another one is started.
    """

    def __init__(
        self,
        endpoint: CloudEndpoint,
        open_api: OpenApi,
        journal: InstanceJournal,
        config: CallConfig,
    ) -> None:
        self.endpoint = endpoint
        self._open_api = open_api
        self._journal = journal
        self._wanted = generate_call_parameters(config)
        self._entry: Entry | None = None

    @classmethod
    def of_user(
        cls, config: CallConfig, url: str | None = None, variables: Mapping[str, str] = os.environ
    ) -> Self:
        """Return a starter with this user's keys and journal, for the API at ``url``.

        Without it, and for an address of the vendor's, raise ConnectError: such an agent would
        be on a network that cannot be joined from here, and billed. ``variables`` are the
        environment's, where keys are looked for first.
        """
        endpoint = CloudEndpoint.of(config.region, url)
        if endpoint.is_vendors:
            raise ConnectError(
                f"agents of {endpoint.host} are on the vendor's own network, which cannot be "
                "joined from here; none was started",
                hint="give the --endpoint of an `aicall serve`, or use `aicall cloud`",
            )
        keys = KeyChain(variables)
        journal = InstanceJournal.of_user()

        def open_api(endpoint: CloudEndpoint) -> CloudApi:
            return CloudApi(endpoint, keys, on_throttled=log_throttled)

        return cls(endpoint, open_api, journal, config)

    async def start(self) -> AgentInfo:
        """Have the agent started; raise what ``CloudApi.call`` raises.

        A cancelled start is waited for: what it starts all the same is stopped again.
        """
        starting = asyncio.ensure_future(self._start())
        try:
            return await asyncio.shield(starting)
        except asyncio.CancelledError:
            await self._stop_unwanted(starting)
            raise

    async def stop(self, agent: AgentInfo) -> None:
        """Have the agent stopped; one that cannot be is told with what to do about it."""
        await self._stop(agent.instance_id)

    async def leave(self, agent: AgentInfo) -> None:
        """Leave it running, and out of the journal: it is not to be stopped later either."""
        entry, self._entry = self._entry, None
        if entry is not None:
            await asyncio.to_thread(entry.remove)

    async def _start(self) -> AgentInfo:
        await self._stop_left()
        try:
            answer = await self._open_api(self.endpoint).call(GENERATE_CALL, self._wanted)
        except UnansweredError as error:
            # Who does not answer may yet have done what was asked.
            hint = f"{error.hint}; {_UNSEEN}" if error.hint else _UNSEEN
            raise UnansweredError(error.message, hint=hint) from error
        fields = cast(dict[str, Any], revealed(answer.fields))
        if isinstance(instance_id := fields.get("InstanceId"), str):
            self._entry = await asyncio.to_thread(self._note, instance_id)
        try:
            return parse_agent_info(
                JsonObject({**fields, "RequestId": answer.request_id}, GENERATE_CALL.action)
            )
        except RemoteProtocolError:
            if isinstance(instance_id, str):
                await self._stop(instance_id)
            raise

    async def _stop_unwanted(self, starting: "asyncio.Future[AgentInfo]") -> None:
        try:
            agent = await starting
        except UnansweredError as error:
            _log.warning("%s; %s", error.message, _UNSEEN)
        except AicallError:
            return  # and nothing runs
        except asyncio.CancelledError:
            _log.warning(_UNSEEN)
            raise
        else:
            await self.stop(agent)

    async def _stop(self, instance_id: str) -> None:
        stopped = await self._stop_at(self.endpoint, instance_id)
        entry, self._entry = self._entry, None
        if entry is not None:
            await asyncio.to_thread(entry.remove if stopped else entry.keep)

    async def _stop_left(self) -> None:
        """Stop what commands left running that are gone."""
        for entry in await asyncio.to_thread(lambda: list(self._journal.left())):
            it = entry.instance
            stopped = await self._stop_at(it.endpoint, it.instance_id)
            if stopped:
                _log.warning("agent %s, which an earlier command left, is stopped", it.instance_id)
            await asyncio.to_thread(entry.remove if stopped else entry.keep)

    async def _stop_at(self, endpoint: CloudEndpoint, instance_id: str) -> bool:
        try:
            await self._open_api(endpoint).call(STOP_INSTANCE, {"InstanceId": instance_id})
        except AicallError as error:
            if _is_gone(error, endpoint):
                return True
            _log.warning(
                "agent %s may still be running and billed (%s); "
                "stop it with aicall cloud instances stop",
                instance_id,
                error.message,
            )
            return False
        return True

    def _note(self, instance_id: str) -> Entry | None:
        try:
            return self._journal.enter(RunningInstance(instance_id, self.endpoint))
        except OSError as error:
            _log.warning("agent %s is not in the journal (%s)", instance_id, error.strerror)
            return None


def _is_gone(error: AicallError, endpoint: CloudEndpoint) -> bool:
    """Whether an agent that could not be stopped does not run any more."""
    if isinstance(error, CloudError):
        return _INSTANCE_NOT_FOUND.search(error.code) is not None
    # A server of this machine takes its agents with it.
    return isinstance(error, AbsentError) and endpoint.is_loopback
