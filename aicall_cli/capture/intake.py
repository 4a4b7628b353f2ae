"""What becomes of pushed audio before it is queued: the call's rate, then 3A where it is on.

3A comes here and not where the mixer pulls, because an echo comes back after a constant time:
what waits in the queue, behind a gate or to be squeezed, would make another time of it.
"""

import numpy as np

from aicall_cli.audio.format import SAMPLE_RATE, AudioFormat, Pcm
from aicall_cli.audio.resampler import StreamResampler
from aicall_cli.speech.audio_processing import BLOCK_SAMPLES
from aicall_cli.speech.echo_canceller import EchoCanceller


class Intake:
    """Turns pushed ``(n, channels)`` into mono 48 kHz ``(m,)``, in the order of the stream.

    ``pending`` samples are inside: what 3A's blocks of 10 ms and the resampler's lookahead
    keep until more comes.
    """

    def __init__(self, source: AudioFormat, canceller: EchoCanceller | None) -> None:
        self._resampler = StreamResampler(source)
        self._block = source.samples(BLOCK_SAMPLES / SAMPLE_RATE) if canceller else 0
        self._canceller = canceller
        self._rest: Pcm = np.zeros(0, np.int16)

    @property
    def lookahead(self) -> int:
        """Source samples that must follow a sample, at most, before it comes out."""
        return self._resampler.lookahead + self._block

    @property
    def pending(self) -> int:
        """Output samples that are still to come of what was taken."""
        return self._resampler.pending + len(self._rest)

    def growth(self, samples: int) -> int:
        """Return how many output samples ``samples`` more will become, sooner or later."""
        return self._resampler.growth(samples)

    def process(self, samples: Pcm) -> Pcm:
        """Take int16 ``(n, channels)``, return what comes out by now."""
        pcm = self._resampler.process(samples)
        if self._canceller is None:
            return pcm
        pcm = np.concatenate((self._rest, pcm))
        whole = len(pcm) // BLOCK_SAMPLES * BLOCK_SAMPLES
        self._rest = pcm[whole:]
        return self._canceller.process(pcm[:whole])

    def clear(self) -> None:
        """Forget the stream and start a new one; what 3A learned of the room stays."""
        self._resampler.clear()
        self._rest = self._rest[:0]
