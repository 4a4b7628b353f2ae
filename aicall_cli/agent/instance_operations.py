"""The operations that make, show, change and end instances."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from aicall_cli.agent.agent_call import AgentCall
from aicall_cli.agent.call_request import CallRequest, ChannelRequest
from aicall_cli.agent.control_error import invalid, missing, no_subscription, refusing
from aicall_cli.agent.control_plane import (
    LEFT,
    MAX_EXPIRE,
    MAX_USER_DATA,
    ControlPlane,
)
from aicall_cli.agent.instance import Instance
from aicall_cli.agent.operation import (
    Answer,
    Operation,
    connected_call,
    executing_instance,
    named_instance,
    page_of,
)
from aicall_cli.agent.parameters import Parameters
from aicall_cli.agent.requested_config import MAX_CONFIG, read_config
from aicall_cli.agent.template_config import PICTURE_WORKFLOWS, VOICE_CHAT
from aicall_cli.engine.commands import (
    Command,
    EnablePushToTalk,
    EnableVoiceInterrupt,
    SwitchVoiceId,
    UpdateAsrMaxSilence,
    UpdateLlmSystemPrompt,
    UpdateTtsSpeechRate,
)
from aicall_cli.engine.enums import LeaveReason
from aicall_cli.engine.limits import MAX_ID
from aicall_cli.protocol.token_text import MAX_TOKEN
from aicall_cli.secret import Secret

_IN_A_CALL: Final[Mapping[str, Callable[[Any], Command]]] = {
    "LlmConfig.LlmSystemPrompt": UpdateLlmSystemPrompt,
    "TtsConfig.VoiceId": SwitchVoiceId,
    "TtsConfig.SpeechRate": UpdateTtsSpeechRate,
    "AsrConfig.AsrMaxSilence": UpdateAsrMaxSilence,
    "InterruptConfig.EnableVoiceInterrupt": EnableVoiceInterrupt,
    "EnablePushToTalk": EnablePushToTalk,
}
"""What of an AgentConfig changes while the call is in progress, and the command that does it.

