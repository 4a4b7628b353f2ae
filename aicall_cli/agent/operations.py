"""The operations of the OpenAPI that a built-in agent can do, by name.

What it cannot do, telephones and pictures, it refuses: an answer is never made up. The names
of parameters and answers are those of version 2020-11-09.
"""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

from aicall_cli.agent.agent_call import AgentCall
from aicall_cli.agent.control_error import ControlError, invalid
from aicall_cli.agent.control_plane import (
    LEFT,
    MAX_EXPIRE,
    MAX_USER_DATA,
    CallRequest,
    ControlPlane,
)
from aicall_cli.agent.instance import Instance
from aicall_cli.agent.parameters import Parameters
from aicall_cli.agent.requested_config import MAX_CONFIG, read_config
from aicall_cli.engine.commands import (
    Command,
    EnablePushToTalk,
    EnableVoiceInterrupt,
    SendText,
    SwitchVoiceId,
    UpdateAsrMaxSilence,
    UpdateLlmSystemPrompt,
    UpdateTtsSpeechRate,
)
from aicall_cli.engine.enums import LeaveReason
from aicall_cli.engine.events import CustomMessageReceived
from aicall_cli.errors import RemoteProtocolError
from aicall_cli.protocol.json_object import JsonObject

MAX_SPEECH: Final = 1024
MAX_MESSAGE: Final = 8192
MAX_PAGE: Final = 100
_MAX_TIME_MS: Final = 253_402_300_799_000
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
_NOT_OURS: Final = (
    "ActiveAiRtcLicense",
    "ClearAIAgentVoiceprint",
    "DeleteAIAgentDialogue",
    "ForwardAIAgentCall",
    "GenerateMessageChatToken",
    "ListAIAgentPhoneNumber",
    "ListAIAgentVoiceprints",
    "SetAIAgentVoiceprint",
    "StartAIAgentInstance",
    "StartAIAgentOutboundCall",
    "SubmitAIAgentVideoAuditTask",
)
"""Operations of the same version that need what this server does not have."""

Answer: TypeAlias = dict[str, Any]
_Operation: TypeAlias = Callable[[Parameters, str], Awaitable[Answer]]


