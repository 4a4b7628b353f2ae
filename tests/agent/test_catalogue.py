import asyncio
from pathlib import Path

import pytest

from aicall_cli.agent import catalogue
from aicall_cli.agent.call_options import CallOptions
from aicall_cli.agent.catalogue import build_registry
from aicall_cli.agent.options import ServeOptions
from aicall_cli.agent.script import ScriptAgent
from aicall_cli.errors import UnknownAgentError, UsageError
from aicall_cli.speech import availability
from tests.agent.conversation import FakeConversation


def test_all_that_can_be_is_offered_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    registry = build_registry(ServeOptions())
    assert set(registry) == {"assistant", "echo"}
    assert registry["assistant"].voice_interrupt
    assert not registry["echo"].voice_interrupt
    monkeypatch.setattr(catalogue, "assistant_available", lambda options: False)
    assert set(build_registry(ServeOptions())) == {"echo"}


def test_a_server_offers_what_it_is_told_to() -> None:
    assert set(build_registry(ServeOptions(agents=("echo",)))) == {"echo"}
    with pytest.raises(UnknownAgentError, match="'echo2'") as caught:
        build_registry(ServeOptions(agents=("echo", "echo2")))
    assert "script:FILE" in str(caught.value.hint)


async def test_a_script_is_read_when_the_server_starts(tmp_path: Path) -> None:
    path = tmp_path / "script.toml"
    path.write_text("voice_interrupt = true\n[[step]]\nsilence = 1")
    name = f"script:{path}"
    options = ServeOptions(agents=(name,))
    kind = (await asyncio.to_thread(build_registry, options))[name]
    path.unlink()
    assert kind.voice_interrupt
    build = await kind.configure(CallOptions({}))
    assert isinstance(build(FakeConversation()), ScriptAgent)


def test_a_script_that_speaks_needs_a_voice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "script.toml"
    path.write_text("[[step]]\nsay = 'hello'")
    options = ServeOptions(agents=(f"script:{path}",))
    build_registry(options)
    monkeypatch.setattr(availability, "find_spec", lambda name: None)
    with pytest.raises(UsageError, match="a voice needs"):
        build_registry(options)
