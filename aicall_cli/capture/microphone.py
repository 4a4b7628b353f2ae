"""A microphone that feeds an external audio stream for as long as a call lasts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Never

from aicall_cli.audio.drift_resampler import DriftResampler
from aicall_cli.audio.format import CALL_FORMAT, SAMPLE_RATE, AudioFormat, Pcm
from aicall_cli.audio.frame import AudioFrame
from aicall_cli.audio.resampler import StreamResampler
from aicall_cli.capture.external_stream import MAX_PUSH_MS, ExternalAudioStream
from aicall_cli.capture.push_result import PushResult
from aicall_cli.clock import Clock, perf_clock
from aicall_cli.devices.audio_device import AudioDevice, Direction
from aicall_cli.devices.device_thread import DeviceThread
from aicall_cli.devices.input_stream import CapturedBlock, InputStream
from aicall_cli.devices.stream_keeper import DeviceBack, DeviceLost, StreamKeeper

_MAX_PUSH = MAX_PUSH_MS * SAMPLE_RATE // 1000


@dataclass(frozen=True, slots=True)
class MicrophoneStatistics:
    """Counts since the microphone was opened; None is what no device has told yet.

    ``device`` is its name as the system has it, ``sample_rate`` in Hz its own. ``latency_ms``
    is the time from a sound to its place in the queue, where it then waits ``queued_ms``.
    ``overflows`` count what the device lost before we had it, ``dropped`` the blocks of 10 ms
    that the event loop was too late for, ``refills`` how often the queue had run dry.
    ``drift_ppm`` says how much faster than the call's clock the device's runs, as estimated
    after a minute.
    ``losses`` count how often the device failed or was removed.
    """

    device: str | None
    sample_rate: int | None
    latency_ms: float | None
    queued_ms: float
    overflows: int
    dropped: int
    refills: int
    drift_ppm: float | None
    losses: int


class Microphone:
    """Pushes what a device captures into ``stream``, held at one depth by resampling.

    While the device is lost nothing is pushed, which is silence in the call. ``stream`` is
    live and has the call's format.
    """

    def __init__(
        self,
        thread: DeviceThread,
        stream: ExternalAudioStream,
        wanted: str | None = None,
        *,
        on_lost: Callable[[DeviceLost], None] = lambda _: None,
        on_back: Callable[[DeviceBack], None] = lambda _: None,
        clock: Clock = perf_clock,
    ) -> None:
        assert stream.live, "a microphone's audio cannot wait"
        assert stream.format == CALL_FORMAT, "a microphone is resampled before it is pushed"
        self._thread = thread
        self._target = stream
        self._clock = clock
        self._keeper = StreamKeeper(
            thread, Direction.INPUT, self._make, wanted, on_lost=on_lost, on_back=on_back
        )
        self._source: InputStream | None = None
        self._resampler: StreamResampler | None = None
        self._drift = DriftResampler()
        self._earlier_overflows = 0
        self._earlier_dropped = 0
        self._earlier_refills = 0

    @property
    def device(self) -> AudioDevice | None:
        """The device that is heard; None while it is lost."""
        return self._keeper.stream.device if self._keeper.stream else None

    @property
    def latency(self) -> float | None:
        """Seconds from a sound to its place in the stream's queue, on average."""
        return self._source.latency if self._source else None

    @property
    def statistics(self) -> MicrophoneStatistics:
        """A snapshot of the counts."""
        running = self._keeper.stream
        latency = self.latency
        return MicrophoneStatistics(
            device=running.device.name if running else None,
            sample_rate=running.format.sample_rate if running else None,
            latency_ms=None if latency is None else latency * 1000,
            queued_ms=self._target.queued_ms,
            overflows=self._earlier_overflows + (self._source.overflows if self._source else 0),
            dropped=self._earlier_dropped + (self._source.dropped if self._source else 0),
            refills=self._earlier_refills + self._drift.refills,
            drift_ppm=self._drift.drift_ppm if self._drift.has_learnt else None,
            losses=self._keeper.losses,
        )

    async def open(self) -> AudioDevice:
        """Open the wanted device, or the default one; raise DeviceError."""
        return (await self._keeper.open()).device

    async def run(self) -> Never:
        """Watch over the device for ever; whoever runs this cancels it before ``close``."""
        await self._keeper.run()

    async def close(self) -> None:
        """Give the device back."""
        await self._keeper.close()

    def _make(self, device: AudioDevice) -> InputStream:
        if self._source is not None:
            self._earlier_overflows += self._source.overflows
            self._earlier_dropped += self._source.dropped
        self._earlier_refills += self._drift.refills
        self._resampler = None
        self._drift = DriftResampler()
        self._source = InputStream(self._thread, device, self._take, self._clock)
        return self._source

    def _take(self, block: CapturedBlock) -> None:
        audio_format = self._source_format
        if self._resampler is None:
            self._resampler = StreamResampler(audio_format)
        pcm = self._resampler.process(block.pcm)
        fill = round(self._target.queued_ms * SAMPLE_RATE / 1000)
        self._push(self._drift.process(pcm, None if self._target.held else fill))
        ahead = self._drift.lookahead / SAMPLE_RATE
        ahead += audio_format.seconds(self._resampler.lookahead)
        end = block.captured_at + audio_format.seconds(len(block.pcm))
        self._target.captured_until = end - ahead

    def _push(self, pcm: Pcm) -> None:
        for start in range(0, len(pcm), _MAX_PUSH):
            frame = AudioFrame(pcm[start : start + _MAX_PUSH, None], CALL_FORMAT)
            if self._target.push(frame) is PushResult.NOT_BEGUN:
                # The queue is filled up to its depth when the call takes its first block.
                self._drift = DriftResampler()

    @property
    def _source_format(self) -> AudioFormat:
        assert self._source is not None, "a block comes from a stream"
        return self._source.format
