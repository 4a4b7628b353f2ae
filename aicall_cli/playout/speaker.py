"""A speaker that plays a call for as long as it lasts, whatever happens to the device.

Ticks go through a resampler that holds the device's ring at one depth, however its clock
runs, and one to the device's rate. The ring is deep enough that the device never finds it
empty: how much that is shows only when it does, because devices take their 10 ms blocks in
lumps of their own, so the depth grows with what was missed. What the ring holds beyond its
depth, after a late tick or when the device has filled its own buffers, is left out of the
next silence: squeezed out in seconds, it would be an echo whose delay changes all the while.
"""

from collections import deque
from collections.abc import Callable
from typing import Never

from aicall_cli.audio.drift_resampler import DriftResampler
from aicall_cli.audio.format import CALL_FORMAT, SAMPLE_RATE, Pcm
from aicall_cli.audio.level import dbfs, rms
from aicall_cli.audio.resampler import StreamResampler
from aicall_cli.devices.audio_device import AudioDevice, Direction
from aicall_cli.devices.device_thread import DeviceThread
from aicall_cli.devices.output_stream import OutputStream
from aicall_cli.devices.stream_keeper import DeviceBack, DeviceLost, StreamKeeper
from aicall_cli.playout.output import OutputStatistics

FIRST_DEPTH = SAMPLE_RATE * 20 // 1000
"""What the ring holds when a tick is written: 10 ms for the device, 10 for a late tick."""
DEPTH_STEP = SAMPLE_RATE * 10 // 1000
"""What is added when the device found the ring empty."""
MAX_DEPTH = SAMPLE_RATE * 100 // 1000
MAX_EXCESS = SAMPLE_RATE * 100 // 1000
"""Beyond its depth by so much the ring is emptied, whatever it plays: that is no conversation."""
TRIMMED_EXCESS = SAMPLE_RATE * 10 // 1000
"""Beyond its depth by so much, on the average, the ring loses silence."""
AVERAGED_TICKS = 25
"""Of whose fills the average is taken, 0.5 s: devices take lumps. As long a device that was
just opened may find the ring empty: it fills its own buffers."""
SILENCE_DBFS = -50.0
"""RMS of a tick, dB of full scale, of which nobody hears whether it is there."""


