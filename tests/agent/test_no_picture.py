from aicall_cli.agent.no_picture import NoPictureAgent
from aicall_cli.engine.events import AgentErrorOccurred
from tests.agent.conversation import FakeConversation


async def test_an_agent_that_is_asked_for_a_picture_fails_and_says_why() -> None:
    conversation = FakeConversation()
    NoPictureAgent(conversation, "AvatarConfig.AvatarId").call_begun()
    assert conversation.did[0] == AgentErrorOccurred(4006)
