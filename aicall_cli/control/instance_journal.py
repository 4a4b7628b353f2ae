"""The journal of agents that were started and are billed, for the command that is killed.

One file for each agent in a folder of the user's, locked by the command that had it started
until that has it stopped. A file that can be locked is one of a command that is gone: the next
command stops its agent. A lock ends with its process, however that ends.
"""

import json
import logging
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Self

import platformdirs

from aicall_cli.control.cloud_endpoint import CloudEndpoint
from aicall_cli.engine.limits import MAX_ID
from aicall_cli.errors import AicallError
from aicall_cli.private_file import create_private_file, make_private_directories
from aicall_cli.protocol.json_object import parse_object

_log = logging.getLogger(__name__)

_SUFFIX: Final = ".json"
_MAX_FILE: Final = 4096


@dataclass(frozen=True, slots=True)
class RunningInstance:
    """An agent that runs, and the API that can stop it."""

    instance_id: str
    endpoint: CloudEndpoint

    @classmethod
    def read(cls, data: bytes) -> Self:
        """Return what ``data`` notes; raise AicallError where nobody could be asked to stop it."""
        noted = parse_object(data, name="an agent's note", limit=_MAX_FILE)
        url = noted.text("endpoint", "", limit=_MAX_FILE)
        region = noted.text("region", limit=_MAX_FILE)
        return cls(noted.text("instance_id", limit=MAX_ID), CloudEndpoint.of(region, url))

    def note(self) -> bytes:
        """Return the file's bytes."""
        fields = {"instance_id": self.instance_id, "region": self.endpoint.region}
        return json.dumps({**fields, "endpoint": self.endpoint.url}).encode()


class Entry:
    """One agent's file, which is locked as long as this is open."""

    def __init__(self, instance: RunningInstance, path: Path, file: BinaryIO) -> None:
        self.instance = instance
        self._path = path
        self._file = file

    def remove(self) -> None:
        """Forget the agent: it was stopped."""
        self._file.close()
        self._path.unlink(missing_ok=True)

    def keep(self) -> None:
        """Leave the agent to the next command: it could not be stopped."""
        self._file.close()


class InstanceJournal:
    """The files in ``folder``. All of it reads and writes files: not for a running loop."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def of_user(cls) -> "InstanceJournal":
        """Return the journal of this machine's user."""
        return cls(platformdirs.user_state_path("aicall", appauthor=False) / "instances")

    def enter(self, instance: RunningInstance) -> Entry:
        """Note that ``instance`` runs; raise OSError where that cannot be written."""
        make_private_directories(self._folder)
        # A name of our own: an instance's id is the server's text.
        path = self._folder / f"{os.getpid()}-{os.urandom(4).hex()}{_SUFFIX}"
        file = create_private_file(path)
        try:
            _lock(file)
            file.write(instance.note())
            os.fsync(file.fileno())
        except OSError:
            file.close()
            path.unlink(missing_ok=True)
            raise
        return Entry(instance, path, file)

    def left(self) -> Iterator[Entry]:
        """Yield the agents of commands that are gone, each locked from now on."""
        for path in sorted(self._folder.glob(f"*{_SUFFIX}")):
            try:
                entry = _open(path)
            except (OSError, AicallError) as error:
                _log.debug("%s is left alone: %s", path.name, error)
                continue
            if entry is not None:
                yield entry


def _open(path: Path) -> Entry | None:
    """Return what ``path`` notes; None where its command still runs."""
    file = path.open("r+b", buffering=0)
    try:
        _lock(file)
        instance = RunningInstance.read(file.read(_MAX_FILE))
    except BlockingIOError:
        file.close()
        return None
    except BaseException:
        file.close()
        raise
    return Entry(instance, path, file)


if sys.platform == "win32":
    import msvcrt

    def _lock(file: BinaryIO) -> None:
        try:
            # Far behind the text, which others may then read.
            file.seek(_MAX_FILE)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError as error:
            raise BlockingIOError(*error.args) from error
        finally:
            file.seek(0)

else:
    import fcntl

    def _lock(file: BinaryIO) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
