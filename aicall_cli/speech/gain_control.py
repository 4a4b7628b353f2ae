"""Gain control that rests while an echo may be there.

It begins with 15 dB and learns from whatever sounds like speech. What is left of an echo in
the first second, before the room is known, would so become loud enough that an agent takes it
for its caller and interrupts itself.
"""

from aicall_cli.audio.fade import crossfade
from aicall_cli.audio.format import Pcm
from aicall_cli.speech.audio_processing import AudioProcessing, Processing


class GainControl:
    """Brings a voice to the loudness that a recogniser is used to; blocks of 10 ms."""

    def __init__(self) -> None:
        self._module = AudioProcessing(
            Processing(
                echo_cancellation=False,
                noise_suppression=False,
                gain_control=True,
                high_pass_filter=False,
            )
        )
        self._resting = False

    def process(self, block: Pcm, *, rest: bool) -> Pcm:
        """Return one block as loud as it should be, or as it is where it is to ``rest``."""
        if rest and self._resting:
            return block
        controlled = self._module.process(block)
        if rest == self._resting:
            return controlled
        self._resting = rest
        return crossfade(controlled, block) if rest else crossfade(block, controlled)
