"""The RTP timestamp of the first packet that plain aiortc received."""

from aiortc import RTCRtpReceiver
from aiortc.rtp import RtpPacket

_HANDLE_RTP = "_handle_rtp_packet"


class FirstPacketTap:
    """Notes the first packet's timestamp, from which aiortc counts those of its frames."""

    def __init__(self, receiver: RTCRtpReceiver) -> None:
        self._receiver = receiver
        self._handle = receiver._handle_rtp_packet
        self.timestamp: int | None = None
        setattr(receiver, _HANDLE_RTP, self._note)

    async def _note(self, packet: RtpPacket, arrival_time_ms: int) -> None:
        self.timestamp = packet.timestamp
        setattr(self._receiver, _HANDLE_RTP, self._handle)
        await self._handle(packet, arrival_time_ms)
