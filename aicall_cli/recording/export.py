"""A recording's transcript and audio, written where somebody wants them."""

import secrets
from collections.abc import Callable
from contextlib import suppress
from enum import Enum
from pathlib import Path
from typing import BinaryIO, Final

from aicall_cli.audio.format import SAMPLE_RATE, AudioFormat, Pcm
from aicall_cli.audio.wav_writer import WavWriter
from aicall_cli.errors import RecordingError, UsageError
from aicall_cli.recording.stereo_timeline import AGENT, CALLER
from aicall_cli.recording.stored_call import StoredCall
from aicall_cli.recording.transcript_files import WRITERS

AUDIO_SUFFIX: Final = ".wav"
TRANSCRIPT_SUFFIXES: Final = tuple(Path(name).suffix for name in WRITERS)


class Side(Enum):
    """Whose audio."""

    BOTH = "both"
    """The caller left, the agent right."""
    CALLER = "caller"
    AGENT = "agent"

    def of(self, block: Pcm) -> Pcm:
        """Return this side of a stereo block, shape ``(n,)``, or the block itself."""
        if self is Side.BOTH:
            return block
        return block[:, CALLER if self is Side.CALLER else AGENT]


def export(call: StoredCall, target: Path, side: Side, *, replace: bool) -> None:
    """Write what the suffix of ``target`` says: ``.txt .srt .vtt .json``, or ``.wav``.

    The file has the usual rights: it is made to be given away. An existing one is kept unless
    it is to be replaced, and one that cannot be finished is removed. Raises UsageError,
    SourceError for a recording that cannot be read, RecordingError for a disk that refuses.
    """
    suffix = target.suffix.lower()
    if suffix == AUDIO_SUFFIX:
        _write(target, lambda file: _write_audio(call, file, side), replace=replace)
        return
    if suffix not in TRANSCRIPT_SUFFIXES:
        known = ", ".join((AUDIO_SUFFIX, *TRANSCRIPT_SUFFIXES))
        raise UsageError(
            f"{target.name!r} does not say what to export", hint=f"let its name end in {known}"
        )
    if side is not Side.BOTH:
        raise UsageError("a transcript has both sides", hint=f"export one side as {AUDIO_SUFFIX}")
    text = WRITERS[f"transcript{suffix}"](call.transcript())
    _write(target, lambda file: file.write(text.encode()), replace=replace)


def _write_audio(call: StoredCall, file: BinaryIO, side: Side) -> None:
    audio = call.audio()
    writer = WavWriter(file, AudioFormat(SAMPLE_RATE, 2 if side is Side.BOTH else 1))
    if audio.samples > writer.room:
        raise UsageError(
            f"{call.name} is too long for one WAV file",
            hint="export one side, or use its parts as they are",
        )
    for block in audio.blocks():
        writer.write(side.of(block))
    writer.update_header()


def _write(target: Path, write: Callable[[BinaryIO], object], *, replace: bool) -> None:
    if target.exists() and not replace:
        raise UsageError(f"{target} is there already", hint="choose another name, or give --force")
    partial = target.with_name(f"{target.name}.{secrets.token_hex(4)}.partial")
    try:
        with partial.open("xb") as file:
            write(file)
        partial.replace(target)
    except OSError as error:
        raise RecordingError(f"{target} cannot be written ({error.strerror})") from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
