"""What kind of agent is called, as AICallKit numbers it and as its tokens name it."""

from collections.abc import Mapping
from enum import IntEnum
from typing import Final


class AgentType(IntEnum):
    """AICallKit's ``AgentType``."""

    VOICE = 0
    AVATAR = 1
    VISION = 2
    VIDEO = 3


WORKFLOWS: Final[Mapping[str, AgentType]] = {
    "VoiceChat": AgentType.VOICE,
    "AvatarChat3D": AgentType.AVATAR,
    "VisionChat": AgentType.VISION,
    "VideoChat": AgentType.VIDEO,
}
"""The type of agent that a workflow's name stands for."""
