import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from aicall_cli.control import cloud_credentials
from aicall_cli.control.cloud_credentials import (
    KEY_ID,
    KEY_SECRET,
    SECURITY_TOKEN,
    CloudKeys,
    KeyChain,
)
from aicall_cli.errors import CredentialError, UsageError
from aicall_cli.secret import Secret

PROFILE = {
    "current": "work",
    "profiles": [
        {
            "name": "work",
            "mode": "StsToken",
            "access_key_id": "profile-id",
            "access_key_secret": "profile-secret",
            "sts_token": "profile-token",
        }
    ],
}
PROGRAM = """
from aicall_cli.control.cloud_credentials import KeyChain
keys = KeyChain({}).find()
print(keys.key_id.reveal(), keys.secret.reveal(), keys.token.reveal())
"""


NOBODY = ("127.0.0.1", 1)
"""Where no machine asks for its role."""


@dataclass
class Found:
    """What a provider of the library gives."""

    key_id: str | None
    secret: str | None
    token: str | None = None

    def get_access_key_id(self) -> str | None:
        return self.key_id

    def get_access_key_secret(self) -> str | None:
        return self.secret

    def get_security_token(self) -> str | None:
        return self.token


class Library:
    """Providers of the library's names that give one thing after the other, or raise it."""

    def __init__(self, **found: list[Found | Exception | None]) -> None:
        self.made: list[str] = []
        self._found = found

    def __getattr__(self, name: str) -> Callable[[], Any]:
        def make() -> Any:
            self.made.append(name)
            return SimpleNamespace(get_credentials=lambda: self._give(name))

        return make

    def _give(self, name: str) -> Found | None:
        found = self._found.get(name.removesuffix("CredentialsProvider"), [None]).pop(0)
        if isinstance(found, Exception):
            raise found
        return found


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Library]:
    """Return what makes the library's providers others, on a machine that has no role."""
    monkeypatch.setattr(cloud_credentials, "_METADATA", NOBODY)

    def make(**found: list[Found | Exception | None]) -> Library:
        it = Library(**found)
        monkeypatch.setattr(cloud_credentials, "import_module", lambda name: it)
        return it

    return make


def test_variables_come_first() -> None:
    assert KeyChain({KEY_ID: " a ", KEY_SECRET: "b"}).find() == CloudKeys(Secret("a"), Secret("b"))
    variables = {KEY_ID: "a", KEY_SECRET: "b", SECURITY_TOKEN: "c"}
    assert KeyChain(variables).find().token == Secret("c")


def test_the_place_that_had_keys_is_asked_each_time(library: Callable[..., Library]) -> None:
    made = library(
        OIDCRoleArn=[ValueError("no role")],
        CLIProfile=[Found(None, None)],
        Profile=[Found("a", "b"), Found("c", "d", "e")],
    )
    chain = KeyChain({})
    assert chain.find() == CloudKeys(Secret("a"), Secret("b"))
    assert chain.find() == CloudKeys(Secret("c"), Secret("d"), Secret("e"))
    assert [it.removesuffix("CredentialsProvider") for it in made.made] == [
        "OIDCRoleArn",
        "CLIProfile",
        "Profile",
    ]


@pytest.mark.parametrize(
    "outcome", [RuntimeError("key hunter2"), Found(None, None), Found("a", ""), None]
)
def test_where_there_are_none_all_places_are_told(
    library: Callable[..., Library], outcome: Found | Exception | None
) -> None:
    library(URL=[outcome])
    with pytest.raises(CredentialError, match="there are no credentials") as caught:
        KeyChain({}).find()
    assert KEY_ID in str(caught.value.hint)
    assert "aliyun configure" in str(caught.value.hint)
    assert "hunter2" not in f"{caught.value}{caught.value.__cause__}{caught.value.__context__}"


def test_keys_that_cannot_be_renewed_are_none(library: Callable[..., Library]) -> None:
    library(URL=[Found("a", "b", "c"), RuntimeError("key hunter2")])
    chain = KeyChain({})
    assert chain.find().token == Secret("c")
    with pytest.raises(CredentialError, match="there are no credentials"):
        chain.find()


@pytest.mark.parametrize(
    ("variables", "somebody", "asked"),
    [
        ({}, False, False),
        ({}, True, True),
        ({"ALIBABA_CLOUD_ECS_METADATA": "my-role"}, False, True),
        ({"ALIBABA_CLOUD_ECS_METADATA_DISABLED": "True"}, True, False),
    ],
)
def test_a_machine_is_asked_for_its_role_only_where_it_may_have_one(
    library: Callable[..., Library],
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    somebody: bool,
    asked: bool,
) -> None:
    made = library(EcsRamRole=[Found("a", "b", "c")], URL=[Found("d", "e")])
    with socket.create_server(("127.0.0.1", 0)) as server:
        if somebody:
            monkeypatch.setattr(cloud_credentials, "_METADATA", server.getsockname())
        keys = KeyChain(variables).find()
    assert ("EcsRamRoleCredentialsProvider" in made.made) is asked
    assert keys.key_id == Secret("a" if asked else "d")


def test_the_library_has_all_of_these_places() -> None:
    provider = import_module("alibabacloud_credentials.provider")
    assert set(cloud_credentials._PLACES) <= set(provider.__all__)


@pytest.mark.parametrize("bad", ["a b", "ä", "a\nb", "a\x00"])
def test_a_key_that_no_header_can_carry_is_refused_unseen(bad: str) -> None:
    with pytest.raises(UsageError, match="no HTTP header") as caught:
        KeyChain({KEY_ID: "a", KEY_SECRET: bad}).find()
    assert bad not in caught.value.message


def test_nothing_of_keys_is_printed() -> None:
    keys = KeyChain({KEY_ID: "hunter1", KEY_SECRET: "hunter2", SECURITY_TOKEN: "hunter3"})
    assert "hunter" not in repr(keys.find())
    assert [it.reveal() for it in keys.find().secrets()] == ["hunter1", "hunter2", "hunter3"]


def test_the_profile_of_the_vendors_command_is_found(tmp_path: Path) -> None:
    (tmp_path / ".aliyun").mkdir()
    (tmp_path / ".aliyun" / "config.json").write_text(json.dumps(PROFILE))
    kept = {name: it for name, it in os.environ.items() if not name.startswith("ALIBABA_CLOUD")}
    environment = {**kept, "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["profile-id", "profile-secret", "profile-token"]
