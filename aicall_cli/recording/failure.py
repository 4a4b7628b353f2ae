"""What the disk refuses, said in one sentence."""

from pathlib import Path

from aicall_cli.errors import RecordingError

HINT = "Free some space or choose another folder with --record-dir, or use --no-record."


def recording_error(path: Path, error: OSError, *, verb: str = "write") -> RecordingError:
    """Return the error that names ``path`` and the system's reason."""
    reason = error.strerror or type(error).__name__
    return RecordingError(f"Cannot {verb} the recording {path}: {reason}.", hint=HINT)
