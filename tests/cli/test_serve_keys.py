from pathlib import Path

import pytest

from aicall_cli.agent.options import KeyPair
from aicall_cli.cli.serve_keys import find_key_pair
from aicall_cli.control.settings import Settings
from aicall_cli.errors import UsageError
from aicall_cli.exit_status import ExitStatus
from aicall_cli.secret import Secret
from tests.cli.run_command import Runner
from tests.control.fake_keyring import install_keyring

VARIABLES = {"AICALL_SERVE_KEY_ID": "mine", "AICALL_SERVE_KEY_SECRET": "hunter2"}


def settings(folder: Path, **variables: str) -> Settings:
    return Settings.read({"AICALL_CONFIG": str(folder / "config.toml"), **variables})


def test_the_pair_stands_in_the_environment(tmp_path: Path) -> None:
    found = find_key_pair(settings(tmp_path, **VARIABLES))
    assert found == KeyPair("mine", Secret("hunter2"))
    assert "hunter2" not in repr(found)


def test_or_in_the_settings_and_the_keyring(
    run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring = install_keyring(monkeypatch)
    keyring.entries["aicall", "serve_key_secret"] = "hunter2"
    (tmp_path / "config.toml").write_text(
        "serve_key_id = 'mine'\nserve_key_secret = {keyring = true}\n"
    )
    assert find_key_pair(settings(tmp_path)) == KeyPair("mine", Secret("hunter2"))


def test_no_id_is_no_pair(tmp_path: Path) -> None:
    assert find_key_pair(settings(tmp_path)) is None
    assert find_key_pair(settings(tmp_path, AICALL_SERVE_KEY_SECRET="hunter2")) is None


def test_an_id_without_a_secret_is_refused(run: Runner, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no secret to go with it"):
        find_key_pair(settings(tmp_path, AICALL_SERVE_KEY_ID="mine"))
    done = run("serve", "--port", "0", variables={"AICALL_SERVE_KEY_ID": "mine"})
    assert done.status == ExitStatus.USAGE
    assert "AICALL_SERVE_KEY_SECRET" in done.err
