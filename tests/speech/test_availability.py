import importlib.util
import subprocess
import sys
from importlib.machinery import ModuleSpec

import pytest

from aicall_cli.errors import UsageError
from aicall_cli.speech.availability import (
    agent_extra_available,
    require_recogniser,
    require_synthesiser,
)


def _hide(monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    find_spec = importlib.util.find_spec

    def without(name: str) -> ModuleSpec | None:
        return None if name == package else find_spec(name)

    monkeypatch.setattr("aicall_cli.speech.availability.find_spec", without)


def test_the_extra_is_here() -> None:
    assert agent_extra_available()
    require_recogniser()
    require_synthesiser()


@pytest.mark.parametrize("package", ["pocketsphinx", "espeakng_loader"])
def test_one_missing_package_is_a_missing_extra(
    monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    _hide(monkeypatch, package)
    assert not agent_extra_available()


def test_a_missing_recogniser_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    _hide(monkeypatch, "pocketsphinx")
    with pytest.raises(UsageError, match="pocketsphinx") as raised:
        require_recogniser()
    assert raised.value.hint == "install it: pip install 'aicall-cli[agent]'"


def test_a_missing_synthesiser_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    _hide(monkeypatch, "espeakng_loader")
    with pytest.raises(UsageError, match="espeakng_loader") as raised:
        require_synthesiser()
    assert raised.value.hint == "install it: pip install 'aicall-cli[agent]'"


def test_asking_imports_neither_package() -> None:
    code = (
        "import sys; from aicall_cli.speech.availability import agent_extra_available;"
        "agent_extra_available(); print({'pocketsphinx', 'espeakng_loader'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
