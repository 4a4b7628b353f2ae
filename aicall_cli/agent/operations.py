"""The operations of the OpenAPI that a built-in agent can do, by name.

What it cannot do, it refuses: an answer is never made up. The names of parameters and answers
are those of version 2020-11-09.
"""

from collections.abc import Mapping
from typing import Final

from aicall_cli.agent.call_operations import CallOperations
from aicall_cli.agent.control_error import ControlError
from aicall_cli.agent.control_plane import ControlPlane
from aicall_cli.agent.dialogue_operations import DialogueOperations
from aicall_cli.agent.instance_operations import InstanceOperations
from aicall_cli.agent.operation import Answer, Operation
from aicall_cli.agent.parameters import Parameters

NOT_OURS: Final[Mapping[str, str]] = {
    "ActiveAiRtcLicense": "licenses are for the vendor's devices",
    "ClearAIAgentVoiceprint": "the agents of this server know no voice again",
    "ForwardAIAgentCall": "this server has no telephone",
    "GenerateMessageChatToken": "the agents of this server are called, and do not chat",
    "ListAIAgentPhoneNumber": "this server has no telephone",
    "ListAIAgentVoiceprints": "the agents of this server know no voice again",
    "SetAIAgentVoiceprint": "the agents of this server know no voice again",
    "StartAIAgentOutboundCall": "this server has no telephone",
    "SubmitAIAgentVideoAuditTask": "the agents of this server see nothing",
}
"""Operations of the same version that need what this server does not have, and what that is."""


class Operations:
    """Runs operations on one server's instances."""

    def __init__(self, plane: ControlPlane) -> None:
        self._known: Mapping[str, Operation] = {
            **InstanceOperations(plane).known,
            **CallOperations(plane).known,
            **DialogueOperations(plane).known,
        }

    async def run(self, action: str, parameters: Mapping[str, str], address: str) -> Answer:
        """Do what is asked for; raise ControlError. ``address`` is where callers find us."""
        operation = self._known.get(action)
        if operation is None and action in NOT_OURS:
            why = NOT_OURS[action]
            raise ControlError("UnsupportedOperation", f"{action} cannot be done: {why}.")
        if operation is None:
            raise ControlError(
                "InvalidAction.NotFound",
                "Specified api is not found, please check your url and method.",
                404,
            )
        return await operation(Parameters(parameters), address)
