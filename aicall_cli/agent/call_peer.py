"""What a call needs of its media connection."""

from typing import Protocol

from aicall_cli.audio.format import Pcm


class CallPeer(Protocol):
    """What a call needs of its media connection: ``rtc.peer.Peer``."""

    @property
    def last_arrival(self) -> float | None:
        """When the last media packet came; None before the first."""
        ...

    async def answer(self, sdp: str) -> str:
        """Take an offer, return the answer; raise RemoteProtocolError on a bad one."""
        ...

    def send_audio(self, pcm: Pcm, timestamp: int) -> None:
        """Send one tick."""
        ...

    def send_message(self, text: str | bytes) -> bool:
        """Send on the data channel; False when it cannot take it."""
        ...

    async def close(self) -> None:
        """Give everything back."""
        ...
