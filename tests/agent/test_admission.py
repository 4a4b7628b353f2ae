import pytest

from aicall_cli.agent.admission import admit
from aicall_cli.agent.call_options import CallOptions
from aicall_cli.agent.echo import EchoAgent, configure_echo
from aicall_cli.agent.no_picture import NoPictureAgent
from aicall_cli.agent.options import ServeOptions
from aicall_cli.agent.registry import AgentBuilder, AgentKind
from aicall_cli.agent.signaling_socket import Refusal
from aicall_cli.agent.turn_settings import TurnSettings
from aicall_cli.protocol.signaling import Join, Option, RefusalCode, Refused
from tests.agent.conversation import FakeConversation

asked: list[str | None] = []


async def configure_other(options: CallOptions) -> AgentBuilder:
    asked.append(options.text("colour", None))
    return EchoAgent


REGISTRY = {
    "other": AgentKind(configure_other, voice_interrupt=True),
    "echo": AgentKind(configure_echo, voice_interrupt=False),
}


async def refusal(join: Join) -> Refused:
    with pytest.raises(Refusal) as caught:
        await admit(join, REGISTRY, ServeOptions())
    return caught.value.refused


async def test_what_the_caller_does_not_set_comes_from_the_server_and_the_agent() -> None:
    options = ServeOptions(endpointing_ms=700, idle_timeout=60)
    assert (await admit(Join("echo", "u"), REGISTRY, options)).settings == TurnSettings(
        endpointing=0.7, idle_timeout=60, voice_interrupt=False, push_to_talk=False
    )
    assert (await admit(Join("other", "u"), REGISTRY, options)).settings.voice_interrupt


async def test_the_caller_sets_its_own_turns_and_the_agents_options() -> None:
    wanted: dict[str, Option] = {
        "endpointing_ms": 250,
        "idle_timeout": 1.5,
        "voice_interrupt": False,
        "push_to_talk": True,
        "online_timeout": 60,
        "offline_timeout": 5,
        "vad_level": 3,
        "vad_duration_ms": 500,
        "no_interrupt_mode": "discard",
        "graceful_shutdown": True,
        "volume": 250,
        "colour": "green",
    }
    admitted = await admit(Join("other", "u", wanted), REGISTRY, ServeOptions())
    assert admitted.settings == TurnSettings(
        endpointing=0.25,
        idle_timeout=1.5,
        voice_interrupt=False,
        push_to_talk=True,
        online_timeout=60,
        offline_timeout=5,
        vad_level=3,
        vad_duration=0.5,
        keeps_unheeded=False,
        graceful_shutdown=True,
    )
    conversation = FakeConversation()
    assert isinstance(admitted.build_agent(conversation), EchoAgent)
    assert conversation.voice.volume == 250
    assert asked[-1] == "green"


async def test_who_asks_for_a_picture_gets_an_agent_that_fails_for_it() -> None:
    admitted = await admit(Join("echo", "u", {"picture": "X"}), REGISTRY, ServeOptions())
    assert isinstance(admitted.build_agent(FakeConversation()), NoPictureAgent)


async def test_an_unknown_agent_is_refused_with_those_that_are_known() -> None:
    refused = await refusal(Join("nobody", "u"))
    assert refused.code is RefusalCode.UNKNOWN_AGENT
    assert refused.known_agents == ("echo", "other")


async def test_another_version_is_refused() -> None:
    refused = await refusal(Join("echo", "u", version=2))
    assert refused.code is RefusalCode.VERSION
    assert "version 1, not 2" in refused.message


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("endpointing_ms", 99),
        ("idle_timeout", 0),
        ("push_to_talk", "yes"),
        ("offline_timeout", -1),
        ("volume", 401),
        ("vad_level", 12),
        ("vad_duration_ms", 2001),
        ("no_interrupt_mode", "later"),
        ("pitch", 3),
    ],
)
async def test_a_bad_option_is_refused_by_name(name: str, value: Option) -> None:
    refused = await refusal(Join("echo", "u", {name: value}))
    assert refused.code is RefusalCode.BAD_OPTION
    assert name in refused.message
