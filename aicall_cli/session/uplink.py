"""The way out: at each tick the mixer is pulled, and its audio goes to taps and backend."""

from collections.abc import Callable

from aicall_cli.audio.format import TICK_SAMPLES, Pcm
from aicall_cli.capture.mixer import Mixer
from aicall_cli.rtc.ticker import Tick

Send = Callable[[Pcm, int], None]
"""Takes 960 samples of mono 48 kHz PCM and their media position in samples."""


class Uplink:
    """Turns ticks into audio with a media position that never stops or runs back."""

    def __init__(self, mixer: Mixer, send: Send) -> None:
        self._mixer = mixer
        self._send = send
        self.position = 0
        """Media position of the next tick in samples: sent + skipped."""

    def on_tick(self, tick: Tick) -> None:
        """Skip what came too late, then send what is due."""
        if tick.skip:
            self._mixer.skip(tick.skip)
            self.position += tick.skip * TICK_SAMPLES
        for _ in range(tick.send):
            self._send(self._mixer.pull(), self.position)
            self.position += TICK_SAMPLES
