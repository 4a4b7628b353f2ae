"""``python -m aicall_cli``."""

import pytest

from aicall_cli import __main__ as module
from aicall_cli.cli import main as boundary
from aicall_cli.exit_status import ExitStatus


def test_it_leaves_with_the_commands_status(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boundary, "main", lambda: ExitStatus.NO_REPLY)
    with pytest.raises(SystemExit) as left:
        module.main()
    assert left.value.code == ExitStatus.NO_REPLY


def test_ctrl_c_while_it_starts_is_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(boundary, "main", interrupted)
    with pytest.raises(SystemExit) as left:
        module.main()
    assert left.value.code == ExitStatus.INTERRUPTED
