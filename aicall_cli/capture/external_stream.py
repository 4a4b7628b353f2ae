"""One stream of audio that the caller's own code pushes into the call.

The semantics are those of AliVCSDK_ARTC's external audio streams (seed 000): pushes of at
most 40 ms, all or nothing, into a queue that says ``BUFFER_FULL``; plus Daily's completion
callback (seed 003). Everything here belongs to the event loop's thread.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from aicall_cli.audio.format import PUSH_RATES, SAMPLE_RATE, AudioFormat, Pcm
from aicall_cli.audio.frame import AudioFrame
from aicall_cli.audio.level import rms
from aicall_cli.audio.sample_queue import SampleQueue
from aicall_cli.capture.intake import Intake
from aicall_cli.capture.push_result import PushResult
from aicall_cli.capture.stream_statistics import StreamStatistics
from aicall_cli.errors import UsageError
from aicall_cli.speech.availability import require_echo_canceller
from aicall_cli.speech.echo_canceller import EchoCanceller

DEFAULT_CAPACITY_MS = 200
MAX_PUSH_MS = 40
MAX_VOLUME = 100

MAX_LIVE_LAG = SAMPLE_RATE * 60 // 1000
"""Samples (60 ms) that a live stream may lie behind before its silences are left out."""
SILENT_RMS = 0.003
"""−50 dB of full scale: what the voice detector calls silence as well."""

Completion = Callable[[int], None]
"""Called with the samples per channel of a write once all of it was played, 0 if discarded."""


@dataclass(frozen=True, slots=True)
class ExternalAudioStreamConfig:
    """What ``AliRtcExternalAudioStreamConfig`` says; volumes are 0–100.

    ``enable_3a`` takes the echo of what the call plays out of the stream, suppresses noise
    and controls the gain; the first such stream of a process takes half a second to be made
    (``speech.echo_canceller.load`` does that beforehand).

    Raises UsageError for a rate, channel count or volume that no stream can have, and for
    ``enable_3a`` without the extra ``aec``.
    """

    sample_rate: int
    channels: int
    publish_volume: int = 100
    playout_volume: int = 0
    enable_3a: bool = False

    def __post_init__(self) -> None:
        if self.sample_rate not in PUSH_RATES:
            rates = ", ".join(str(rate) for rate in PUSH_RATES)
            raise UsageError(
                f"an external audio stream cannot run at {self.sample_rate} Hz",
                hint=f"push at one of {rates} Hz",
            )
        if self.channels not in (1, 2):
            raise UsageError(
                f"an external audio stream cannot have {self.channels} channels",
                hint="push mono or stereo",
            )
        _check_volume("publish_volume", self.publish_volume)
        _check_volume("playout_volume", self.playout_volume)
        if self.enable_3a:
            require_echo_canceller()

    @property
    def format(self) -> AudioFormat:
        """Rate and channels of the frames that are pushed."""
        return AudioFormat(self.sample_rate, self.channels)


class ExternalAudioStream:
    """A bounded queue of pushed audio, resampled to the call's format on its way in.

    A ``live`` stream never says ``BUFFER_FULL``: what a microphone captured cannot wait, so
    its oldest audio goes instead.

    All methods are for the event loop's thread. Another thread pushes by
    ``asyncio.run_coroutine_threadsafe(push_with_retry(stream, frame), loop).result()``, into a
    live stream by ``loop.call_soon_threadsafe(stream.push, frame)``.
    """

    def __init__(
        self,
        stream_id: int,
        config: ExternalAudioStreamConfig,
        capacity_ms: int = DEFAULT_CAPACITY_MS,
        live: bool = False,
    ) -> None:
        if capacity_ms < MAX_PUSH_MS:
            raise UsageError(
                f"a queue of {capacity_ms} ms cannot take a push of {MAX_PUSH_MS} ms",
                hint=f"give the stream {MAX_PUSH_MS} ms or more",
            )
        self.id = stream_id
        self.format = config.format
        self.live = live
        self.captured_until: float | None = None
        """When the newest sample of a live stream was captured, in seconds on the call's
        clock; its source sets it. None: at once when it is pushed."""
        self._publish_volume = config.publish_volume
        self._playout_volume = config.playout_volume
        self._canceller = EchoCanceller() if config.enable_3a else None
        self._intake = Intake(config.format, self._canceller)
        self._capacity = capacity_ms * SAMPLE_RATE // 1000
        # Beside the bound there is room for the silence that pushes out the last samples.
        self._queue = SampleQueue(self._capacity + self._tail_samples() + 1)
        self._padding = 0
        self._begun = False
        self._closed = False
        self._draining = 0
        self._flowing = False
        self._held = False
        self._moved: asyncio.Event | None = None
        self._taken = 0
        self._completions: deque[tuple[int, int, Completion]] = deque()
        self._pushed = 0
        self._pushed_samples = 0
        self._retried = 0
        self._dropped = 0
        self._discarded = 0
        self._high_water = 0
        self._underruns = 0

    @property
    def closed(self) -> bool:
        """Whether the stream was removed or the call is over."""
        return self._closed

    @property
    def queued_ms(self) -> float:
        """How much pushed audio waits to be sent, in milliseconds."""
        return self._queued() * 1000 / SAMPLE_RATE

    @property
    def taken(self) -> int:
        """Samples at 48 kHz that the mixer has taken or that were discarded, since the start."""
        return self._taken

    @property
    def end(self) -> int:
        """What ``taken`` will be when everything pushed so far was taken."""
        return self._taken + self._queued()

    @property
    def held(self) -> bool:
        """Whether a live stream stands behind a closed gate: its fill tells nothing of clocks."""
        return self._held

    @property
    def publish_gain(self) -> float:
        """The linear gain towards the agent."""
        return self._publish_volume / MAX_VOLUME

    @property
    def playout_gain(self) -> float:
        """The linear gain towards the caller's own speaker."""
        return self._playout_volume / MAX_VOLUME

    @property
    def statistics(self) -> StreamStatistics:
        """A snapshot of the counts."""
        return StreamStatistics(
            pushed=self._pushed,
            pushed_samples=self._pushed_samples,
            retried=self._retried,
            dropped=self._dropped,
            discarded_samples=self._discarded,
            high_water_ms=self._high_water * 1000 / SAMPLE_RATE,
            underruns=self._underruns,
            processing=self._canceller.statistics if self._canceller else None,
        )

    def set_publish_volume(self, volume: int) -> None:
        """Set how loud the agent hears the stream, 0–100, from the next tick on."""
        _check_volume("publish_volume", volume)
        self._publish_volume = volume

    def set_playout_volume(self, volume: int) -> None:
        """Set how loud the caller hears the stream, 0–100, from the next tick on."""
        _check_volume("playout_volume", volume)
        self._playout_volume = volume

    def push(self, frame: AudioFrame, completion: Completion | None = None) -> PushResult:
        """Take all of ``frame`` or none of it, without waiting.

        ``completion`` is called from the loop, once, if and only if the frame was taken.
        """
        refusal = self._refusal(frame)
        if refusal is not None:
            return refusal
        growth = self._intake.growth(len(frame))
        excess = self._queued() + growth - self._capacity
        if excess > 0:
            if not self.live:
                return PushResult.BUFFER_FULL
            self._discard(excess)
        self._accept(frame, completion)
        return PushResult.OK

    def clear(self) -> None:
        """Discard what is queued; completions of discarded writes are called with 0."""
        self._discarded += self._queued()
        self._queue.clear()
        self._intake.clear()
        self._padding = 0
        self._flowing = False
        self._cancel_completions()
        self._wake()

    async def drain(self) -> None:
        """Wait until everything pushed was sent, or discarded, or the stream was removed."""
        self._draining += 1
        try:
            while self._queued() and not self._closed:
                await self.changed()
        finally:
            self._draining -= 1

    async def changed(self) -> None:
        """Wait until the mixer has taken audio, or the stream was cleared or removed."""
        if self._closed:
            return
        if self._moved is None:
            self._moved = asyncio.Event()
        await self._moved.wait()

    def begin(self) -> None:
        """Accept pushes from now on: the call has begun."""
        self._begun = True

    def close(self) -> None:
        """Discard what is queued and refuse every later push."""
        if not self._closed:
            self._closed = True
            self.clear()

    def note_retry(self) -> None:
        """Count a push that repeats a refused frame."""
        self._retried += 1

    def note_drop(self) -> None:
        """Count a frame that its pusher gave up."""
        self._dropped += 1

    def pull(self, samples: int) -> Pcm:
        """Remove up to ``samples`` of 48 kHz mono for a tick; fewer when there are not so many."""
        self._held = False
        if len(self._queue):
            self._padding = 0
        if len(self._queue) < samples and not self._goes_on:
            self._push_out_tail()
        if self.live:
            self._squeeze(samples)
        taken = self._queue.take(samples)
        self._note_flow(len(taken) == samples)
        self._advance(len(taken))
        return taken

    def render(self, pcm: Pcm, latency: float, now: float) -> None:
        """Say what the call plays: 960 samples, heard in ``latency`` seconds.

        A stream with 3A takes the echo of it out of what is pushed from now on.
        """
        if self._canceller is None:
            return
        on_its_way = 0.0 if self.captured_until is None else max(now - self.captured_until, 0.0)
        self._canceller.set_delay(latency + on_its_way)
        self._canceller.render(pcm)

    def skip(self, samples: int) -> None:
        """Discard a live stream's oldest audio, for ticks that were not sent."""
        self._discard(samples)

    def keep_latest(self, samples: int) -> None:
        """Discard all but the newest ``samples`` of a live stream behind a closed gate."""
        self._held = True
        self._discard(max(len(self._queue) - samples, 0))

    @property
    def _goes_on(self) -> bool:
        """Whether silence would break what comes: a microphone's audio in blocks of 3A."""
        return self.live and self._canceller is not None and not self._draining

    def _squeeze(self, samples: int) -> None:
        """Leave out a silent tick of a live stream that is behind, until it is not."""
        behind = len(self._queue) - samples > MAX_LIVE_LAG
        if behind and rms(self._queue.peek(samples)) < SILENT_RMS:
            self._discard(samples)

    def _refusal(self, frame: AudioFrame) -> PushResult | None:
        if self._closed:
            return PushResult.REMOVED
        if not self._begun:
            return PushResult.NOT_BEGUN
        if frame.format != self.format:
            return PushResult.BAD_FORMAT
        if len(frame) * 1000 > MAX_PUSH_MS * self.format.sample_rate:
            return PushResult.TOO_LONG
        return None

    def _accept(self, frame: AudioFrame, completion: Completion | None) -> None:
        fits = self._queue.offer(self._intake.process(frame.samples))
        assert fits, "the bound was checked before"
        self._pushed += 1
        self._pushed_samples += len(frame)
        self._high_water = max(self._high_water, self._queued())
        if completion is not None:
            end = self._taken + len(self._queue) + self._intake.pending
            self._completions.append((end, len(frame), completion))
            self._complete()

    def _queued(self) -> int:
        """Pushed samples, as 48 kHz, that the mixer has not taken."""
        return len(self._queue) + self._intake.pending - self._padding

    def _tail_samples(self) -> int:
        return self._intake.growth(self._intake.lookahead)

    def _push_out_tail(self) -> None:
        """Let silence follow what was pushed, as it will be heard, so that its end comes out."""
        if self._padding or not self._intake.pending:
            return
        silence = np.zeros((self._intake.lookahead, self.format.channels), dtype=np.int16)
        self._queue.offer(self._intake.process(silence))
        self._padding = self._intake.pending

    def _note_flow(self, full: bool) -> None:
        if self._flowing and not full and not self._draining:
            self._underruns += 1
        self._flowing = full

    def _discard(self, samples: int) -> None:
        dropped = self._queue.drop_oldest(samples)
        self._discarded += dropped
        self._advance(dropped)

    def _advance(self, samples: int) -> None:
        if samples:
            self._taken += samples
            self._complete()
            self._wake()

    def _complete(self) -> None:
        while self._completions and self._completions[0][0] <= self._taken:
            _, written, completion = self._completions.popleft()
            _call_soon(completion, written)

    def _cancel_completions(self) -> None:
        while self._completions:
            _call_soon(self._completions.popleft()[2], 0)

    def _wake(self) -> None:
        if self._moved is not None:
            self._moved.set()
            self._moved = None


def _call_soon(completion: Completion, written: int) -> None:
    # Not called from within the tick: what it raises or how long it takes must not touch it.
    asyncio.get_running_loop().call_soon(completion, written)


def _check_volume(name: str, volume: int) -> None:
    if not 0 <= volume <= MAX_VOLUME:
        raise UsageError(f"{name} is {volume}", hint=f"volumes go from 0 to {MAX_VOLUME}")
