"""The agent that stands in for one with a picture: there is none, and it says so."""

from aicall_cli.agent.base import Conversation
from aicall_cli.agent.echo import EchoAgent
from aicall_cli.engine.enums import AgentErrorCode
from aicall_cli.text import escape

_SHOWN = 80


class NoPictureAgent(EchoAgent):
    """Fails as soon as it can be told why, as an agent whose avatar does not come about."""

    def __init__(self, conversation: Conversation, picture: str) -> None:
        """``picture`` names the setting that asks for one."""
        super().__init__(conversation)
        self._picture = escape(picture, limit=_SHOWN)

    def call_begun(self) -> None:
        """Fail."""
        self._conversation.fail(
            AgentErrorCode.AVATAR_SERVICE_FAILED,
            f"{self._picture} asks for a picture; the built-in agents are only heard",
        )
