"""Which agent is wanted, for whom and where: what both control interfaces ask for."""

from dataclasses import dataclass

from aicall_cli.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRequest:
    """Which agent is to be called for whom; empty texts say nothing."""

    agent_id: str
    user_id: str = ""
    agent_config: str = ""
    """JSON."""
    template_config: str = ""
    """JSON of the form that AgentConfig replaced, which is taken only while it says nothing."""
    session_id: str = ""
    user_data: str = ""
    expire: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRequest:
    """The channel that an agent is to join, its id there and the token by which it may."""

    channel_id: str
    agent_user_id: str
    auth_token: Secret
