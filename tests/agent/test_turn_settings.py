import pytest

from aicall_cli.agent.call_options import CallOptions
from aicall_cli.agent.options import ServeOptions
from aicall_cli.agent.turn_settings import TurnSettings, turn_settings_of
from aicall_cli.errors import UsageError
from aicall_cli.protocol.signaling import Option


def test_what_the_caller_leaves_open_is_as_server_and_agent_say() -> None:
    options = ServeOptions(endpointing_ms=700, idle_timeout=60)
    for voice_interrupt in (True, False):
        assert turn_settings_of(CallOptions({}), options, voice_interrupt) == TurnSettings(
            endpointing=0.7, idle_timeout=60, voice_interrupt=voice_interrupt
        )


@pytest.mark.parametrize(
    ("asked", "settings"),
    [
        ({"endpointing_ms": 250}, TurnSettings(endpointing=0.25)),
        ({"vad_level": 0}, TurnSettings(vad_level=0)),
        ({"vad_duration_ms": 300}, TurnSettings(vad_duration=0.3)),
        ({"no_interrupt_mode": "cache"}, TurnSettings()),
        ({"no_interrupt_mode": "discard"}, TurnSettings(keeps_unheeded=False)),
        ({"graceful_shutdown": True}, TurnSettings(graceful_shutdown=True)),
        ({"push_to_talk": True}, TurnSettings(push_to_talk=True)),
    ],
)
def test_the_caller_sets_its_own_turns(asked: dict[str, Option], settings: TurnSettings) -> None:
    options = CallOptions(asked)
    assert turn_settings_of(options, ServeOptions(), True) == settings
    options.finish()


@pytest.mark.parametrize(
    ("name", "value"),
    [("vad_level", 12), ("vad_duration_ms", 2001), ("no_interrupt_mode", "later")],
)
def test_what_cannot_be_is_refused_by_name(name: str, value: Option) -> None:
    with pytest.raises(UsageError, match=name):
        turn_settings_of(CallOptions({name: value}), ServeOptions(), True)
