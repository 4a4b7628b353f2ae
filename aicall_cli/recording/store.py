"""Where recordings are kept, and the name of each."""

import re
import secrets
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

import platformdirs

from aicall_cli.errors import RecordingError
from aicall_cli.private_file import make_private_directories, make_private_directory
from aicall_cli.recording.failure import HINT, recording_error

ENVIRONMENT_VARIABLE = "AICALL_RECORD_DIR"
LOCAL_FOLDER = "recordings"
NAME_LIMIT = 40
"""Characters of the agent id that a recording's name keeps."""
ATTEMPTS = 16
"""Names that are tried before the folder is said to be unusable."""


def recordings_folder(option: Path | None, environ: Mapping[str, str], cwd: Path) -> Path:
    """Return the folder that holds recordings; it need not exist.

    ``option`` (``--record-dir``), else ``AICALL_RECORD_DIR``, else ``recordings`` in ``cwd``
    where that is a folder, else the user's data folder.
    """
    if option is not None:
        return option
    if chosen := environ.get(ENVIRONMENT_VARIABLE):
        return Path(chosen)
    if (local := cwd / LOCAL_FOLDER).is_dir():
        return local
    return platformdirs.user_data_path("aicall", appauthor=False) / LOCAL_FOLDER


def random_id() -> str:
    """Return six hexadecimal digits."""
    return secrets.token_hex(3)


def create_recording(
    folder: Path, agent_id: str, began: datetime, new_id: Callable[[], str] = random_id
) -> Path:
    """Create the new directory of one recording (mode 0700) in ``folder`` and return it.

    Its name is ``<YYYYmmdd-HHMMSS>-<agent>-<short id>``; a name that is taken is never used
    again. Raises RecordingError, naming the path and the system's reason.
    """
    try:
        make_private_directories(folder)
    except OSError as error:
        culprit = Path(error.filename or folder)
        raise recording_error(culprit, error, verb="create the folder of") from error
    for _ in range(ATTEMPTS):
        path = folder / f"{began:%Y%m%d-%H%M%S}-{safe_name(agent_id)}-{new_id()}"
        try:
            make_private_directory(path)
        except FileExistsError:
            continue
        except OSError as error:
            raise recording_error(path, error, verb="create") from error
        return path
    raise RecordingError(f"cannot create a recording in {folder}: names are taken", hint=HINT)


def safe_name(agent_id: str) -> str:
    """Return the letters and digits of a hostile ``agent_id`` as one part of a file name.

    ASCII letters, digits, ``_`` and ``.`` stay; all else becomes one ``-``. Never empty, never
    beginning with a dot or a dash.
    """
    plain = unicodedata.normalize("NFKD", agent_id).encode("ascii", "ignore").decode()
    name = re.sub(r"[^A-Za-z0-9_.]+", "-", plain)[:NAME_LIMIT]
    return name.strip("-.") or "agent"
