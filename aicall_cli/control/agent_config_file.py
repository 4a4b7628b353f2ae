"""An AgentConfig as a person gives it: JSON on the command line, or a file of JSON or TOML."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from aicall_cli.control.text_file import parse_toml, read_text
from aicall_cli.errors import UsageError
from aicall_cli.protocol.agent_config import AgentConfig
from aicall_cli.protocol.config_text import parse_json

_HINT: Final = 'give a file of TOML or JSON, or JSON itself, as {"Greeting": "Hello"}'


def read_agent_config(text: str) -> AgentConfig:
    """Return what ``text`` says, a JSON object or the path of a file; raise UsageError.

    A file is read as what its ending says, ``.json`` or ``.toml``; any other as JSON where it
    begins with a brace.
    """
    if text.lstrip().startswith("{"):
        return _checked(parse_json(text, "the agent config"), "the agent config")
    path = Path(text).expanduser()
    try:
        content = read_text(path, f"the agent's settings {path}")
    except FileNotFoundError:
        raise UsageError(f"there is no file {path}", hint=_HINT) from None
    return _checked(_parse(content, path), f"the agent config {path}")


def _parse(content: str, path: Path) -> Any:
    ending = path.suffix.lower()
    if ending == ".json" or (ending != ".toml" and content.lstrip().startswith("{")):
        return parse_json(content, f"the agent config {path}")
    return parse_toml(content, f"the agent's settings {path}")


def _checked(entries: Any, name: str) -> AgentConfig:
    if not isinstance(entries, Mapping):
        raise UsageError(f"{name} is not an object", hint=_HINT)
    try:
        return AgentConfig.from_plain(entries)
    except UsageError as error:
        raise UsageError(f"{name}: {error.message}", hint=error.hint) from None