First what an agent may refuse: of a change that is refused nothing else is done.
"""
_VOLUME: Final = "Volume"


class InstanceOperations:
    """Makes instances and what is told of them; ``known`` has each by its name."""

    def __init__(self, plane: ControlPlane) -> None:
        self._plane = plane
        self.known: Mapping[str, Operation] = {
            "GenerateAIAgentCall": self._generate,
            "StartAIAgentInstance": self._start,
            "StopAIAgentInstance": self._stop,
            "UpdateAIAgentInstance": self._update,
            "DescribeAIAgentInstance": self._describe,
            "ListAIAgentInstance": self._list,
            "GetAIAgentConcurrency": self._count,
        }

    async def _generate(self, said: Parameters, address: str) -> Answer:
        request = _call_request(
            said, user_id=said.text("UserId"), expire=said.integer("Expire", 0, 0, MAX_EXPIRE)
        )
        instance, token = await self._plane.generate(request, address)
        return {
            "InstanceId": instance.instance_id,
            "ChannelId": instance.channel_id,
            "AIAgentUserId": instance.agent_user_id,
            "UserId": instance.user_id,
            "Token": token.encode().reveal(),
        }

    async def _start(self, said: Parameters, address: str) -> Answer:
        request = _call_request(said)
        instance = await self._plane.start(request, _channel_request(said), address)
        return {"InstanceId": instance.instance_id}

    async def _stop(self, said: Parameters, address: str) -> Answer:
        instance = named_instance(self._plane, said)
        self._plane.instances.finish(instance, self._plane.now())
        if instance.call is not None:
            instance.call.leave(LeaveReason.OTHER, LEFT)
        return {}

    async def _update(self, said: Parameters, address: str) -> Answer:
        instance = executing_instance(self._plane, said)
        change = read_config(
            said.text("AgentConfig", MAX_CONFIG), said.text("TemplateConfig", MAX_CONFIG)
        )
        user_data = said.text("UserData", MAX_USER_DATA)
        config = type(change).from_plain(_merged(instance.config.as_plain(), change.as_plain()))
        await self._plane.require_usable(config, instance.agent_id)
        if instance.call is not None:
            _update_call(connected_call(instance), change.as_dotted())
        instance.config = config
        instance.user_data = user_data or instance.user_data
        instance.modified = self._plane.now()
        return {}

    async def _describe(self, said: Parameters, address: str) -> Answer:
        return {"Instance": describe(named_instance(self._plane, said))}

    async def _list(self, said: Parameters, address: str) -> Answer:
        agent_id = said.required("AIAgentId")
        begin, end = said.time("StartTime", 0), said.time("EndTime", float("inf"))
        found = [
            describe(instance)
            for instance in self._plane.instances.listed(self._plane.now())
            if instance.agent_id == agent_id and begin <= instance.created <= end
        ]
        return {"Instances": page_of(found, said)}

    async def _count(self, said: Parameters, address: str) -> Answer:
        agent_id = said.text("AIAgentId")
        return {"ActiveCount": self._plane.instances.executing(self._plane.now(), agent_id)}


def describe(instance: Instance) -> Answer:
    """Return what is told of an instance."""
    joined = {"AgentUserId": instance.agent_user_id, "ChannelId": instance.channel_id}
    told: Answer = {
        "InstanceId": instance.instance_id,
        "Status": instance.status,
        "AgentConfig": instance.config.as_plain(),
        "RuntimeConfig": {**joined, "VoiceChat": joined},
        "SessionId": instance.session_id,
        "UserData": instance.user_data,
        "GmtCreate": _time(instance.created),
        "GmtModified": _time(instance.modified),
    }
    if instance.began is not None:
        told["CallInfo"] = {"CallStartTime": _time(instance.began)}
        if instance.ended is not None:
            told["CallInfo"]["CallEndTime"] = _time(instance.ended)
            told["CallInfo"]["CallDuration"] = round(instance.ended - instance.began)
    return told


def _call_request(said: Parameters, *, user_id: str = "", expire: int = 0) -> CallRequest:
    return CallRequest(
        agent_id=said.required("AIAgentId"),
        user_id=user_id,
        agent_config=said.text("AgentConfig", MAX_CONFIG),
        template_config=said.text("TemplateConfig", MAX_CONFIG),
        session_id=said.text("SessionId"),
        user_data=said.text("UserData", MAX_USER_DATA),
        expire=expire,
    )


def _channel_request(said: Parameters) -> ChannelRequest:
    """Read ``RuntimeConfig``, in which the channel may stand below its workflow's name."""
    name = "RuntimeConfig"
    config = said.parsed(name, MAX_CONFIG)
    for workflow in PICTURE_WORKFLOWS:
        if config.raw(workflow) is not None:
            raise no_subscription(f"{name}.{workflow}")
    with refusing(name):
        channel = config.optional(VOICE_CHAT) or config
        fields = {
            key: channel.text(key, "", limit=limit)
            for key, limit in (
                ("ChannelId", MAX_ID),
                ("AgentUserId", MAX_ID),
                ("AuthToken", MAX_TOKEN),
            )
        }
    for key, value in fields.items():
        if not value:
            raise missing(f"{name}.{key}")
    return ChannelRequest(
        channel_id=fields["ChannelId"],
        agent_user_id=fields["AgentUserId"],
        auth_token=Secret(fields["AuthToken"]),
    )


def _update_call(call: AgentCall, change: Mapping[str, Any]) -> None:
    for name in change:
        if name != _VOLUME and name not in _IN_A_CALL:
            raise invalid(f"AgentConfig.{name}", "cannot change in a call of this agent")
    for name, command in _IN_A_CALL.items():
        if name in change and (refusal := call.obey(command(change[name]))) is not None:
            raise invalid(f"AgentConfig.{name}", f"is refused: {refusal}")
    if _VOLUME in change:
        call.voice.volume = change[_VOLUME]


def _merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(old)
    for name, value in new.items():
        before = merged.get(name)
        if isinstance(before, dict) and isinstance(value, dict):
            merged[name] = _merged(before, value)
        else:
            merged[name] = value
    return merged


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
