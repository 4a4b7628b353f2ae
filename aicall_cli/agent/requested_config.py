"""The settings of an agent that a request to the control plane asks for."""

from collections.abc import Mapping
from typing import Any, Final

from aicall_cli.agent.control_error import ControlError, refusing
from aicall_cli.agent.template_config import as_agent_config
from aicall_cli.protocol.agent_config import AgentConfig
from aicall_cli.protocol.config_text import parse_json

MAX_CONFIG: Final = 64 * 1024
"""Characters of an AgentConfig, or of a TemplateConfig."""


def read_config(agent_config: str, template_config: str) -> AgentConfig:
    """Read what a request says of the agent; raise ControlError.

    A TemplateConfig, the form that AgentConfig replaced, counts only while that says nothing.
    """
    if agent_config.strip():
        said = _read("AgentConfig", agent_config)
        with refusing("AgentConfig"):
            return AgentConfig.from_plain(said)
    if template_config.strip():
        said = as_agent_config(_read("TemplateConfig", template_config))
        with refusing("TemplateConfig"):
            return AgentConfig.from_plain(said)
    return AgentConfig()


def _read(name: str, text: str) -> Mapping[str, Any]:
    with refusing(name):
        said = parse_json(text, name)
    if not isinstance(said, dict):
        raise ControlError("InvalidParameter", f"{name} is no JSON object.")
    return said
