"""The operations on what was said in a session."""

from collections.abc import Mapping
from typing import Final

from aicall_cli.agent.control_error import ControlError, invalid
from aicall_cli.agent.control_plane import ControlPlane
from aicall_cli.agent.dialogue_log import DialogueLog
from aicall_cli.agent.operation import Answer, Operation, page_of
from aicall_cli.agent.parameters import Parameters

MAX_ROUNDS: Final = 10_000
_MAX_TIME_MS: Final = 253_402_300_799_000


class DialogueOperations:
    """Lists and deletes; ``known`` has each by its name."""

    def __init__(self, plane: ControlPlane) -> None:
        self._plane = plane
        self.known: Mapping[str, Operation] = {
            "ListAIAgentDialogues": self._list,
            "DeleteAIAgentDialogue": self._delete,
        }

    async def _list(self, said: Parameters, address: str) -> Answer:
        session_id = said.required("SessionId")
        begin = said.integer("StartTime", None, 0, _MAX_TIME_MS)
        end = said.integer("EndTime", None, 0, _MAX_TIME_MS)
        rounds = said.integer("RoundLimit", MAX_ROUNDS, 1, MAX_ROUNDS)
        order = said.text("Order") or "asc"
        if order.lower() not in ("asc", "desc"):
            raise invalid("Order", "is neither asc nor desc")
        found = [dialogue.fields() for log in self._logs(session_id) for dialogue in log.dialogues]
        found = [each for each in found if begin <= each["Time"] <= end]
        found.sort(key=lambda each: each["Time"])
        latest = list(dict.fromkeys(each["RoundId"] for each in reversed(found)))[:rounds]
        found = [each for each in found if each["RoundId"] in latest]
        if order.lower() == "desc":
            found.reverse()
        return {"Dialogues": page_of(found, said)}

    async def _delete(self, said: Parameters, address: str) -> Answer:
        session_id = said.required("SessionId")
        dialogue_id = said.required("DialogueId")
        if said.text("NodeId"):
            raise invalid("NodeId", "names nothing: the agents of this server have no workflow")
        if not any(log.delete(dialogue_id) for log in self._logs(session_id)):
            raise ControlError("DialogueNotFound", "The session has no such dialogue.", 404)
        return {}

    def _logs(self, session_id: str) -> list[DialogueLog]:
        instances = self._plane.instances.listed(self._plane.now())
        return [each.dialogues for each in instances if each.session_id == session_id]
