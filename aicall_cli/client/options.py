"""What a call needs to know."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from aicall_cli.client.agent_starter import AgentStarter
from aicall_cli.engine.limits import MAX_ID
from aicall_cli.errors import UsageError
from aicall_cli.protocol.agent_config import AgentConfig
from aicall_cli.protocol.agent_type import AgentType
from aicall_cli.protocol.call_config import CallConfig
from aicall_cli.protocol.ice_server import IceServer
from aicall_cli.protocol.signaling import Option
from aicall_cli.secret import Secret

DEFAULT_USER: Final = "caller"
_UNUSED: Final = ("UserJoinToken", "PushToTalkConfig.", "AudioConfig.")
"""Settings of a call that only the vendor's own client could follow."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOptions:
    """Whom to call and how; times in seconds.

    Without ``server`` and ``starter`` the built-in agent is started for the call and stopped
    after it.
    """

    agent_id: str
    """Of an agent that is started it is only what the recording calls it."""
    server: str | None = None
    starter: AgentStarter | None = None
    """Starts the agent and says where it is joined; then it is told the ``agent_config``."""
    token: Secret | None = None
    user_id: str = DEFAULT_USER
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

    @classmethod
    def of_config(cls, config: CallConfig) -> Self:
        """Return the options of a configured call (AICallKit ``call(config:)``).

        Whom is called, by whom and how the agent is to be; what else a configuration says is
        for who starts an agent: ``CloudStarter`` and ``AgentCallRequest`` take it whole. What
        nobody has a use for here is logged. Raises UsageError where no agent is named, or one
        with a picture is wanted.
        """
        if config.agent_id is None:
            raise UsageError("AgentId is missing: which agent is called?", hint="set AgentId")
        if config.agent_type not in (None, AgentType.VOICE):
            raise UsageError(
                f"AgentType is {config.agent_type.value}: agents with a picture cannot be called",
                hint="leave it out, or set 0",
            )
        unused = [name for name in config.as_dotted() if name.startswith(_UNUSED)]
        if unused:
            _log.warning("a call does not use %s", ", ".join(unused))
        return cls(
            agent_id=config.agent_id,
            user_id=config.user_id or DEFAULT_USER,
            agent_config=config.agent_config,
        )

    @property
    def is_built_in(self) -> bool:
        """Whether the built-in agent is started for the call."""
        return self.server is None and self.starter is None

    def __post_init__(self) -> None:
        if self.server is not None and self.starter is not None:
            raise UsageError(
                "server and starter both say where the agent is", hint="leave one of them out"
            )
        if not self.user_id.strip():
            raise UsageError("the user id is empty", hint="give a name, or leave --user-id out")
        if len(self.user_id) > MAX_ID:
            raise UsageError(
                f"the user id has {len(self.user_id)} characters",
                hint=f"at most {MAX_ID} are allowed",
            )
