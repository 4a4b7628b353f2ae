"""The operations on what was said."""

from aicall_cli.agent.operations import Operations
from aicall_cli.engine.events import (
    AgentSubtitleReceived,
    UserSubtitleReceived,
)
from tests.agent.planes import ADDRESS, TestPlane, refused

ALWAYS = {"StartTime": "0", "EndTime": "253402300799000"}


async def test_a_dialogue_is_deleted_and_rounds_are_counted() -> None:
    plane = TestPlane()
    operations = Operations(plane)
    instance = await plane.made()
    for number, text in enumerate(("one", "two", "three"), 1):
        plane.time += 1
        instance.dialogues.note(UserSubtitleReceived(text, True, number), plane.time)
        instance.dialogues.note(AgentSubtitleReceived(text, True, number), plane.time)
    session = {"SessionId": instance.session_id}

    async def listed(**said: str) -> list[str]:
        wanted = {**session, **ALWAYS, **said}
        answer = await operations.run("ListAIAgentDialogues", wanted, ADDRESS)
        return [each["Text"] for each in answer["Dialogues"]]

    assert await listed(RoundLimit="1") == ["three", "three"]
    assert await listed(RoundLimit="2", Order="DESC") == ["three", "three", "two", "two"]
    one = {**session, "DialogueId": instance.dialogues.dialogues[0].dialogue_id}
    error = await refused(operations.run("DeleteAIAgentDialogue", {**one, "NodeId": "n"}, ADDRESS))
    assert error.code == "InvalidParameter"
    assert await operations.run("DeleteAIAgentDialogue", one, ADDRESS) == {}
    assert await listed() == ["one", "two", "two", "three", "three"]
    again = await refused(operations.run("DeleteAIAgentDialogue", one, ADDRESS))
    assert (again.code, again.status) == ("DialogueNotFound", 404)