class Operations:
    """Runs operations on one server's instances."""

    def __init__(self, plane: ControlPlane) -> None:
        self._plane = plane
        self._known: Mapping[str, _Operation] = {
            "GenerateAIAgentCall": self._generate,
            "StopAIAgentInstance": self._stop,
            "UpdateAIAgentInstance": self._update,
            "DescribeAIAgentInstance": self._describe,
            "ListAIAgentInstance": self._list,
            "GetAIAgentConcurrency": self._count,
            "TakeoverAIAgentCall": self._take_over,
            "SendAIAgentSpeech": self._speak,
            "SendAIAgentText": self._send_text,
            "SendAIAgentDataChannelMessage": self._send_message,
            "ListAIAgentDialogues": self._list_dialogues,
        }

    async def run(self, action: str, parameters: Mapping[str, str], address: str) -> Answer:
        """Do what is asked for; raise ControlError. ``address`` is where callers find us."""
        operation = self._known.get(action)
        if operation is None and action in _NOT_OURS:
            raise ControlError("UnsupportedOperation", f"A built-in agent cannot do {action}.")
        if operation is None:
            raise ControlError(
                "InvalidAction.NotFound",
                "Specified api is not found, please check your url and method.",
                404,
            )
        return await operation(Parameters(parameters), address)

    async def _generate(self, said: Parameters, address: str) -> Answer:
        request = CallRequest(
            agent_id=said.required("AIAgentId"),
            user_id=said.text("UserId"),
            agent_config=said.text("AgentConfig", MAX_CONFIG),
            template_config=said.text("TemplateConfig", MAX_CONFIG),
            session_id=said.text("SessionId"),
            user_data=said.text("UserData", MAX_USER_DATA),
            expire=said.integer("Expire", 0, 0, MAX_EXPIRE),
        )
        instance, token = await self._plane.generate(request, address)
        return {
            "InstanceId": instance.instance_id,
            "ChannelId": instance.channel_id,
            "AIAgentUserId": instance.agent_user_id,
            "UserId": instance.user_id,
            "Token": token.encode().reveal(),
        }

    async def _stop(self, said: Parameters, address: str) -> Answer:
        instance = self._instance(said)
        self._plane.instances.finish(instance, self._plane.now())
        if instance.call is not None:
            instance.call.leave(LeaveReason.OTHER, LEFT)
        return {}

    async def _update(self, said: Parameters, address: str) -> Answer:
        instance = self._executing(said)
        change = read_config(
            said.text("AgentConfig", MAX_CONFIG), said.text("TemplateConfig", MAX_CONFIG)
        )
        user_data = said.text("UserData", MAX_USER_DATA)
        config = type(change).from_plain(_merged(instance.config.as_plain(), change.as_plain()))
        await self._plane.require_usable(config, instance.agent_id)
        if instance.call is not None:
            _update_call(_connected(instance), change.as_dotted())
        instance.config = config
        instance.user_data = user_data or instance.user_data
        instance.modified = self._plane.now()
        return {}

    async def _describe(self, said: Parameters, address: str) -> Answer:
        return {"Instance": describe(self._instance(said))}

    async def _list(self, said: Parameters, address: str) -> Answer:
        agent_id = said.required("AIAgentId")
        begin, end = said.time("StartTime", 0), said.time("EndTime", float("inf"))
        found = [
            describe(instance)
            for instance in self._plane.instances.listed(self._plane.now())
            if instance.agent_id == agent_id and begin <= instance.created <= end
        ]
        return {"Instances": _page(found, said)}

    async def _count(self, said: Parameters, address: str) -> Answer:
        agent_id = said.text("AIAgentId")
        return {"ActiveCount": self._plane.instances.executing(self._plane.now(), agent_id)}

    async def _take_over(self, said: Parameters, address: str) -> Answer:
        instance = self._executing(said)
        _connected(instance)
        user_id = said.text("HumanAgentUserId") or f"human-{secrets.token_hex(8)}"
        wants_token = said.truth("RequireToken", False)
        token = self._plane.invite(instance, user_id)
        told = {"ChannelId": instance.channel_id, "HumanAgentUserId": user_id}
        return {**told, "Token": token.encode().reveal()} if wants_token else told

    async def _speak(self, said: Parameters, address: str) -> Answer:
        instance = self._executing(said)
        text = said.required("Text", MAX_SPEECH)
        if said.text("Type") not in ("", "Text"):
            raise invalid("Type", "must be Text: a built-in agent plays no addresses")
        interrupt = said.truth("EnableInterrupt", True)
        call = _connected(instance)
        if not call.speaks:
            raise ControlError(
                "UnsupportedOperation", f"The agent {instance.agent_id} has no voice of its own."
            )
        sentence_id = call.broadcast(text, interrupt)
        if sentence_id is None:
            raise ControlError("Throttling.User", "Too much waits to be said already.", 429)
        instance.dialogues.broadcast(sentence_id)
        return {}

    async def _send_text(self, said: Parameters, address: str) -> Answer:
        instance = self._executing(said)
        text = said.required("Text", MAX_MESSAGE)
        refusal = _connected(instance).obey(SendText(text))
        if refusal is not None:
            raise invalid("Text", f"is refused: {refusal}")
        return {}

    async def _send_message(self, said: Parameters, address: str) -> Answer:
        instance = self._executing(said)
        text = said.required("Message", MAX_MESSAGE)
        try:
            message = JsonObject({"Message": text}, "SendAIAgentDataChannelMessage").parsed(
                "Message"
            )
        except RemoteProtocolError as error:
            raise invalid("Message", "is no JSON") from error
        _connected(instance).publish(CustomMessageReceived(message))
        return {}

    async def _list_dialogues(self, said: Parameters, address: str) -> Answer:
        session_id = said.required("SessionId")
        begin = said.integer("StartTime", None, 0, _MAX_TIME_MS)
        end = said.integer("EndTime", None, 0, _MAX_TIME_MS)
        order = said.text("Order") or "asc"
        if order.lower() not in ("asc", "desc"):
            raise invalid("Order", "is neither asc nor desc")
        found = [
            dialogue.fields()
            for instance in self._plane.instances.listed(self._plane.now())
            if instance.session_id == session_id
            for dialogue in instance.dialogues.dialogues
        ]
        found = [each for each in found if begin <= each["Time"] <= end]
        found.sort(key=lambda each: each["Time"], reverse=order.lower() == "desc")
        return {"Dialogues": _page(found, said)}

    def _instance(self, said: Parameters) -> Instance:
        return self._plane.instances.find(said.required("InstanceId"), self._plane.now())

    def _executing(self, said: Parameters) -> Instance:
        instance = self._instance(said)
        if instance.finished:
            raise ControlError("InstanceFinished", "The instance is over.")
        return instance


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


def _connected(instance: Instance) -> AgentCall:
    if instance.call is None or not instance.call.connection.connected:
        raise ControlError("InstanceNotConnected", "The instance's user has not joined it.")
    return instance.call


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


def _page(found: list[Answer], said: Parameters) -> list[Answer]:
    number = said.integer("PageNumber", 1, 1, MAX_PAGE)
    size = said.integer("PageSize", 10, 1, MAX_PAGE)
    return found[(number - 1) * size : number * size]


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
