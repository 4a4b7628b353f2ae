"""All streams of one call, added together once per tick."""

from aicall_cli.audio.format import SAMPLE_RATE, TICK_SAMPLES, Pcm
from aicall_cli.audio.mix import mix
from aicall_cli.capture.external_stream import (
    DEFAULT_CAPACITY_MS,
    ExternalAudioStream,
    ExternalAudioStreamConfig,
)
from aicall_cli.errors import UsageError
from aicall_cli.speech.echo_canceller import ProcessingStatistics

DEFAULT_PRE_ROLL_MS = 200
"""Live audio from before push-to-talk's key that is sent; the queue's bound is its bound."""


class Mixer:
    """The end of the capture pipeline that the tick pulls.

    ``gate_open`` is push-to-talk's gate and ``muted`` the mute switch, both exact to a tick.
    Behind either, file-like streams wait. Live ones go on: of what they captured before the
    gate opens the last ``pre_roll_ms`` are kept and sent first, so that no first syllable is
    lost; what was captured while muted is never sent.
    """

    def __init__(self, capacity_ms: int = DEFAULT_CAPACITY_MS) -> None:
        self.gate_open = True
        self.muted = False
        self.pre_roll_ms = DEFAULT_PRE_ROLL_MS
        self._capacity_ms = capacity_ms
        self._streams: dict[int, ExternalAudioStream] = {}
        self._last_id = 0
        self._begun = False
        self._closed = False
        self._side_tone: Pcm | None = None
        self._processed: list[ExternalAudioStream] = []

    @property
    def streams(self) -> tuple[ExternalAudioStream, ...]:
        """The streams that are there now, oldest first."""
        return tuple(self._streams.values())

    @property
    def side_tone(self) -> Pcm | None:
        """What the caller's own speaker should play of the last tick; None for nothing.

        The streams as their playout volumes have it, 960 samples.
        """
        return self._side_tone

    @property
    def processing(self) -> tuple[ProcessingStatistics, ...]:
        """What 3A did to each stream that has it, the removed ones among them."""
        figures = (stream.statistics.processing for stream in self._processed)
        return tuple(figure for figure in figures if figure is not None)

    def add_stream(
        self, config: ExternalAudioStreamConfig, live: bool = False
    ) -> ExternalAudioStream:
        """Add a stream, which gets an id greater than 0 that is never used again."""
        self._last_id += 1
        stream = ExternalAudioStream(self._last_id, config, self._capacity_ms, live)
        if config.enable_3a:
            self._processed.append(stream)
        if self._closed:
            stream.close()
            return stream
        if self._begun:
            stream.begin()
        self._streams[stream.id] = stream
        return stream

    def remove_stream(self, stream_id: int) -> None:
        """Remove a stream at once; raise UsageError if there is none with this id."""
        stream = self._streams.pop(stream_id, None)
        if stream is None:
            raise UsageError(f"there is no external audio stream {stream_id}")
        stream.close()

    def begin(self) -> None:
        """The call has begun: streams accept pushes, and ``pull`` takes from them."""
        self._begun = True
        for stream in self._streams.values():
            stream.begin()

    def close(self) -> None:
        """The call is over: every stream is removed, and whoever waits on one is released."""
        self._closed = True
        for stream_id in tuple(self._streams):
            self.remove_stream(stream_id)

    def pull(self) -> Pcm:
        """Return the next tick: always 960 samples, silence where there is nothing."""
        passing = self.gate_open and not self.muted
        if not passing:
            self._hold_live(0 if self.muted else self.pre_roll_ms * SAMPLE_RATE // 1000)
        heard = self._pull_streams() if self._begun and passing else []
        self._side_tone = _side_tone(heard)
        return mix([(pcm, stream.publish_gain) for stream, pcm in heard], TICK_SAMPLES)

    def render(self, pcm: Pcm, latency: float, now: float) -> None:
        """Tell the streams with 3A what is played: 960 samples, heard in ``latency`` seconds."""
        for stream in self._streams.values():
            stream.render(pcm, latency, now)

    def skip(self, ticks: int) -> None:
        """Pass over ticks that were not sent: file-like streams wait, live ones lose them."""
        for stream in self._live_streams():
            stream.skip(ticks * TICK_SAMPLES)

    def _pull_streams(self) -> list[tuple[ExternalAudioStream, Pcm]]:
        return [(stream, stream.pull(TICK_SAMPLES)) for stream in self._streams.values()]

    def _hold_live(self, samples: int) -> None:
        for stream in self._live_streams():
            stream.keep_latest(samples)

    def _live_streams(self) -> list[ExternalAudioStream]:
        return [stream for stream in self._streams.values() if stream.live]


def _side_tone(heard: list[tuple[ExternalAudioStream, Pcm]]) -> Pcm | None:
    audible = [(pcm, stream.playout_gain) for stream, pcm in heard if stream.playout_gain > 0]
    return mix(audible, TICK_SAMPLES) if audible else None
