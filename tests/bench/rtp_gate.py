"""A gate between an aiortc sender and its transport: reads timestamps, loses one packet."""

from aiortc import RTCRtpSender
from aiortc.rtp import is_rtcp

from aicall_cli.clock import perf_clock
from tests.bench.report import TIMESTAMP_MODULUS

_SEND_RTP = "_send_rtp"


class RtpGate:
    """Stands in for the transport's ``_send_rtp``, alike for ours and for plain aiortc.

    aiortc adds a random origin to each timestamp; the first packet shows it.
    """

    def __init__(self, sender: RTCRtpSender) -> None:
        self._send = sender.transport._send_rtp
        setattr(sender.transport, _SEND_RTP, self._pass)
        self._dropping = False
        self.first_timestamp: int | None = None
        self.first_packet_at: float | None = None
        self.dropped_at: float | None = None

    def origin(self, first_position: int) -> int | None:
        """Return the timestamp of position 0, given the first packet's position in samples."""
        if self.first_timestamp is None:
            return None
        return (self.first_timestamp - first_position) % TIMESTAMP_MODULUS

    def drop_next(self) -> None:
        """Lose the next RTP packet."""
        self._dropping = True

    async def _pass(self, data: bytes) -> None:
        if not is_rtcp(data):
            if self.first_timestamp is None:
                self.first_timestamp = int.from_bytes(data[4:8], "big")
                self.first_packet_at = perf_clock()
            if self._dropping:
                self._dropping = False
                self.dropped_at = perf_clock()
                return
        await self._send(data)
