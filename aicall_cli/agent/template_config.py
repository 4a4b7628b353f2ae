"""The older form of AgentConfig: flat settings below the name of a workflow.

``{"VoiceChat": {"VoiceId": "…", "AsrMaxSilence": 400}}`` is what callers sent before there was
an AgentConfig, and still may. The names are those of ``AIAgentTemplateConfig`` (API 2020-11-09).
"""

import logging
from collections.abc import Mapping
from typing import Any, Final

from aicall_cli.agent.control_error import invalid, no_subscription
from aicall_cli.text import escape

VOICE_CHAT: Final = "VoiceChat"
PICTURE_WORKFLOWS: Final = ("AvatarChat3D", "VideoChat", "VisionChat")
"""Workflows of agents that are seen, or that see."""

_TOP: Final = (
    "AvatarUrl",
    "AvatarUrlType",
    "EnableIntelligentSegment",
    "EnablePushToTalk",
    "GracefulShutdown",
    "Greeting",
    "MaxIdleTime",
    "UserOfflineTimeout",
    "UserOnlineTimeout",
    "Volume",
    "WakeUpQuery",
    "WorkflowOverrideParams",
)
_GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "AsrConfig": ("AsrHotWords", "AsrLanguageId", "AsrMaxSilence", "VadLevel"),
    "InterruptConfig": ("EnableVoiceInterrupt", "InterruptWords"),
    "LlmConfig": ("BailianAppParams", "LlmHistory", "LlmHistoryLimit", "LlmSystemPrompt"),
    "TtsConfig": ("VoiceId", "VoiceIdList"),
    "VoiceprintConfig": ("UseVoiceprint", "VoiceprintId"),
}
"""Which group of an AgentConfig has the settings that do not stand at its top."""
_GROUP_OF: Final = {name: group for group, names in _GROUPS.items() for name in names}
_SHOWN: Final = 40
_log = logging.getLogger(__name__)


def as_agent_config(template: Mapping[str, Any]) -> dict[str, Any]:
    """Return the plain AgentConfig that a plain TemplateConfig amounts to.

    What has no place there is ignored, and its name logged. Raises ControlError for a workflow
    with a picture.
    """
    said = {name: value for name, value in template.items() if value is not None}
    for workflow in PICTURE_WORKFLOWS:
        if workflow in said:
            raise no_subscription(f"TemplateConfig.{workflow}")
    flat = said.pop(VOICE_CHAT, {})
    if not isinstance(flat, Mapping):
        raise invalid(f"TemplateConfig.{VOICE_CHAT}", "is no JSON object")
    config: dict[str, Any] = {}
    unknown = list(said)
    for name, value in flat.items():
        if name in _TOP:
            config[name] = value
        elif name in _GROUP_OF:
            config.setdefault(_GROUP_OF[name], {})[name] = value
        else:
            unknown.append(name)
    if unknown:
        names = ", ".join(escape(name, limit=_SHOWN) for name in unknown)
        _log.warning("of a TemplateConfig is ignored: %s", names)
    return config
