"""Two peers over real ICE, DTLS, SRTP and SCTP on loopback."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import numpy as np
import pytest

from aicall_cli.audio.format import TICK_SAMPLES, Pcm
from aicall_cli.audio.level import rms
from aicall_cli.clock import perf_clock
from aicall_cli.errors import RemoteProtocolError
from aicall_cli.rtc.aiortc_hooks import HostAddresses
from aicall_cli.rtc.peer import Peer, PeerHandlers
from aicall_cli.rtc.receive_path import HeardFrame, HeardKind
from tests.support.speech_like import speech_like, ticks_of


@dataclass
class _End:
    heard: list[HeardFrame] = field(default_factory=list)
    messages: list[str | bytes] = field(default_factory=list)
    opened: asyncio.Event = field(default_factory=asyncio.Event)
    closed: asyncio.Future[str] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )
    peer: Peer = field(init=False)

    def __post_init__(self) -> None:
        handlers = PeerHandlers(
            self.heard.append, self.messages.append, self.opened.set, self.closed.set_result
        )
        self.peer = Peer(handlers, perf_clock, host_addresses=HostAddresses.LOOPBACK)


@asynccontextmanager
async def _connected() -> AsyncIterator[tuple[_End, _End]]:
    caller, agent = _End(), _End()
    try:
        answer = await agent.peer.answer(await caller.peer.offer())
        await caller.peer.accept_answer(answer)
        async with asyncio.timeout(20):
            for end in (caller, agent):
                await end.peer.connected.wait()
                await end.opened.wait()
        yield caller, agent
    finally:
        await caller.peer.close()
        await agent.peer.close()


async def _push(peer: Peer, ticks: list[Pcm]) -> None:
    for index, tick in enumerate(ticks):
        peer.send_audio(tick, index * TICK_SAMPLES)
        await asyncio.sleep(0.005)


async def test_audio_and_messages_pass_both_ways() -> None:
    ticks = ticks_of(speech_like(50))
    async with _connected() as (caller, agent):
        await asyncio.gather(_push(caller.peer, ticks), _push(agent.peer, ticks))
        assert caller.peer.send_message("to the agent")
        assert agent.peer.send_message("to the caller")
        await asyncio.sleep(0.3)
        for end in (caller, agent):
            assert len(end.heard) == 50
            assert {frame.kind for frame in end.heard} == {HeardKind.RECEIVED}
            assert rms(np.concatenate([frame.pcm for frame in end.heard])) > 0.01
        assert agent.messages == ["to the agent"]
        assert caller.messages == ["to the caller"]
        statistics = await caller.peer.statistics()
        assert statistics.packets_sent == statistics.packets_received == 50
        assert statistics.packets_lost == 0
        assert not caller.closed.done()


async def test_the_offer_has_opus_and_the_audio_level_only_and_loopback_candidates() -> None:
    end = _End()
    sdp = await end.peer.offer()
    await end.peer.close()
    codecs = [line for line in sdp.splitlines() if line.startswith("a=rtpmap:")]
    assert codecs == ["a=rtpmap:96 opus/48000/2"]
    assert "ssrc-audio-level" in sdp
    candidates = [line.split()[4] for line in sdp.splitlines() if line.startswith("a=candidate")]
    assert candidates
    assert all(address in ("127.0.0.1", "::1") for address in candidates)


async def test_the_other_end_is_told_of_a_close() -> None:
    async with _connected() as (caller, agent):
        await agent.peer.close()
        async with asyncio.timeout(5):
            assert "closed" in await caller.closed
        assert not caller.peer.send_message("nobody is there")


async def test_before_the_connection_audio_is_dropped_and_messages_refused() -> None:
    end = _End()
    end.peer.send_audio(np.zeros(TICK_SAMPLES, np.int16), 0)
    assert not end.peer.send_message("too early")
    await end.peer.close()
    await end.peer.close()


@pytest.mark.parametrize(
    "sdp",
    [
        "",
        "garbage",
        "v=0\r\n",
        "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\n",
        "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=video 9 UDP/TLS/RTP/SAVPF 97\r\n",
        "v=0\r\nm=audio x y z\r\n",
    ],
)
async def test_a_bad_description_is_the_peer_s_fault(sdp: str) -> None:
    end = _End()
    with pytest.raises(RemoteProtocolError):
        await end.peer.answer(sdp)
    await end.peer.close()
