"""Secrets that the system's keyring keeps, through the extra ``keyring``.

The settings file says which these are (``token = { keyring = true }``), so that a call which
has none neither waits for a keyring nor makes its owner unlock it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from aicall_cli.control.kinds import KeyringSecret
from aicall_cli.control.setting_name import SettingName
from aicall_cli.errors import UsageError
from aicall_cli.secret import Secret
from aicall_cli.text import escape

SERVICE: Final = "aicall"
"""What the keyring's entries are filed under; each one's user name is the setting's name."""
INSTALL_HINT: Final = "install it: pip install 'aicall-cli[keyring]'"
_PACKAGE: Final = "keyring"


def keyring_available() -> bool:
    """Return whether the extra is installed, without importing it."""
    return find_spec(_PACKAGE) is not None


def read_secret(name: SettingName) -> Secret:
    """Return the secret that the keyring has for ``name``; may ask the user to unlock it.

    Raises UsageError where there is no keyring, none that opens, or no such entry in it.
    """
    with _keyring(name) as keyring:
        value = keyring.get_password(SERVICE, str(name))
    if not value:
        raise UsageError(f"the keyring has no {name}", hint=_hint(name))
    return Secret(value)


def write_secret(name: SettingName, secret: Secret) -> None:
    """Let the keyring keep ``secret``; raise UsageError where it does not."""
    with _keyring(name) as keyring:
        keyring.set_password(SERVICE, str(name), secret.reveal())


def delete_secret(name: SettingName) -> None:
    """Let the keyring forget ``name``, if it has it; raise UsageError where it does not."""
    with _keyring(name) as keyring:
        if keyring.get_password(SERVICE, str(name)) is not None:
            keyring.delete_password(SERVICE, str(name))


@contextmanager
def _keyring(name: SettingName) -> Iterator[Any]:
    """Give the package, and say in one sentence what it refuses."""
    if not keyring_available():
        message = f"{name} is kept in the keyring, and the package keyring is not installed"
        raise UsageError(message, hint=INSTALL_HINT)
    keyring, errors = import_module(_PACKAGE), import_module(f"{_PACKAGE}.errors")
    try:
        yield keyring
    except errors.NoKeyringError as error:
        raise UsageError(f"there is no keyring for {name} here", hint=_hint(name)) from error
    except errors.KeyringError as error:
        reason = escape(str(error) or type(error).__name__)
        raise UsageError(f"the keyring refuses {name} ({reason})", hint=_hint(name)) from error


def _hint(name: SettingName) -> str:
    variable = f"set {name.setting.variable}, or " if name.setting else ""
    if isinstance(name.kind, KeyringSecret):
        return f"{variable}store it: aicall config set {name}"
    return f"{variable}store it in the file: aicall config set {name} --no-keyring"
