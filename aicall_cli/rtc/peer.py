"""One WebRTC connection: encoded audio both ways and a data channel for messages.

The SDP has one audio section with Opus only and one data channel. Candidates are gathered
before the description is handed out (no trickle), and no ICE server is used that was not
given.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from aiortc import (
    RTCBundlePolicy,
    RTCConfiguration,
    RTCDataChannel,
    RTCIceServer,
    RTCPeerConnection,
    RTCRtpReceiver,
    RTCSessionDescription,
)
from aiortc.exceptions import InvalidAccessError, InvalidStateError, OperationError
from aiortc.rtp import RtpPacket

from aicall_cli.audio.format import Pcm
from aicall_cli.clock import Clock
from aicall_cli.errors import RemoteProtocolError
from aicall_cli.protocol.ice_server import IceServer
from aicall_cli.rtc import aiortc_hooks
from aicall_cli.rtc.aiortc_hooks import HostAddresses
from aicall_cli.rtc.encoded_track import EncodedTrack
from aicall_cli.rtc.network_statistics import NetworkStatistics, read_report
from aicall_cli.rtc.receive_path import HeardFrame, ReceivePath

DATA_CHANNEL_LABEL = "aicall"
BITRATE = 32_000
EXPECTED_LOSS_PERCENT = 10
CLOSE_SECONDS = 5.0
"""How long aiortc may take to close; it says goodbye and waits for nobody."""
_SEND_BUFFER_LIMIT = 256 * 1024
"""Bytes that may wait on the data channel before a message is refused."""
# aiortc parses SDP with assertions, int() and indexing; its errors have no common base.
_BAD_DESCRIPTION = (
    AssertionError,
    AttributeError,
    InvalidAccessError,
    InvalidStateError,
    LookupError,
    OperationError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class PeerHandlers:
    """What a peer calls, all on the loop's thread; none of them may raise."""

    on_audio: Callable[[HeardFrame], None]
    on_message: Callable[[str | bytes], None]
    on_channel_open: Callable[[], None]
    on_closed: Callable[[str], None]
    """Called once with the reason when the connection failed or the other end closed it."""


class _Tap:
    """Feeds the receive path with the packets of the one source that a peer has."""

    def __init__(self, path: ReceivePath) -> None:
        self._path = path
        self._ssrc: int | None = None
        self.foreign = 0

    def accept(self, packet: RtpPacket) -> bool:
        if self._ssrc is None:
            self._ssrc = packet.ssrc
        if packet.ssrc != self._ssrc:
            self.foreign += 1
            return False
        return True

    def add(self, packet: RtpPacket) -> tuple[bool, None]:
        self._path.receive(packet.sequence_number, packet.timestamp, packet.payload)
        return False, None


