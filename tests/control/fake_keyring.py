"""A keyring in memory, in the place of the package."""

import sys
from dataclasses import dataclass, field
from importlib.machinery import ModuleSpec
from types import ModuleType

import pytest


class KeyringError(Exception):
    """The base of the package's errors."""


class NoKeyringError(KeyringError, RuntimeError):
    """Raised where no backend is."""


@dataclass
class FakeKeyring:
    """Entries by service and user name; ``refusal`` is what everything raises."""

    entries: dict[tuple[str, str], str] = field(default_factory=dict)
    refusal: Exception | None = None
    asked: int = 0

    def get_password(self, service: str, name: str) -> str | None:
        self._answer()
        return self.entries.get((service, name))

    def set_password(self, service: str, name: str, value: str) -> None:
        self._answer()
        self.entries[service, name] = value

    def delete_password(self, service: str, name: str) -> None:
        self._answer()
        del self.entries[service, name]

    def _answer(self) -> None:
        self.asked += 1
        if self.refusal is not None:
            raise self.refusal


def install_keyring(monkeypatch: pytest.MonkeyPatch) -> FakeKeyring:
    """Let ``import keyring`` give a new keyring."""
    keyring = FakeKeyring()
    package, errors = ModuleType("keyring"), ModuleType("keyring.errors")
    package.__spec__ = ModuleSpec("keyring", None)
    for name in ("get_password", "set_password", "delete_password"):
        setattr(package, name, getattr(keyring, name))
    for error in (KeyringError, NoKeyringError):
        setattr(errors, error.__name__, error)
    monkeypatch.setitem(sys.modules, "keyring", package)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)
    return keyring


def remove_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the package be missing."""
    monkeypatch.setitem(sys.modules, "keyring", None)
