"""Programs that stand in for the built-in agent's process."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from aicall_cli.client.agent_process import AgentProcess

READY = "print(json.dumps({'url': 'ws://there'}), flush=True)"


def use_program(monkeypatch: pytest.MonkeyPatch, folder: Path, python: str) -> None:
    """Let AgentProcess run the lines ``python``, whatever arguments it gives."""
    program = folder / "agent"
    program.write_text(f"#!{sys.executable}\nimport json, os, sys, time\n{python}\n")
    program.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(program))


@contextmanager
def agent_that_runs(folder: Path, python: str) -> Iterator[AgentProcess]:
    """Spawn the program, outside of any loop, and end it afterwards, whatever it does."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        use_program(monkeypatch, folder, python)
        agent = AgentProcess.spawn()
    try:
        yield agent
    finally:
        agent._process.kill()
        agent._close()
