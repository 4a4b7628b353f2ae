import errno
import os
from pathlib import Path

import pytest

from aicall_cli.exit_status import ExitStatus
from aicall_cli.recording.failure import HINT, PERMISSION_HINT, SPACE_HINT, recording_error


def test_it_names_the_path_and_the_reason() -> None:
    path = Path("here/call.wav")
    error = recording_error(path, OSError(errno.ENOSPC, "No space left on device"))
    assert error.message == f"cannot write the recording {path}: No space left on device"
    assert error.exit_status is ExitStatus.RECORDING


@pytest.mark.parametrize(
    ("number", "hint"),
    [
        (errno.ENOSPC, SPACE_HINT),
        (errno.EDQUOT, SPACE_HINT),
        (errno.EFBIG, SPACE_HINT),
        (errno.EACCES, PERMISSION_HINT),
        (errno.EPERM, PERMISSION_HINT),
        (errno.EROFS, PERMISSION_HINT),
        (errno.ENOTDIR, HINT),
        (errno.ENAMETOOLONG, HINT),
        (errno.EIO, HINT),
    ],
)
def test_what_to_do_is_about_the_reason(number: int, hint: str) -> None:
    assert recording_error(Path("x"), OSError(number, os.strerror(number))).hint == hint


def test_an_error_without_a_reason_is_named_by_its_kind() -> None:
    error = recording_error(Path("x"), TimeoutError())
    assert error.message.endswith(": TimeoutError")
    assert error.hint == HINT
