"""What a call needs to know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from aicall_cli.client.agent_starter import AgentStarter
from aicall_cli.engine.limits import MAX_ID
from aicall_cli.errors import UsageError
from aicall_cli.protocol.agent_config import AgentConfig
from aicall_cli.protocol.ice_server import IceServer
from aicall_cli.protocol.signaling import Option
from aicall_cli.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOptions:
    """Whom to call and how; times in seconds.

    Without ``server`` and ``starter`` the built-in agent is started for the call and stopped
    after it.
    """

    agent_id: str
    server: str | None = None
    starter: AgentStarter | None = None
    """Starts the agent and says where it is joined; then it is told the ``agent_config``."""
    token: Secret | None = None
    user_id: str = "caller"
    agent_options: Mapping[str, Option] = field(default_factory=dict)
    """The agent's own settings: voice, language, endpoints, by name."""
    agent_config: AgentConfig = field(default_factory=AgentConfig)
    """AICallKit's settings; where both say something, ``agent_options`` stand."""
    ice_servers: Sequence[IceServer] = ()
    connect_timeout: float = 15.0
    media_timeout: float = 5.0
    """Without a packet from the agent's end for this long the call is lost."""
    recordings: Path | None = None
    """The folder that gets a folder for this call; None records nothing."""
    record_from_start: bool = True
    """Whether the call is recorded before ``Call.set_recording`` says so."""

    @property
    def is_built_in(self) -> bool:
        """Whether the built-in agent is started for the call."""
        return self.server is None and self.starter is None

    def __post_init__(self) -> None:
        if not self.user_id.strip():
            raise UsageError("the user id is empty", hint="give a name, or leave --user-id out")
        if len(self.user_id) > MAX_ID:
            raise UsageError(
                f"the user id has {len(self.user_id)} characters",
                hint=f"at most {MAX_ID} are allowed",
            )
