"""A call of this machine with itself: ICE, DTLS, SRTP, SCTP and Opus over loopback."""

import asyncio
from contextlib import AsyncExitStack

from aicall_cli.audio.format import SAMPLE_RATE, TICK_SAMPLES, TICK_SECONDS
from aicall_cli.audio.level import rms
from aicall_cli.audio.tone import tone
from aicall_cli.cli.checks.finding import Figures, Finding, State
from aicall_cli.clock import perf_clock
from aicall_cli.rtc.aiortc_hooks import HostAddresses
from aicall_cli.rtc.peer import Peer, PeerHandlers
from aicall_cli.rtc.receive_path import HeardFrame

CONNECT_SECONDS = 10.0
TICKS = 25
"""Half a second of a tone goes over it."""
_AUDIBLE = 0.1
_ARRIVE_SECONDS = 0.2
_ADVICE = "allow UDP between programs of this machine (127.0.0.1): a firewall or sandbox stops it"


class _End:
    """One end, and what came to it."""

    def __init__(self) -> None:
        self.opened = asyncio.Event()
        self.heard = 0
        self.messages = 0
        self.peer = Peer(
            PeerHandlers(self._hear, self._read, self.opened.set, lambda _: None),
            perf_clock,
            host_addresses=HostAddresses.LOOPBACK,
        )

    def _hear(self, frame: HeardFrame) -> None:
        self.heard += rms(frame.pcm) > _AUDIBLE

    def _read(self, _: str | bytes) -> None:
        self.messages += 1


async def check_loopback() -> Finding:
    """Connect two ends, send a tone and a message, and see what arrives."""
    async with AsyncExitStack() as stack:
        ends = _End(), _End()
        for end in ends:
            stack.push_async_callback(end.peer.close)
        began = perf_clock()
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await _connect(*ends)
        except TimeoutError:
            message = f"no connection after {CONNECT_SECONDS:g} s"
            return Finding("webrtc", State.BROKEN, message, _ADVICE)
        seconds = perf_clock() - began
        await _talk(*ends)
        return judge_loopback(seconds, ends[1].heard, ends[1].messages)


def judge_loopback(connect_seconds: float, heard: int, messages: int) -> Finding:
    """Return what the time to connect and the ticks and messages that arrived say."""
    figures: Figures = {
        "connect_ms": round(connect_seconds * 1000, 1),
        "ticks_sent": TICKS,
        "ticks_heard": heard,
        "message_arrived": bool(messages),
    }
    message = f"connected in {connect_seconds * 1000:.0f} ms, {heard} of {TICKS} ticks heard"
    if not heard or not messages:
        return Finding("webrtc", State.BROKEN, message, _ADVICE, figures)
    if heard < TICKS * 3 // 4:  # the codec needs the first ones to come to its level
        advice = "end what keeps this machine busy: packets are lost within it"
        return Finding("webrtc", State.NOTE, message, advice, figures)
    return Finding("webrtc", State.OK, message, figures=figures)


async def _connect(caller: _End, agent: _End) -> None:
    answer = await agent.peer.answer(await caller.peer.offer())
    await caller.peer.accept_answer(answer)
    for end in (caller, agent):
        await end.peer.connected.wait()
        await end.opened.wait()


async def _talk(caller: _End, agent: _End) -> None:
    caller.peer.send_message("hello")
    for tick in range(TICKS):
        at = tick * TICK_SAMPLES
        caller.peer.send_audio(tone(440.0, at, TICK_SAMPLES, SAMPLE_RATE), at)
        await asyncio.sleep(TICK_SECONDS)
    await asyncio.sleep(_ARRIVE_SECONDS)
