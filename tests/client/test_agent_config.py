"""An AgentConfig on its way to the built-in agent."""

from typing import Any

import pytest

from aicall_cli import AgentConfig, AsrConfig, Call, CallOptions, TtsConfig
from aicall_cli.backends.builtin import BuiltinOptions
from aicall_cli.client import call as call_module
from aicall_cli.engine.events import Event, WarningRaised
from tests.support.fake_backend import FakeBackend, virtual_clock


async def _call(monkeypatch: pytest.MonkeyPatch, options: CallOptions) -> tuple[Any, list[Event]]:
    """Return what the backend was told, and what was published."""
    told: list[BuiltinOptions] = []

    def make(options: BuiltinOptions, *_: Any) -> FakeBackend:
        told.append(options)
        return FakeBackend()

    monkeypatch.setattr(call_module, "BuiltinBackend", make)
    call = Call(options, clock=virtual_clock)
    events = call.events()
    async with call:
        pass
    return told[0].agent_options, [stamped.event async for stamped in events]


async def test_it_becomes_the_agent_s_options(monkeypatch: pytest.MonkeyPatch) -> None:
    config = AgentConfig(max_idle_time=30, asr_config=AsrConfig(asr_max_silence=600))
    options = CallOptions(
        agent_id="echo",
        server="ws://nowhere",
        agent_config=config,
        agent_options={"idle_timeout": 5},
    )
    told, events = await _call(monkeypatch, options)
    assert told == {"idle_timeout": 5, "endpointing_ms": 600}
    assert not [event for event in events if isinstance(event, WarningRaised)]


async def test_what_the_agent_does_not_know_is_one_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    config = AgentConfig(greeting="Hello", tts_config=TtsConfig(emotion="happy"))
    options = CallOptions(agent_id="echo", server="ws://nowhere", agent_config=config)
    told, events = await _call(monkeypatch, options)
    assert told == {}
    warnings = [event for event in events if isinstance(event, WarningRaised)]
    message = "the built-in agent does not use Greeting, TtsConfig.Emotion yet"
    assert warnings == [WarningRaised(message)]
