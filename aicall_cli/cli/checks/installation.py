"""What is installed, and the places where settings and recordings are."""

import os
import platform
import shutil
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from aicall_cli._version import __version__
from aicall_cli.audio.opus import opus_available
from aicall_cli.cli.checks.finding import Figures, Finding, State, finding_of
from aicall_cli.cli.environment import Environment
from aicall_cli.cli.recordings_folder import chosen_folder
from aicall_cli.control.cloud_credentials import INSTALL_HINT as INSTALL_AICALLKIT
from aicall_cli.control.cloud_credentials import aicallkit_extra_available
from aicall_cli.control.keyring_store import INSTALL_HINT as INSTALL_KEYRING
from aicall_cli.control.keyring_store import keyring_available
from aicall_cli.control.settings import Settings
from aicall_cli.control.settings_file import others_can_read
from aicall_cli.errors import UsageError
from aicall_cli.recording.store import recordings_folder
from aicall_cli.speech.availability import INSTALL_AEC_HINT as INSTALL_AEC
from aicall_cli.speech.availability import INSTALL_HINT as INSTALL_AGENT
from aicall_cli.speech.availability import aec_extra_available, agent_extra_available

# Distribution and module of what no call can do without.
_NEEDED = {
    "aiortc": "aiortc",
    "av": "av",
    "numpy": "numpy",
    "sounddevice": "sounddevice",
    "webrtcvad-wheels": "webrtcvad",
    "websockets": "websockets",
}
LOW_BYTES = 1_000_000_000
"""Free space below which recordings are in danger: 1.4 hours of a call."""


def check_installation(environment: Environment) -> Iterator[Finding]:
    """Yield what is installed, and how settings and recordings are kept."""
    yield check_python()
    yield check_packages()
    yield from check_extras()
    yield check_codec()
    yield check_settings(environment)
    yield check_recordings(environment)


def check_python() -> Finding:
    """Say which Python runs on what; an older one would not have come this far."""
    python = platform.python_version()
    message = f"{platform.python_implementation()} {python}, {platform.platform(terse=True)}"
    figures: Figures = {"version": python, "aicall": __version__, "machine": platform.machine()}
    return Finding("python", State.OK, message, figures=figures)


def check_packages() -> Finding:
    """Look whether what a call needs can be imported."""
    missing = [name for name, module in _NEEDED.items() if find_spec(module) is None]
    versions: Figures = {name: _version(name) for name in _NEEDED}
    if missing:
        return Finding(
            "packages",
            State.BROKEN,
            f"not installed: {', '.join(missing)}",
            "install them again: pip install --force-reinstall aicall-cli",
            versions,
        )
    message = ", ".join(f"{name} {versions[name]}" for name in ("aiortc", "av", "numpy"))
    return Finding("packages", State.OK, message, figures=versions)


def check_extras() -> Iterator[Finding]:
    """Say which extras are installed, and what is missing without the others."""
    extras = (
        ("agent", agent_extra_available(), "the assistant hears and speaks", INSTALL_AGENT),
        ("aec", aec_extra_available(), "echo cancellation for calls without headset", INSTALL_AEC),
        ("keyring", keyring_available(), "tokens in the system's keyring", INSTALL_KEYRING),
        ("aicallkit", aicallkit_extra_available(), "Alibaba Cloud's agents", INSTALL_AICALLKIT),
    )
    for extra, installed, purpose, hint in extras:
        yield Finding(
            f"extra {extra}",
            State.OK if installed else State.NOTE,
            f"{'installed' if installed else 'not installed'}: {purpose}",
            None if installed else hint,
            {"installed": installed},
        )


def check_codec() -> Finding:
    """Say which Opus encodes."""
    if opus_available():
        return Finding("codec", State.OK, "libopus, with error correction")
    return Finding(
        "codec",
        State.NOTE,
        "PyAV's Opus: lost packets are concealed, never recovered",
        "install the wheel of PyAV that brings libopus: pip install --force-reinstall av",
    )


def check_settings(environment: Environment) -> Finding:
    """Read the settings file, and look who else may."""
    try:
        settings = Settings.read(environment.variables)
    except UsageError as error:
        return finding_of("settings", error, State.BROKEN)
    path = settings.path
    figures: Figures = {"path": str(path), "exists": path.exists()}
    if others_can_read(path):
        return Finding(
            "settings",
            State.NOTE,
            f"{path} can be read by others, and may hold tokens",
            f"chmod 600 {path}",
            figures,
        )
    message = str(path) if path.exists() else f"{path} (not there: the defaults are in effect)"
    return Finding("settings", State.OK, message, figures=figures)


def check_recordings(environment: Environment) -> Finding:
    """Look whether a recording could be made, and for how long."""
    folder = _recordings(environment)
    there = folder
    while not there.exists() and there.parent != there:
        there = there.parent
    if not (there.is_dir() and os.access(there, os.W_OK | os.X_OK)):
        return Finding(
            "recordings",
            State.NOTE,
            f"nothing can be written to {folder}",
            "choose another folder with --record-dir or AICALL_RECORD_DIR, or use --no-record",
            {"path": str(folder), "free_bytes": None},
        )
    free = shutil.disk_usage(there).free
    figures: Figures = {"path": str(folder), "free_bytes": free}
    message = f"{folder}, {free / 1e9:.1f} GB free"
    if free < LOW_BYTES:
        advice = "make room there, or choose another folder with --record-dir"
        return Finding("recordings", State.NOTE, message, advice, figures)
    return Finding("recordings", State.OK, message, figures=figures)


def _recordings(environment: Environment) -> Path:
    try:
        return chosen_folder(None, environment)
    except UsageError:  # which is a finding of its own
        return recordings_folder(None, environment.variables, environment.folder)


def _version(distribution: str) -> str | None:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None
