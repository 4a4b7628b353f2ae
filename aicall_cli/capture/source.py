"""What every source of audio looks like to the pump."""

from collections.abc import AsyncGenerator, Sequence
from typing import Protocol

from aicall_cli.audio.format import AudioFormat
from aicall_cli.audio.frame import AudioFrame
from aicall_cli.capture.external_stream import MAX_PUSH_MS
from aicall_cli.errors import UsageError


class Source(Protocol):
    """Audio that is read piece by piece, at a rate and channel count that can be pushed."""

    @property
    def name(self) -> str:
        """What to call it before people: a file's name, ``standard input``."""

    @property
    def format(self) -> AudioFormat:
        """The format of every frame: a push rate, mono or stereo."""

    @property
    def duration(self) -> float | None:
        """How long it lasts in seconds, as far as that is known before its end."""

    @property
    def position(self) -> float:
        """How many seconds of it have been handed out."""

    @property
    def warnings(self) -> Sequence[str]:
        """What was wrong with it so far, one sentence each, without preventing its use."""

    def frames(self, push_ms: int) -> AsyncGenerator[AudioFrame, None]:
        """Yield the audio once, ``push_ms`` at a time; the last frame may be shorter.

        Raises SourceError when it cannot be read any further.
        """

    async def close(self) -> None:
        """Give back file, thread and whatever else it holds; a second call does nothing."""


def push_samples(audio_format: AudioFormat, push_ms: int) -> int:
    """Return the samples per channel of one push; raise UsageError for an unusable size."""
    if not 1 <= push_ms <= MAX_PUSH_MS:
        raise UsageError(
            f"a push of {push_ms} ms is not possible", hint=f"push 1 to {MAX_PUSH_MS} ms at a time"
        )
    return audio_format.sample_rate * push_ms // 1000
