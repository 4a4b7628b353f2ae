"""What of AICallKit's AgentConfig the built-in agents honour, as a table."""

from collections.abc import Iterator

from aicall_cli.backends.builtin_agent_config import _OF_ALL, _OF_ASSISTANT, _asks
from aicall_cli.protocol.agent_config import AgentConfig
from aicall_cli.protocol.config_group import dotted_names
from tests.parity.markdown import folded, markdown_table

_INTRO = (
    "`--agent-config` and `--set` check each setting; an agent of AICallKit's own gets all that "
    "are set. A built-in agent that does not use one says so."
)


def settings_section() -> str:
    """Return the table of all settings."""
    rows = [("AgentConfig", "honoured by"), *_rows()]
    return folded("AgentConfig: what the built-in agents honour", _INTRO, markdown_table(rows))


def _rows() -> Iterator[tuple[str, str]]:
    for name in dotted_names(AgentConfig):
        yield f"`{name}`", _honoured_by(name)


def _honoured_by(name: str) -> str:
    if name in _OF_ALL:
        return "every agent"
    if name in _OF_ASSISTANT:
        return "`assistant`"
    if name.startswith(("Avatar", "VcrConfig.")):
        return "video only; refused" if _asks(name) else "video only"
    return "–"
