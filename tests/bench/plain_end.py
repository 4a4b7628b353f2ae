"""One end of one call over plain aiortc, used as its documentation shows."""

import asyncio
from collections.abc import Callable

from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.mediastreams import MediaStreamError
from av import AudioFrame

from aicall_cli.clock import perf_clock
from aicall_cli.rtc import aiortc_hooks
from aicall_cli.rtc.aiortc_hooks import HostAddresses
from aicall_cli.rtc.lateness import LatenessHistogram
from tests.bench.first_packet_tap import FirstPacketTap
from tests.bench.report import TIMESTAMP_MODULUS, CallReport
from tests.bench.rtp_gate import RtpGate


class PlainEnd:
    """Sends what ``track`` yields and reads the remote track.

    Only the choice of loopback candidates is ours: without it aiortc would connect over
    another interface than our side, or, where there is none, not at all.
    """

    def __init__(
        self,
        track: "MediaStreamTrack",
        tasks: asyncio.TaskGroup,
        on_frame: Callable[[AudioFrame], None] = lambda frame: None,
    ) -> None:
        aiortc_hooks.install()
        self._track = NotingTrack(track)
        self._tasks = tasks
        self._on_frame = on_frame
        self._connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._connected = asyncio.Event()
        self._connection.on("connectionstatechange", self._state_changed)
        self._connection.on("track", self._read)
        self._gate: RtpGate | None = None
        self._first: FirstPacketTap | None = None
        self._heard: list[tuple[int, float]] = []

    @property
    def gate(self) -> RtpGate:
        """The gate before the transport."""
        assert self._gate is not None, "offer or answer comes first"
        return self._gate

    async def offer(self) -> str:
        """Return the offer."""
        self._connection.addTrack(self._track)
        return await self._describe()

    async def answer(self, sdp: str) -> str:
        """Return the answer to an offer."""
        self._connection.addTrack(self._track)
        await self._connection.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
        return await self._describe()

    async def accept(self, sdp: str) -> None:
        """Take the answer."""
        await self._connection.setRemoteDescription(RTCSessionDescription(sdp, "answer"))

    async def connected(self) -> None:
        """Wait until media flows."""
        await self._connected.wait()

    def clear(self) -> None:
        """Begin a new window."""
        self._track.clear()
        self._heard.clear()

    def report(self) -> CallReport:
        """Return what the window held."""
        lateness = self._track.lateness
        return CallReport(
            origin=self.gate.origin(0),
            first_packet_at=self.gate.first_packet_at,
            dropped_at=self.gate.dropped_at,
            sent=list(self._track.sent),
            heard=list(self._heard),
            skipped=0,
            lateness_p50=lateness.percentile(0.5),
            lateness_p99=lateness.percentile(0.99),
            lateness_max=lateness.max,
        )

    async def close(self) -> None:
        """End the call."""
        await self._connection.close()

    async def _describe(self) -> str:
        with aiortc_hooks.gathering(HostAddresses.LOOPBACK):
            await self._connection.setLocalDescription()
        self._gate = RtpGate(self._connection.getSenders()[0])
        self._first = FirstPacketTap(self._connection.getReceivers()[0])
        return self._connection.localDescription.sdp

    def _state_changed(self) -> None:
        if self._connection.connectionState == "connected":
            self._connected.set()

    def _read(self, track: MediaStreamTrack) -> None:
        self._tasks.create_task(self._read_all(track))

    async def _read_all(self, track: MediaStreamTrack) -> None:
        try:
            while True:
                frame = await track.recv()
                assert isinstance(frame, AudioFrame)
                self._note(frame)
                self._on_frame(frame)
        except MediaStreamError:
            return

    def _note(self, frame: AudioFrame) -> None:
        assert frame.pts is not None
        assert self._first is not None
        assert self._first.timestamp is not None
        timestamp = self._first.timestamp + frame.pts
        self._heard.append((timestamp % TIMESTAMP_MODULUS, perf_clock()))


class NotingTrack(MediaStreamTrack):
    """Notes when the frames of another track were handed to aiortc, and how late."""

    kind = "audio"

    def __init__(self, track: MediaStreamTrack) -> None:
        super().__init__()
        self._source = track
        self._start: float | None = None
        self.sent: list[tuple[int, float]] = []
        self.lateness = LatenessHistogram()

    async def recv(self) -> AudioFrame:
        """Return the other track's next frame."""
        frame = await self._source.recv()
        assert isinstance(frame, AudioFrame)
        assert frame.pts is not None
        now = perf_clock()
        if self._start is None:
            self._start = now
        self.sent.append((frame.pts, now))
        self.lateness.add(now - self._start - frame.pts / frame.sample_rate)
        return frame

    def clear(self) -> None:
        """Begin a new window."""
        self.sent.clear()
        self.lateness = LatenessHistogram()

    def stop(self) -> None:
        """End both tracks."""
        super().stop()
        self._source.stop()