class Speaker:
    """An ``Output`` on a device; ``run`` must run beside the call to watch over it.

    While the device is lost what is written goes nowhere, and is counted as dropped.
    """

    failure = None
    """A lost device is no failure: it may come back."""

    def __init__(
        self,
        thread: DeviceThread,
        wanted: str | None = None,
        *,
        on_lost: Callable[[DeviceLost], None] = lambda _: None,
        on_back: Callable[[DeviceBack], None] = lambda _: None,
    ) -> None:
        self._keeper = StreamKeeper(
            thread,
            Direction.OUTPUT,
            lambda device: OutputStream(thread, device),
            wanted,
            on_lost=on_lost,
            on_back=on_back,
        )
        self._playing: OutputStream | None = None
        """The stream that was written into last; it may be lost by now."""
        self._depth = FIRST_DEPTH
        self._underflows = 0
        """The ring's, of which the depth has taken notice."""
        self._drift = DriftResampler(self._depth)
        self._fills: deque[int] = deque(maxlen=AVERAGED_TICKS)
        self._settling = AVERAGED_TICKS
        """Ticks after which an empty ring says something of its depth."""
        self._resampler = StreamResampler(CALL_FORMAT)
        self._earlier_underruns = 0
        self._written = 0
        self._flushed = 0
        self._dropped = 0

    @property
    def name(self) -> str:
        """The device's name, also while it is lost."""
        stream = self._keeper.stream or self._playing
        return stream.device.name if stream else "speaker"

    @property
    def device(self) -> AudioDevice | None:
        """The device that plays; None while it is lost."""
        return self._keeper.stream.device if self._keeper.stream else None

    @property
    def latency(self) -> float:
        """Seconds from a write to hearing it: what the ring holds, and what the device says."""
        stream = self._keeper.stream
        return stream.latency + self._fill(stream) / SAMPLE_RATE if stream else 0.0

    @property
    def statistics(self) -> OutputStatistics:
        """A snapshot of the figures, over all devices there were."""
        stream = self._keeper.stream
        return OutputStatistics(
            written=self._written / SAMPLE_RATE,
            flushed=self._flushed / SAMPLE_RATE,
            dropped=self._dropped / SAMPLE_RATE,
            underruns=self._earlier_underruns + _underruns(self._playing),
            queued=self._fill(stream) / SAMPLE_RATE if stream else None,
            drift_ppm=-self._drift.drift_ppm if stream and self._drift.has_learnt else None,
        )

    async def open(self) -> None:
        """Open the wanted device, or the default one; raise DeviceError."""
        await self._keeper.open()

    async def run(self) -> Never:
        """Watch over the device for ever; whoever runs this cancels it before ``close``."""
        await self._keeper.run()

    def write(self, pcm: Pcm) -> None:
        """Play a tick of mono 48 kHz, after what the ring holds."""
        self._written += len(pcm)
        stream = self._keeper.stream
        if stream is None:
            self._dropped += len(pcm)
            return
        if stream is not self._playing:
            self._begin(stream)
        self._deepen(stream)
        if self._fill(stream) > self._depth + MAX_EXCESS:
            self.flush()
        samples = self._resampler.process(self._steady(pcm, self._fill(stream))[:, None])
        missed = len(samples) - stream.ring.write(samples)
        self._dropped += missed * SAMPLE_RATE // stream.format.sample_rate

    def skip(self, ticks: int) -> None:
        """The device has had nothing to play meanwhile, which was not its depth's fault."""
        stream = self._keeper.stream
        if stream is not None:
            self._underflows = stream.ring.underflows

    def flush(self) -> None:
        """Take back what the ring holds; the device fades out over 5 ms."""
        stream = self._keeper.stream
        if stream is not None:
            self._flushed += self._fill(stream)
            stream.ring.flush()
            self._resampler.clear()

    async def close(self) -> None:
        """Give the device back."""
        await self._keeper.close()

    def _begin(self, stream: OutputStream) -> None:
        """Go over to a device that is new, or back."""
        self._earlier_underruns += _underruns(self._playing)
        self._playing = stream
        self._underflows = 0
        self._depth = FIRST_DEPTH
        self._drift = DriftResampler(self._depth)
        self._fills.clear()
        self._settling = AVERAGED_TICKS
        self._resampler = StreamResampler(CALL_FORMAT, stream.format.sample_rate)

    def _deepen(self, stream: OutputStream) -> None:
        """Hold more than what the device found to be too little."""
        if self._settling:
            self._settling -= 1
            self._underflows = stream.ring.underflows
        elif stream.ring.underflows > self._underflows:
            self._underflows = stream.ring.underflows
            self._depth = min(self._depth + DEPTH_STEP, MAX_DEPTH)
            self._drift = DriftResampler(self._depth)
            self._fills.clear()

    def _steady(self, pcm: Pcm, fill: int) -> Pcm:
        """Return a tick as long or short as it must be for the ring to keep its depth."""
        self._fills.append(fill)
        excess = sum(self._fills) // len(self._fills) - self._depth
        settled = len(self._fills) == AVERAGED_TICKS
        if settled and excess >= TRIMMED_EXCESS and dbfs(rms(pcm)) < SILENCE_DBFS:
            # Half of a tick: it begins with the end of the sound before it.
            trimmed = min(excess, len(pcm) // 2)
            self._fills = deque((held - trimmed for held in self._fills), AVERAGED_TICKS)
            return self._drift.process(pcm, None)[:-trimmed]
        return self._drift.process(pcm, fill)

    def _fill(self, stream: OutputStream) -> int:
        """Return how many samples, at 48 kHz, wait in the ring."""
        return stream.ring.fill * SAMPLE_RATE // stream.format.sample_rate


def _underruns(stream: OutputStream | None) -> int:
    return stream.ring.underflows + stream.device_underflows if stream else 0
