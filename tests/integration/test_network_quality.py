"""A real call over a network that loses packets."""

import asyncio
from collections.abc import Callable
from itertools import count

import aioice.ice
import pytest

from aicall_cli import (
    Call,
    CallOptions,
    CallSummary,
    NetworkQuality,
    NetworkQualityChanged,
    Party,
)
from aicall_cli.engine.network_meter import LOOK_SECONDS

Both = dict[Party, NetworkQuality]


def _losing(each: int) -> Callable[[bytes], bool]:
    """Return what says of a datagram whether it is lost: of RTP each so manieth is."""
    numbers = count(1)

    def is_lost(data: bytes) -> bool:
        # RFC 7983: media between 128 and 191; RFC 5761: RTCP's types are 192 to 223.
        is_rtp = 128 <= data[0] <= 191 and not 192 <= data[1] <= 223
        return is_rtp and next(numbers) % each == 0

    return is_lost


@pytest.fixture
def lossy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lose a quarter of what the caller sends, and a tenth of what comes to it."""
    protocol = aioice.ice.StunProtocol
    send, receive = protocol.send_data, protocol.datagram_received
    lost_out, lost_in = _losing(4), _losing(10)

    async def send_some(
        self: aioice.ice.StunProtocol, data: bytes, address: tuple[str, int]
    ) -> None:
        if not lost_out(data):
            await send(self, data, address)

    def receive_some(self: aioice.ice.StunProtocol, data: bytes, address: tuple[str, int]) -> None:
        if not lost_in(data):
            receive(self, data, address)

    monkeypatch.setattr(protocol, "send_data", send_some)
    monkeypatch.setattr(protocol, "datagram_received", receive_some)


async def _qualities() -> tuple[Both, CallSummary]:
    """Call the built-in echo, in a process of its own; return what was told of each way first."""
    call = Call(CallOptions(agent_id="echo"))
    listener = call.events()
    found: Both = {}
    async with call, asyncio.timeout(5 * LOOK_SECONDS):
        async for stamped in listener:
            if isinstance(stamped.event, NetworkQualityChanged):
                found.setdefault(stamped.event.party, stamped.event.quality)
            if len(found) == len(Party):
                break
    return found, call.summary


async def test_a_call_over_loopback_is_excellent_both_ways() -> None:
    found, _ = await _qualities()
    assert found == dict.fromkeys(Party, NetworkQuality.EXCELLENT)


@pytest.mark.usefixtures("lossy")
async def test_each_way_is_as_bad_as_what_it_loses() -> None:
    found, summary = await _qualities()
    assert found == {Party.CALLER: NetworkQuality.VERY_BAD, Party.AGENT: NetworkQuality.BAD}
    network = summary.statistics.network
    assert network is not None
    assert network.packets_lost == pytest.approx(0.1 * network.packets_sent, rel=0.3)
    assert network.remote_packets_expected is not None
    assert network.remote_packets_lost == pytest.approx(
        0.25 * network.remote_packets_expected, rel=0.3
    )
    assert network.remote_jitter is not None
    assert network.remote_jitter < 0.1
