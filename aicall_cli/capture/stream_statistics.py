"""What became of the audio that was pushed into one stream."""

from dataclasses import dataclass

from aicall_cli.speech.echo_canceller import ProcessingStatistics


@dataclass(frozen=True, slots=True)
class StreamStatistics:
    """Counts since the stream was added.

    ``pushed`` frames were taken, ``pushed_samples`` per channel at the stream's rate;
    ``retried`` pushes repeated a refused frame; ``dropped`` frames were given up after the
    last retry; ``discarded_samples`` (48 kHz) left the queue unheard: a live source's
    overflow, skipped ticks or closed gate, and ``clear``. ``high_water_ms`` is the longest
    queue there was. ``underruns`` counts the times the mixer ran out of audio in a stream
    that was not draining, once for each pause.
    """

    pushed: int
    pushed_samples: int
    retried: int
    dropped: int
    discarded_samples: int
    high_water_ms: float
    underruns: int
    processing: ProcessingStatistics | None
    """What 3A did; None for a stream without it."""
