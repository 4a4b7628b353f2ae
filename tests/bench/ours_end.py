"""One end of one call over our transport: ticker, encoder, peer, receive path."""

import asyncio
from itertools import count

from aicall_cli.audio.format import TICK_SAMPLES, TICK_SECONDS, Pcm
from aicall_cli.clock import perf_clock
from aicall_cli.rtc.aiortc_hooks import HostAddresses
from aicall_cli.rtc.lateness import LatenessHistogram
from aicall_cli.rtc.peer import Peer, PeerHandlers
from aicall_cli.rtc.receive_path import HeardFrame
from aicall_cli.rtc.ticker import Subscription, Tick, Ticker
from tests.bench.report import TIMESTAMP_MODULUS, CallReport
from tests.bench.rtp_gate import RtpGate


class OursEnd:
    """Sends speech at each tick and notes what it hears; transport only."""

    def __init__(self, speech: list[Pcm]) -> None:
        self._speech = speech
        self._peer = Peer(
            PeerHandlers(
                on_audio=self._hear,
                on_message=lambda message: None,
                on_channel_open=lambda: None,
                on_closed=lambda reason: None,
            ),
            perf_clock,
            host_addresses=HostAddresses.LOOPBACK,
        )
        self._answers = False
        self._gate: RtpGate | None = None
        self._subscription: Subscription | None = None
        self._ticks = count()
        self._position = 0
        self._sent: list[tuple[int, float]] = []
        self._heard: list[tuple[int, float]] = []
        self._skipped = 0

    @property
    def gate(self) -> RtpGate:
        """The gate before the transport."""
        assert self._gate is not None, "offer or answer comes first"
        return self._gate

    async def offer(self) -> str:
        """Return the offer."""
        sdp = await self._peer.offer()
        self._install_gate()
        return sdp

    async def answer(self, sdp: str) -> str:
        """Return the answer to an offer."""
        self._answers = True
        answer = await self._peer.answer(sdp)
        self._install_gate()
        return answer

    async def accept(self, sdp: str) -> None:
        """Take the answer."""
        await self._peer.accept_answer(sdp)

    async def connected(self) -> None:
        """Wait until media can flow and begin to send."""
        await self._peer.connected.wait()
        if self._answers:
            # Connected within microseconds of each other, two ends on one machine would want
            # the processor in the same instant at every tick, as two machines never do.
            await asyncio.sleep(TICK_SECONDS / 2)
        self._subscription = Ticker.of_loop(perf_clock).add(self._tick)

    def clear(self) -> None:
        """Begin a new window."""
        assert self._subscription is not None
        self._subscription.lateness = LatenessHistogram()
        self._sent.clear()
        self._heard.clear()
        self._skipped = 0

    def report(self) -> CallReport:
        """Return what the window held."""
        assert self._subscription is not None
        lateness = self._subscription.lateness
        return CallReport(
            origin=self.gate.origin(0),
            first_packet_at=self.gate.first_packet_at,
            dropped_at=self.gate.dropped_at,
            sent=list(self._sent),
            heard=list(self._heard),
            skipped=self._skipped,
            lateness_p50=lateness.percentile(0.5),
            lateness_p99=lateness.percentile(0.99),
            lateness_max=lateness.max,
        )

    async def close(self) -> None:
        """End the call."""
        if self._subscription is not None:
            self._subscription.cancel()
        await self._peer.close()

    def _install_gate(self) -> None:
        self._gate = RtpGate(self._peer._connection.getSenders()[0])

    def _tick(self, tick: Tick) -> None:
        # The first packet tells the origin, so nothing may be skipped before it.
        if self._position:
            self._position += tick.skip * TICK_SAMPLES
            self._skipped += tick.skip
        for _ in range(tick.send):
            pcm = self._speech[next(self._ticks) % len(self._speech)]
            self._sent.append((self._position, perf_clock()))
            self._peer.send_audio(pcm, self._position)
            self._position += TICK_SAMPLES

    def _hear(self, frame: HeardFrame) -> None:
        self._heard.append((frame.timestamp % TIMESTAMP_MODULUS, perf_clock()))
