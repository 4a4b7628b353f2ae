"""Fails when a new version of aiortc or aioice changes a private name that is used."""

import asyncio
import inspect

import aioice.ice
import aiortc.rtcsctptransport
import ifaddr
import pytest
from aiortc import RTCPeerConnection, RTCRtpReceiver, RTCRtpSender
from aiortc.jitterbuffer import JitterBuffer
from aiortc.rtcrtpparameters import (
    RTCRtcpParameters,
    RTCRtpCodecParameters,
    RTCRtpSendParameters,
)

from aicall_cli.rtc import aiortc_hooks
from aicall_cli.rtc.aiortc_hooks import HostAddresses

OPUS = RTCRtpCodecParameters("audio/opus", 48_000, 2, payloadType=96)
RTCP = RTCRtcpParameters(cname="caller", ssrc=1)


def test_the_receiver_still_hands_packets_to_its_jitter_buffer() -> None:
    source = inspect.getsource(RTCRtpReceiver)
    assert "self.__jitter_buffer.add(packet)" in source
    assert "pli_flag, encoded_frame = self.__jitter_buffer.add(packet)" in source
    assert list(inspect.signature(JitterBuffer.add).parameters) == ["self", "packet"]
    parameters = inspect.signature(RTCRtpReceiver._handle_rtp_packet).parameters
    assert list(parameters) == ["self", "packet", "arrival_time_ms"]


def test_the_sender_still_asks_for_its_next_encoded_frame() -> None:
    source = inspect.getsource(RTCRtpSender._run_rtp)
    assert "enc_frame = await self._next_encoded_frame(codec)" in source
    assert "packet.extensions.audio_level = (False, -enc_frame.audio_level)" in source
    assert "for i, payload in enumerate(enc_frame.payloads)" in source


def test_sctp_still_reads_its_chunk_length_from_the_module() -> None:
    assert "USERDATA_MAX_LENGTH" in inspect.getsource(
        aiortc.rtcsctptransport.RTCSctpTransport._send
    )
    aiortc_hooks.install()
    assert aiortc.rtcsctptransport.USERDATA_MAX_LENGTH == 1100


def test_gathering_still_asks_the_module_for_host_addresses() -> None:
    source = inspect.getsource(aioice.ice.Connection.gather_candidates)
    assert "get_host_addresses(\n" in source
    source = inspect.getsource(aioice.ice.Connection.get_component_candidates)
    assert "lambda: StunProtocol(self), local_addr=(address, 0)" in source


def test_the_media_are_still_connected_by_a_forgotten_task() -> None:
    source = inspect.getsource(RTCPeerConnection)
    assert "asyncio.ensure_future(self.__connect())" in source
    assert inspect.iscoroutinefunction(RTCPeerConnection._RTCPeerConnection__connect)  # type: ignore[attr-defined]


async def test_what_ends_the_connecting_is_told() -> None:
    connection = RTCPeerConnection()
    told: list[Exception] = []

    async def connect() -> None:
        raise AssertionError("no fingerprint")

    setattr(connection, aiortc_hooks._CONNECT_MEDIA, connect)
    aiortc_hooks.contain_connecting(connection, told.append)
    await getattr(connection, aiortc_hooks._CONNECT_MEDIA)()
    await connection.close()
    assert [str(error) for error in told] == ["no fingerprint"]


async def test_what_starts_after_the_close_is_stopped() -> None:
    # What aiortc does when the close comes while DTLS ends its handshake.
    connection = RTCPeerConnection()
    transceiver = connection.addTransceiver("audio")

    async def connect() -> None:
        await connection.close()
        await transceiver.sender.send(RTCRtpSendParameters(codecs=[OPUS], rtcp=RTCP))

    setattr(connection, aiortc_hooks._CONNECT_MEDIA, connect)
    told: list[Exception] = []
    tasks = aiortc_hooks.contain_connecting(connection, told.append)
    connecting = asyncio.ensure_future(getattr(connection, aiortc_hooks._CONNECT_MEDIA)())
    await asyncio.sleep(0)
    assert tasks == {connecting}
    await connecting
    assert not tasks
    assert not told
    assert len(asyncio.all_tasks()) == 1


async def test_gathering_that_is_cut_short_closes_its_sockets() -> None:
    aiortc_hooks.install()
    opened = asyncio.Event()
    transports: list[asyncio.BaseTransport] = []

    async def gather() -> None:
        with aiortc_hooks.gathering(HostAddresses.LOOPBACK):
            transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
                lambda: aioice.ice.StunProtocol(aioice.ice.Connection(ice_controlling=True)),
                local_addr=("127.0.0.1", 0),
            )
            transports.append(transport)
            opened.set()
            await asyncio.Event().wait()

    async with asyncio.TaskGroup() as tasks:
        gathering = tasks.create_task(gather())
        await opened.wait()
        gathering.cancel()
    assert [transport.is_closing() for transport in transports] == [True]


def test_a_closed_ice_connection_still_may_go_on_to_connect() -> None:
    source = inspect.getsource(aioice.ice.Connection)
    assert "self._query_consent_task = asyncio.create_task(self.query_consent())" in source
    assert "self._closing = True" in source
    aiortc_hooks.install()
    assert aioice.ice.Connection.connect is aiortc_hooks._connect_unless_closed


async def test_ice_that_is_closed_while_it_connects_checks_no_consent() -> None:
    # What aioice does when the close comes after the last check and before connect looks.
    connection = aioice.ice.Connection(ice_controlling=True)

    async def connect(self: aioice.ice.Connection) -> None:
        await self.close()
        self._query_consent_task = asyncio.create_task(self.query_consent())

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(aiortc_hooks, "_ice_connect", connect)
        with pytest.raises(ConnectionError, match="closed while"):
            await aiortc_hooks._connect_unless_closed(connection)


def _adapters(monkeypatch: pytest.MonkeyPatch, *addresses: str | tuple[str, int, int]) -> None:
    ips = [ifaddr.IP(address, 24, "nic") for address in addresses]
    monkeypatch.setattr(
        ifaddr, "get_adapters", lambda: [ifaddr.Adapter("nic", "nic", ips, index=1)]
    )


def _gathered() -> list[str]:
    aiortc_hooks.install()
    return list(aioice.ice.get_host_addresses(use_ipv4=True, use_ipv6=True))


def test_only_loopback_is_left_when_there_is_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    _adapters(monkeypatch, "127.0.0.1", ("::1", 0, 0))
    assert _gathered() == ["127.0.0.1", "::1"]


def test_loopback_is_left_out_beside_others(monkeypatch: pytest.MonkeyPatch) -> None:
    _adapters(monkeypatch, "127.0.0.1", "192.0.2.1", ("2001:db8::1", 0, 0), ("fe80::1", 0, 2))
    assert _gathered() == ["192.0.2.1", "2001:db8::1"]


def test_loopback_alone_can_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    _adapters(monkeypatch, "127.0.0.1", "192.0.2.1")
    with aiortc_hooks.gathering(HostAddresses.LOOPBACK):
        assert _gathered() == ["127.0.0.1"]
