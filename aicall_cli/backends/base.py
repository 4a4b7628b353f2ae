"""What a call needs from the kind of agent that it calls."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from aicall_cli.audio.format import Pcm
from aicall_cli.engine.commands import Command
from aicall_cli.engine.events import Event
from aicall_cli.rtc.network_statistics import NetworkStatistics
from aicall_cli.rtc.receive_path import HeardFrame


@dataclass(frozen=True, slots=True)
class Connected:
    """Who answered: identifiers that the recording and the screen show."""

    call_id: str
    agent_user_id: str
    refuses: Collection[str] = ()
    """Commands, in snake case, that this agent does not know how to do."""


class BackendListener(Protocol):
    """What a backend calls, on the loop's thread."""

    def on_audio(self, frame: HeardFrame) -> None:
        """Take the agent's audio, in order."""
        ...

    def on_event(self, event: Event) -> None:
        """Take what the agent said of itself."""
        ...


class Backend(Protocol):
    """One call to one agent over one kind of transport."""

    async def connect(self, listener: BackendListener) -> Connected:
        """Set the call up until audio and messages can flow.

        Raise ConnectError, CredentialError, UnknownAgentError or RemoteProtocolError.
        """
        ...

    async def watch(self) -> None:
        """Run until the other end ends the call in good order; return then.

        Raise ConnectionLostError when the connection is lost for good.
        """
        ...

    def send_audio(self, pcm: Pcm, timestamp: int) -> None:
        """Send one tick: 960 samples of mono 48 kHz PCM at media position ``timestamp``."""
        ...

    def send_command(self, command: Command) -> bool:
        """Send a command; False when the message channel cannot take it now."""
        ...

    def set_reorder_wait(self, seconds: float) -> None:
        """Wait so long for audio that is missing on the way, where the transport can lose it."""
        ...

    async def statistics(self) -> NetworkStatistics | None:
        """Return what the network did to the call so far; None when there is no connection."""
        ...

    async def close(self, *, stop_agent: bool = True) -> None:
        """Leave the call and give everything back; calling it again changes nothing.

        Without ``stop_agent`` the other end is not told that we leave: it may wait for us.
        """
        ...
