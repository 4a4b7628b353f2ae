"""One instance of an agent: made by the control plane, entered by its user with a token."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from aicall_cli.agent.dialogue_log import DialogueLog
from aicall_cli.protocol.agent_config import AgentConfig
from aicall_cli.protocol.rtc_token import RtcToken

if TYPE_CHECKING:
    from aicall_cli.agent.agent_call import AgentCall
    from aicall_cli.agent.takeover import Takeover

EXECUTING: Final = "Executing"
FINISHED: Final = "Finished"
ONLINE_SECONDS: Final = 60
"""How long an instance waits for its user where ``UserOnlineTimeout`` says nothing."""


@dataclass(slots=True, kw_only=True)
class Instance:
    """What is known of an instance; times are Unix time in seconds."""

    instance_id: str
    agent_id: str
    channel_id: str
    user_id: str
    """Empty until somebody comes into a channel that was there before the agent."""
    agent_user_id: str
    config: AgentConfig
    session_id: str
    user_data: str
    created: float
    modified: float
    address: str
    """Where its user finds us, ``ws://`` or ``wss://``."""
    token_lifetime: int
    """How many seconds its user wanted tokens to live; 0 is the default."""
    token_expiries: dict[str, float] = field(default_factory=dict)
    """When the latest token of each user in its channel expires."""
    person: str = ""
    """Who was asked to take its call over, by user id."""
    takeover: "Takeover | None" = None
    """The person who does so, while that lasts."""
    call: "AgentCall | None" = None
    began: float | None = None
    ended: float | None = None
    dialogues: DialogueLog = field(init=False)

    def note(self, token: RtcToken) -> None:
        """Note a token of its channel: its user may be there until the latest expires."""
        expiry = float(token.expiry.seconds)
        self.token_expiries[token.user_id] = max(
            self.token_expiries.get(token.user_id, expiry), expiry
        )

    def admits(self, user_id: str) -> bool:
        """Whether a user with a token of its channel may come in.

        Into a channel that was there before the agent, its first user.
        """
        if not self.user_id:
            return user_id != self.agent_user_id
        return user_id in (self.user_id, self.person)

    def __post_init__(self) -> None:
        """Begin its log."""
        self.dialogues = DialogueLog(self.instance_id)

    @property
    def finished(self) -> bool:
        """Whether nobody can enter it any more."""
        return self.ended is not None

    @property
    def status(self) -> str:
        """``Executing`` or ``Finished``."""
        return FINISHED if self.finished else EXECUTING

    @property
    def waits_until(self) -> float:
        """When it is over unless its user has come by then."""
        wanted = self.config.user_online_timeout
        return self.created + (ONLINE_SECONDS if wanted is None else wanted)