class Peer:
    """One end of a connection; ``offer``/``accept_answer`` or ``answer``, then media."""

    def __init__(
        self,
        handlers: PeerHandlers,
        clock: Clock,
        ice_servers: Sequence[IceServer] = (),
        host_addresses: HostAddresses = HostAddresses.ALL,
    ) -> None:
        aiortc_hooks.install()
        self._handlers = handlers
        self._host_addresses = host_addresses
        self._connection = RTCPeerConnection(
            RTCConfiguration(
                iceServers=[_rtc_ice_server(server) for server in ice_servers],
                bundlePolicy=RTCBundlePolicy.MAX_BUNDLE,
            )
        )
        self._track = EncodedTrack(BITRATE, EXPECTED_LOSS_PERCENT)
        self._path = ReceivePath(clock, handlers.on_audio)
        self._tap = _Tap(self._path)
        self._channel: RTCDataChannel | None = None
        self._closed = False
        self.connected = asyncio.Event()
        """Set when media can flow."""
        self._connection.on("connectionstatechange", self._state_changed)
        self._connection.on("datachannel", self._use_channel)
        self._connecting = aiortc_hooks.contain_connecting(
            self._connection, self._connecting_failed
        )

    @property
    def connection(self) -> RTCPeerConnection:
        """aiortc's own."""
        return self._connection

    async def offer(self) -> str:
        """Return an SDP offer with all candidates."""
        self._add_audio()
        self._use_channel(self._connection.createDataChannel(DATA_CHANNEL_LABEL))
        return await self._describe()

    async def accept_answer(self, sdp: str) -> None:
        """Take the other end's SDP answer; raise RemoteProtocolError on a bad one."""
        with _blaming_the_other_end("answer"):
            await self._connection.setRemoteDescription(RTCSessionDescription(sdp, "answer"))

    async def answer(self, sdp: str) -> str:
        """Take an SDP offer and return the answer; raise RemoteProtocolError on a bad one."""
        self._add_audio()
        with _blaming_the_other_end("offer"):
            await self._connection.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
            # Also fails for an offer without audio.
            return await self._describe()

    def send_audio(self, pcm: Pcm, timestamp: int) -> None:
        """Encode and send one tick of mono 48 kHz PCM; before the connection it is dropped.

        ``timestamp`` is the media position in samples since the call began.
        """
        if self.connected.is_set() and not self._closed:
            self._track.send(pcm, timestamp)

    def send_message(self, text: str | bytes) -> bool:
        """Send a message; False when the channel is not open or its buffer is full."""
        channel = self._channel
        if channel is None or channel.readyState != "open":
            return False
        if channel.bufferedAmount > _SEND_BUFFER_LIMIT:
            return False
        channel.send(text)
        return True

    def set_reorder_wait(self, seconds: float) -> None:
        """Wait so long for missing packets: as long as a speaker's own delay allows."""
        self._path.set_wait(seconds)

    @property
    def last_arrival(self) -> float | None:
        """When the last media packet came, on the peer's clock; None before the first."""
        return self._path.last_arrival

    async def statistics(self) -> NetworkStatistics:
        """Return what the network did so far."""
        reported = read_report(await self._connection.getStats())
        buffer = self._path.buffer
        return NetworkStatistics(
            packets_sent=reported.packets_sent,
            packets_received=buffer.received,
            packets_lost=buffer.lost,
            packets_late=buffer.late,
            packets_duplicated=buffer.duplicates,
            packets_foreign=self._tap.foreign,
            frames_recovered=self._path.recovered,
            frames_concealed=self._path.concealed,
            jitter=reported.jitter,
            round_trip=reported.round_trip,
            remote_fraction_lost=reported.remote_fraction_lost,
            remote_packets_expected=reported.remote_packets_expected,
            remote_packets_lost=reported.remote_packets_lost,
            remote_jitter=reported.remote_jitter,
        )

    async def close(self) -> None:
        """Close the connection; calling it again changes nothing.

        A cancellation passes on when it is done: aiortc, cut short, would keep half of the
        connection for ever.
        """
        self._closed = True
        self._path.close()
        self._track.stop()
        closing = asyncio.ensure_future(self._close_connection())
        try:
            await asyncio.wait((closing,), timeout=CLOSE_SECONDS)
        except asyncio.CancelledError:
            await asyncio.wait((closing,), timeout=CLOSE_SECONDS)
            raise
        finally:
            closing.cancel()  # which changes nothing where it is done
        if closing.done():
            closing.result()

    async def _close_connection(self) -> None:
        await self._connection.close()
        if self._connecting:
            await asyncio.wait(self._connecting)

    def _add_audio(self) -> None:
        transceiver = self._connection.addTransceiver(self._track)
        capabilities = RTCRtpReceiver.getCapabilities("audio")
        assert capabilities is not None
        opus = [codec for codec in capabilities.codecs if codec.mimeType == "audio/opus"]
        transceiver.setCodecPreferences(opus)
        aiortc_hooks.feed_sender(transceiver.sender, self._track.next_packet)
        aiortc_hooks.tap_receiver(transceiver.receiver, self._tap, self._tap.accept)

    async def _describe(self) -> str:
        with aiortc_hooks.gathering(self._host_addresses):
            await self._connection.setLocalDescription()
        return self._connection.localDescription.sdp

    def _use_channel(self, channel: RTCDataChannel) -> None:
        if self._channel is not None:
            channel.close()
            return
        self._channel = channel
        channel.on("message", self._handlers.on_message)
        if channel.readyState == "open":
            self._handlers.on_channel_open()
        else:
            channel.on("open", self._handlers.on_channel_open)

    def _state_changed(self) -> None:
        state = self._connection.connectionState
        if state == "connected":
            self.connected.set()
        elif state in ("failed", "closed"):
            self._end(f"the media connection {state}")

    def _connecting_failed(self, error: Exception) -> None:
        self._end(f"the media connection failed ({str(error) or type(error).__name__})")

    def _end(self, reason: str) -> None:
        if not self._closed:
            self._closed = True
            self._handlers.on_closed(reason)


@contextmanager
def _blaming_the_other_end(kind: str) -> Iterator[None]:
    try:
        yield
    except _BAD_DESCRIPTION as error:
        raise RemoteProtocolError(f"the media {kind} cannot be used ({error})") from error


def _rtc_ice_server(server: IceServer) -> RTCIceServer:
    return RTCIceServer(
        urls=list(server.urls),
        username=server.username,
        credential=server.credential.reveal() if server.credential else None,
    )
