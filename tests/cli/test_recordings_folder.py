from pathlib import Path

import pytest

from aicall_cli.cli.environment import Environment
from aicall_cli.cli.recordings_folder import chosen_folder
from aicall_cli.errors import UsageError


def _environment(tmp_path: Path, text: str, **variables: str) -> Environment:
    (tmp_path / "config.toml").write_text(text, encoding="utf-8")
    config = {"AICALL_CONFIG": str(tmp_path / "config.toml")}
    return Environment(variables={**config, **variables}, folder=tmp_path)


def test_option_then_variable_then_file_then_the_folder_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "recordings").mkdir()
    both = _environment(tmp_path, "record_dir = 'file'", AICALL_RECORD_DIR="variable")
    assert chosen_folder(Path("option"), both) == Path("option")
    assert chosen_folder(None, both) == Path("variable")
    assert chosen_folder(None, _environment(tmp_path, "record_dir = 'file'")) == Path("file")
    assert chosen_folder(None, _environment(tmp_path, "")) == tmp_path / "recordings"


def test_settings_that_cannot_be_used_are_told(tmp_path: Path) -> None:
    broken = _environment(tmp_path, "record_dir = 5")
    with pytest.raises(UsageError, match="record_dir must be a folder"):
        chosen_folder(None, broken)
    assert chosen_folder(Path("option"), broken) == Path("option")
