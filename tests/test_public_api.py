import subprocess
import sys
from importlib import import_module

import pytest

import aicall_cli


@pytest.mark.parametrize("name", aicall_cli.__all__)
def test_each_public_name_is_there(name: str) -> None:
    home = import_module(aicall_cli._HOMES[name])
    assert getattr(aicall_cli, name) is getattr(home, name)


def test_every_home_is_exported() -> None:
    assert sorted(aicall_cli._HOMES) == sorted(aicall_cli.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="Cal"):
        aicall_cli.Cal  # noqa: B018


@pytest.mark.parametrize(
    "arguments",
    [
        ["--version"],
        ["--help"],
        ["push-file", "--help"],
        ["config", "path"],
        ["config", "set", "--help"],
        ["agents", "--help"],
        ["share", "show", "eyJ"],
        ["token", "make", "--help"],
    ],
)
def test_help_and_version_import_nothing_heavy(arguments: list[str]) -> None:
    program = (
        "import sys; from aicall_cli.cli.main import main; "
        f"main({arguments!r}); "
        "names = {'aiortc', 'av', 'numpy', 'websockets', 'sounddevice', 'keyring', "
        "'requests', 'alibabacloud_credentials', 'aicall_cli.cli.cloud_commands'}; "
        f"names -= {{'aicall_cli.cli.cloud_commands'}} if 'cloud' in {arguments!r} else set(); "
        "heavy = names & set(sys.modules); "
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
