"""The operations on an instance's call while it is in progress."""

import secrets
from collections.abc import Mapping
from typing import Final

from aicall_cli.agent.control_error import ControlError, invalid
from aicall_cli.agent.control_plane import ControlPlane
from aicall_cli.agent.operation import Answer, Operation, connected_call, executing_instance
from aicall_cli.agent.parameters import Parameters
from aicall_cli.engine.commands import SendText
from aicall_cli.engine.events import CustomMessageReceived
from aicall_cli.errors import RemoteProtocolError
from aicall_cli.protocol.json_object import JsonObject

MAX_SPEECH: Final = 1024
MAX_MESSAGE: Final = 8192


class CallOperations:
    """Speaks, types, tells and takes over; ``known`` has each by its name."""

    def __init__(self, plane: ControlPlane) -> None:
        self._plane = plane
        self.known: Mapping[str, Operation] = {
            "SendAIAgentSpeech": self._speak,
            "SendAIAgentText": self._send_text,
            "SendAIAgentDataChannelMessage": self._send_message,
            "TakeoverAIAgentCall": self._take_over,
        }

    async def _speak(self, said: Parameters, address: str) -> Answer:
        instance = executing_instance(self._plane, said)
        text = said.required("Text", MAX_SPEECH)
        if said.text("Type") not in ("", "Text"):
            raise invalid("Type", "must be Text: a built-in agent plays no addresses")
        interrupt = said.truth("EnableInterrupt", True)
        call = connected_call(instance)
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
        instance = executing_instance(self._plane, said)
        text = said.required("Text", MAX_MESSAGE)
        refusal = connected_call(instance).obey(SendText(text))
        if refusal is not None:
            raise invalid("Text", f"is refused: {refusal}")
        return {}

    async def _send_message(self, said: Parameters, address: str) -> Answer:
        instance = executing_instance(self._plane, said)
        text = said.required("Message", MAX_MESSAGE)
        try:
            message = JsonObject({"Message": text}, "SendAIAgentDataChannelMessage").parsed(
                "Message"
            )
        except RemoteProtocolError as error:
            raise invalid("Message", "is no JSON") from error
        connected_call(instance).publish(CustomMessageReceived(message))
        return {}

    async def _take_over(self, said: Parameters, address: str) -> Answer:
        instance = executing_instance(self._plane, said)
        connected_call(instance)
        user_id = said.text("HumanAgentUserId") or f"human-{secrets.token_hex(8)}"
        wants_token = said.truth("RequireToken", False)
        token = self._plane.invite(instance, user_id)
        told = {"ChannelId": instance.channel_id, "HumanAgentUserId": user_id}
        return {**told, "Token": token.encode().reveal()} if wants_token else told
