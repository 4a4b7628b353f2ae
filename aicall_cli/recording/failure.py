"""What the disk refuses, said in one sentence."""

import errno
from pathlib import Path
from typing import Final

from aicall_cli.errors import RecordingError

HINT: Final = "choose another folder with --record-dir, or use --no-record"
SPACE_HINT: Final = f"free some space, {HINT}"
PERMISSION_HINT: Final = f"see whether you may write there, {HINT}"

_NO_SPACE: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NO_PERMISSION: Final = (errno.EACCES, errno.EPERM, errno.EROFS)


def recording_error(path: Path, error: OSError, *, verb: str = "write") -> RecordingError:
    """Return the error that names ``path``, the system's reason and what helps against it."""
    reason = error.strerror or type(error).__name__
    return RecordingError(f"cannot {verb} the recording {path}: {reason}", hint=_hint(error))


def _hint(error: OSError) -> str:
    if error.errno in _NO_SPACE:
        return SPACE_HINT
    return PERMISSION_HINT if error.errno in _NO_PERMISSION else HINT
