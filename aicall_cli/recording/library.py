"""All recordings of a folder: listed, found by a part of their name, deleted."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from aicall_cli.errors import RecordingError, SourceError, UsageError
from aicall_cli.recording.stored_call import StoredCall, read_stored_call

LAST: Final = "last"
"""What the newest recording may be called."""
_SHOWN: Final = 5


def list_recordings(folder: Path) -> Sequence[StoredCall]:
    """Return the recordings in ``folder``, the oldest first; none where there is no folder.

    Other things in it are passed over. Raises SourceError for a folder that cannot be read.
    """
    try:
        directories = [path for path in folder.iterdir() if path.is_dir()]
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise SourceError(f"{folder} cannot be read ({error.strerror})") from error
    found = [call for path in directories if (call := read_stored_call(path)) is not None]
    return sorted(found, key=lambda call: call.name)


def find_recording(folder: Path, wanted: str) -> StoredCall:
    """Return the recording that ``wanted`` names.

    That is ``last``, a whole name, the beginning of one, or the short id at its end. Raises
    UsageError where that is none, or several.
    """
    recordings = list_recordings(folder)
    if not recordings:
        raise UsageError(
            f"there are no recordings in {folder}", hint="choose another folder with --record-dir"
        )
    if wanted == LAST:
        return recordings[-1]
    for found in (
        [call for call in recordings if call.name == wanted],
        [call for call in recordings if call.short_id == wanted],
        [call for call in recordings if call.name.startswith(wanted)],
    ):
        if len(found) == 1:
            return found[0]
        if found:
            names = ", ".join(call.name for call in found[:_SHOWN])
            more = ", …" if len(found) > _SHOWN else ""
            raise UsageError(f"{wanted!r} means several recordings", hint=f"{names}{more}")
    raise UsageError(f"there is no recording {wanted!r} in {folder}", hint="aicall recordings list")


def delete_recording(call: StoredCall) -> None:
    """Remove a recording with all its files; raise RecordingError where that is refused."""
    try:
        shutil.rmtree(call.directory)
    except OSError as error:
        raise RecordingError(f"{call.directory} cannot be deleted ({error.strerror})") from error
