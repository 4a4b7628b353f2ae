import json
import os
import subprocess
import sys
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


def chain_of(monkeypatch: pytest.MonkeyPatch, *found: Any) -> list[int]:
    """Let the library's chain find one thing after the other; count who asks for a chain."""
    made: list[int] = []
    left = list(found)

    class Client:
        def __init__(self) -> None:
            made.append(1)

        def get_credential(self) -> Any:
            it = left.pop(0)
            if isinstance(it, Exception):
                raise it
            return it

    monkeypatch.setattr(
        cloud_credentials, "import_module", lambda name: SimpleNamespace(Client=Client)
    )
    return made


def found(key_id: str | None, secret: str | None, token: str | None = None) -> Any:
    return SimpleNamespace(access_key_id=key_id, access_key_secret=secret, security_token=token)


def test_variables_come_first() -> None:
    assert KeyChain({KEY_ID: " a ", KEY_SECRET: "b"}).find() == CloudKeys(Secret("a"), Secret("b"))
    variables = {KEY_ID: "a", KEY_SECRET: "b", SECURITY_TOKEN: "c"}
    assert KeyChain(variables).find().token == Secret("c")


def test_the_chain_is_kept_and_asked_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    made = chain_of(monkeypatch, found("a", "b"), found("c", "d", "e"))
    chain = KeyChain({})
    assert chain.find() == CloudKeys(Secret("a"), Secret("b"))
    assert chain.find() == CloudKeys(Secret("c"), Secret("d"), Secret("e"))
    assert made == [1]


@pytest.mark.parametrize(
    "outcome", [RuntimeError("key hunter2"), found(None, None), found("a", ""), None]
)
def test_where_there_are_none_all_places_are_told(
    monkeypatch: pytest.MonkeyPatch, outcome: Any
) -> None:
    chain_of(monkeypatch, outcome)
    with pytest.raises(CredentialError, match="there are no credentials") as caught:
        KeyChain({}).find()
    assert KEY_ID in str(caught.value.hint)
    assert "aliyun configure" in str(caught.value.hint)
    assert "hunter2" not in f"{caught.value}{caught.value.__cause__}{caught.value.__context__}"


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
    environment = {**kept, "HOME": str(tmp_path), "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["profile-id", "profile-secret", "profile-token"]
