"""Parameters that several of the cloud's operations have, and how the others are written."""

from collections.abc import Iterator
from typing import Final

from aicall_cli.control.cloud_kinds import Json, Kind, Text, Whole
from aicall_cli.control.cloud_operation import Parameter

ID: Final = Text(128)
USER_ID: Final = Text(64)
NUMBER: Final = Text(32)
MAX_EXPIRE: Final = 604800


def argument(name: str, metavar: str, about: str, kind: Kind = ID) -> Parameter:
    """Return a parameter that stands on the command line as it is."""
    return Parameter(
        name=name, kind=kind, about=about, option=metavar, required=True, argument=True
    )


def option(
    name: str, option: str, about: str, kind: Kind, *, required: bool = False, secret: bool = False
) -> Parameter:
    """Return a parameter that the command line gives by an option."""
    return Parameter(
        name=name, kind=kind, about=about, option=option, required=required, secret=secret
    )


def pages(last: int | None, size: int, most: str) -> Iterator[Parameter]:
    """Yield which part of a list is wanted: one of ``last`` pages of at most ``size``."""
    yield option("PageNumber", "page", "Which page.", Whole(1, last))
    yield option("PageSize", "page-size", f"Entries a page, {most}.", Whole(1, size))


AGENT: Final = argument("AIAgentId", "agent-id", "The agent's id, from the console.")
INSTANCE: Final = argument("InstanceId", "instance-id", "The running agent: one call of it.")
AGENT_CONFIG: Final = option(
    "AgentConfig", "agent-config", "Its settings: JSON, or a file of JSON or TOML.", Json()
)
TEMPLATE: Final = option(
    "TemplateConfig", "template-config", "The same in the older form; JSON or a file.", Json()
)
USER_DATA: Final = option("UserData", "user-data", "Text that the agent is given.", Text())
SESSION: Final = option(
    "SessionId", "session-id", "Conversation that this one continues. Default: a new one.", ID
)
CHAT_SYNC: Final = option(
    "ChatSyncConfig", "chat-sync-config", "How it is shared with a chat; JSON or a file.", Json()
)
