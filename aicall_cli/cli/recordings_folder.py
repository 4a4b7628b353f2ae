"""Which folder the commands look for recordings in."""

from pathlib import Path

from aicall_cli.cli.environment import Environment
from aicall_cli.control.settings import Settings
from aicall_cli.recording.store import recordings_folder


def chosen_folder(option: Path | None, environment: Environment) -> Path:
    """Return what the option, the variable or the settings say, or the usual place.

    Raises UsageError for settings that cannot be used.
    """
    if option is None:
        said = Settings.read(environment.variables).resolve("record_dir").value
        option = Path(said) if isinstance(said, str) else None
    return recordings_folder(option, environment.variables, environment.folder)
