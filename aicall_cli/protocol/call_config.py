"""AICallKit's AICallConfig: what a call is started with when the client starts it.

As a file it is written like an AgentConfig, which it holds: in PascalCase, unset fields left
out. What of it travels is ``generate_call_parameters``.
"""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Final

from aicall_cli.engine.limits import MAX_ID
from aicall_cli.errors import UsageError
from aicall_cli.protocol.agent_config import AgentConfig
from aicall_cli.protocol.agent_type import AgentType
from aicall_cli.protocol.config_group import ConfigGroup
from aicall_cli.protocol.config_setting import setting
from aicall_cli.protocol.json_object import dump_object
from aicall_cli.secret import Secret

EXPIRE_SECONDS: Final = 86_400
"""How long the vendor's clients let a call's token live."""


class AudioProfile(IntEnum):
    """ARTC's audio qualities; all but the stereo ones are mono."""

    LOW_QUALITY = 0x0000
    """8 kHz."""
    BASIC = 0x0001
    """16 kHz."""
    HIGH = 0x0010
    """48 kHz, 64 kbit/s."""
    STEREO_HIGH = 0x0011
    SUPER_HIGH = 0x0012
    STEREO_SUPER_HIGH = 0x0013


class AudioScenario(IntEnum):
    """ARTC's audio scenarios."""

    DEFAULT = 0x0000
    EDUCATION = 0x0100
    MEDIA = 0x0200
    MUSIC = 0x0300
    CHATROOM = 0x0400
    KTV = 0x0500


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioConfig(ConfigGroup):
    """How the caller's audio is sent."""

    audio_profile: AudioProfile | None = setting(default=AudioProfile.BASIC)
    audio_scenario: AudioScenario | None = setting(default=AudioScenario.DEFAULT)
    ignore_set_audio_profile: bool | None = setting(default=False)
    """Whether both are left to the application."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PushToTalkConfig(ConfigGroup):
    """What happens when the talk key is let go."""

    close_microphone_on_release: bool | None = setting(default=False)
    """Whether the microphone is stopped rather than muted."""
    push_video_on_release: bool | None = setting(default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatSyncConfig(ConfigGroup):
    """The chat into which what is said is written."""

    session_id: str | None = setting()
    agent_id: str | None = setting(identifier=True)
    receiver_id: str | None = setting(identifier=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallConfig(ConfigGroup):
    """One call that a client starts; ``AgentId``, ``Region`` and ``UserId`` are needed for it."""

    agent_id: str | None = setting(limit=MAX_ID)
    agent_type: AgentType | None = setting(default=AgentType.VOICE)
    agent_user_id: str | None = setting(identifier=True)
    """The agent's own id in the channel."""
    region: str | None = setting(identifier=True)
    user_id: str | None = setting(identifier=True)
    user_join_token: Secret | None = setting()
    user_data: str | None = setting()
    template_config: str | None = setting(json=True)
    """The older form of AgentConfig, by workflow; deprecated."""
    agent_config: AgentConfig = field(default_factory=AgentConfig)
    chat_sync_config: ChatSyncConfig = field(default_factory=ChatSyncConfig)
    push_to_talk_config: PushToTalkConfig = field(default_factory=PushToTalkConfig)
    audio_config: AudioConfig = field(default_factory=AudioConfig)
    enable_audio_delay_info: bool | None = setting(default=False)


def generate_call_parameters(
    config: CallConfig, *, expire: int = EXPIRE_SECONDS
) -> dict[str, str | int]:
    """Return the parameters of ``GenerateAIAgentCall``: objects are JSON in texts.

    ``expire`` is how many seconds the call's token lives. Raises UsageError when it is not
    said which agent is called, and where an id for the agent is: the operation has none.
    """
    if config.agent_id is None:
        raise UsageError("AgentId is missing: which agent is called?", hint="set AgentId")
    if config.agent_user_id is not None:
        raise UsageError(
            "AgentUserId cannot be chosen for an agent that the API starts",
            hint="leave it out: who starts the agent says who it is",
        )
    chat = config.chat_sync_config
    chat_sync = {"IMAIAgentId": chat.agent_id, "ReceiverId": chat.receiver_id}
    parameters: dict[str, str | int | None] = {
        "AIAgentId": config.agent_id,
        "UserId": config.user_id,
        "Expire": expire,
        "TemplateConfig": config.template_config,
        "AgentConfig": _json(config.agent_config.as_plain()),
        "UserData": config.user_data,
        "SessionId": chat.session_id,
        "ChatSyncConfig": _json({key: it for key, it in chat_sync.items() if it is not None}),
    }
    return {name: value for name, value in parameters.items() if value is not None}


def _json(plain: dict[str, Any]) -> str | None:
    """Return an object as JSON; None for one that says nothing."""
    return dump_object(plain) if plain else None
