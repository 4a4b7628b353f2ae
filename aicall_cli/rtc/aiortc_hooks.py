"""Every touch of a private name of aiortc and aioice, and nothing else.

Each hook names what it replaces and why. ``tests/rtc/test_aiortc_hooks.py`` fails when a
new version of either library changes one of them; the version ranges in ``pyproject.toml``
keep such a version out until then.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import Enum
from typing import Protocol

import aioice.ice
import aiortc.rtcsctptransport
import ifaddr
from aiortc import RTCPeerConnection
from aiortc.rtcrtpparameters import RTCRtpCodecParameters
from aiortc.rtcrtpreceiver import RTCRtpReceiver
from aiortc.rtcrtpsender import RTCEncodedFrame, RTCRtpSender
from aiortc.rtp import RtpPacket

_CONNECT = "connect"
_CONNECT_MEDIA = "_RTCPeerConnection__connect"
_HANDLE_RTP = "_handle_rtp_packet"
_JITTER_BUFFER = "_RTCRtpReceiver__jitter_buffer"
_NEXT_ENCODED_FRAME = "_next_encoded_frame"
_STUN_PROTOCOL = "StunProtocol"
# SCTP chunks of aiortc's 1200 bytes stall on paths with an MTU of 1280.
_SCTP_USERDATA_LENGTH = 1100


class HostAddresses(Enum):
    """Which of this machine's addresses become ICE host candidates."""

    LOOPBACK = "loopback"
    ALL = "all"


_host_addresses: ContextVar[HostAddresses] = ContextVar("host_addresses", default=HostAddresses.ALL)
_gathered: ContextVar[list[asyncio.BaseTransport]] = ContextVar("gathered")


@contextmanager
def gathering(addresses: HostAddresses) -> Iterator[None]:
    """Let ``setLocalDescription`` gather from ``addresses``.

    Where it is cut short, the sockets are closed that it had opened: aioice knows of them
    only when it has all.
    """
    of_addresses = _host_addresses.set(addresses)
    opened: list[asyncio.BaseTransport] = []
    of_gathered = _gathered.set(opened)
    try:
        yield
    except asyncio.CancelledError:
        for transport in opened:
            transport.close()
        raise
    finally:
        _gathered.reset(of_gathered)
        _host_addresses.reset(of_addresses)


class _GatheredProtocol(aioice.ice.StunProtocol):
    """Stand in for aioice's protocol of a candidate's socket: says that it was opened."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        _gathered.get([]).append(transport)


def _get_host_addresses(use_ipv4: bool, use_ipv6: bool) -> list[str]:
    """Stand in for aioice's function, which always leaves 127.0.0.1 and ::1 out.

    With only a loopback interface that leaves no candidate at all, and the connection stays
    ``new`` for ever. Loopback is used when it is asked for or when there is nothing else.
    """
    loopback: list[str] = []
    others: list[str] = []
    for adapter in ifaddr.get_adapters():
        for ip in adapter.ips:
            if isinstance(ip.ip, str):
                if use_ipv4:
                    (loopback if ip.ip.startswith("127.") else others).append(ip.ip)
            elif use_ipv6 and ip.ip[2] == 0:
                (loopback if ip.ip[0] == "::1" else others).append(ip.ip[0])
    if _host_addresses.get() is HostAddresses.LOOPBACK or not others:
        return loopback
    return others


_ice_connect = aioice.ice.Connection.connect


async def _connect_unless_closed(self: aioice.ice.Connection) -> None:
    """Stand in for aioice's ``connect``, which a ``close`` meanwhile does not always end.

    It then starts consent checks that nobody stops: a task for ever.
    """
    await _ice_connect(self)
    if self._closing and self._query_consent_task is not None:
        self._query_consent_task.cancel()
        raise ConnectionError("closed while it was connecting")


def install() -> None:
    """Replace the module-level names; calling it again changes nothing."""
    aioice.ice.get_host_addresses = _get_host_addresses
    setattr(aioice.ice, _STUN_PROTOCOL, _GatheredProtocol)
    setattr(aioice.ice.Connection, _CONNECT, _connect_unless_closed)
    aiortc.rtcsctptransport.USERDATA_MAX_LENGTH = _SCTP_USERDATA_LENGTH


def contain_connecting(
    connection: RTCPeerConnection, failed: Callable[[Exception], None]
) -> set[asyncio.Task[None]]:
    """Give ``failed`` what ends aiortc's task that connects the media; return such tasks.

    It is started and forgotten: the loop would complain with a traceback, and nobody would
    know. What another end's description makes it raise has no common base. Where ``close``
    comes between its steps it starts senders and receivers that were stopped already: they
    are stopped again.
    """
    original = getattr(connection, _CONNECT_MEDIA)
    tasks: set[asyncio.Task[None]] = set()

    async def connect() -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        try:
            await original()
        except Exception as error:  # noqa: BLE001 - the edge of aiortc's own task
            failed(error)
        if connection.signalingState == "closed":
            for transceiver in connection.getTransceivers():
                await transceiver.stop()
            if connection.sctp is not None:
                await connection.sctp.stop()

    setattr(connection, _CONNECT_MEDIA, connect)
    return tasks


class PacketTap(Protocol):
    """What stands in for aiortc's jitter buffer. It must not raise.

    An exception from ``add`` would close the DTLS transport and with it the call.
    """

    def add(self, packet: RtpPacket) -> tuple[bool, None]:
        """Take a packet; return ``(False, None)``: no key frame wanted, nothing to decode."""
        ...


def tap_receiver(
    receiver: RTCRtpReceiver, tap: PacketTap, accept: Callable[[RtpPacket], bool]
) -> None:
    """Give each packet that ``accept`` lets through to aiortc's RTCP statistics and ``tap``.

    aiortc's own buffer holds 80 ms, stalls for some 14 packets after one loss and neither
    conceals nor uses FEC. Its decoder thread stays idle.
    """
    original = receiver._handle_rtp_packet

    async def handle(packet: RtpPacket, arrival_time_ms: int) -> None:
        if accept(packet):
            await original(packet, arrival_time_ms)

    setattr(receiver, _HANDLE_RTP, handle)
    setattr(receiver, _JITTER_BUFFER, tap)


def feed_sender(
    sender: RTCRtpSender, next_frame: Callable[[], Awaitable[tuple[bytes, int, int]]]
) -> None:
    """Let ``sender`` send what ``next_frame`` returns: payload, timestamp, level in −dBov.

    aiortc's way for encoded packets goes through an encoder that it makes first, and loses
    the audio-level header extension (RFC 6464).
    """

    async def next_encoded_frame(codec: RTCRtpCodecParameters) -> RTCEncodedFrame:
        payload, timestamp, level = await next_frame()
        return RTCEncodedFrame([payload], timestamp, -level)

    setattr(sender, _NEXT_ENCODED_FRAME, next_encoded_frame)
