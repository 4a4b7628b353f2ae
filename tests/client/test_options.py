import pytest

from aicall_cli.client.agent_starter import GivenAgent
from aicall_cli.client.options import CallOptions
from aicall_cli.engine.limits import MAX_ID
from aicall_cli.errors import UsageError
from aicall_cli.protocol.agent_config import AgentConfig
from aicall_cli.protocol.agent_info import AgentInfo
from aicall_cli.protocol.agent_type import AgentType
from aicall_cli.protocol.call_config import AudioConfig, AudioProfile, CallConfig
from aicall_cli.secret import Secret

HUSHED = AgentConfig(volume=50)


def test_by_default_the_built_in_agent_is_called_and_nothing_recorded() -> None:
    options = CallOptions(agent_id="echo")
    assert options.server is None
    assert options.recordings is None
    assert (options.connect_timeout, options.media_timeout) == (15.0, 5.0)


def test_the_token_does_not_show() -> None:
    assert "ssssh" not in repr(CallOptions(agent_id="echo", token=Secret("ssssh")))


@pytest.mark.parametrize("name", ["", " "])
def test_a_caller_has_a_name(name: str) -> None:
    with pytest.raises(UsageError, match="the user id is empty"):
        CallOptions(agent_id="echo", user_id=name)


def test_a_user_id_that_no_server_takes_is_refused() -> None:
    assert CallOptions(agent_id="echo", user_id="u" * MAX_ID).user_id
    with pytest.raises(UsageError, match=f"the user id has {MAX_ID + 1} characters"):
        CallOptions(agent_id="echo", user_id="u" * (MAX_ID + 1))


def test_one_place_is_said_where_the_agent_is() -> None:
    agent = AgentInfo("instance", "room", "agent", Secret("token"), "request")
    with pytest.raises(UsageError, match="server and starter"):
        CallOptions(agent_id="echo", server="ws://x", starter=GivenAgent(agent))


def test_a_configured_call_says_whom_and_how() -> None:
    config = CallConfig(
        agent_id="echo", user_id="me", agent_type=AgentType.VOICE, agent_config=HUSHED
    )
    options = CallOptions.of_config(config)
    assert options == CallOptions(agent_id="echo", user_id="me", agent_config=HUSHED)
    assert CallOptions.of_config(CallConfig(agent_id="echo")) == CallOptions(agent_id="echo")


def test_what_a_call_has_no_use_for_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    audio = AudioConfig(audio_profile=AudioProfile.HIGH)
    CallOptions.of_config(CallConfig(agent_id="echo", audio_config=audio))
    assert caplog.messages == ["a call does not use AudioConfig.AudioProfile"]


@pytest.mark.parametrize(
    ("config", "says"),
    [
        (CallConfig(), "AgentId is missing"),
        (CallConfig(agent_id="a", agent_type=AgentType.AVATAR), "AgentType is 1"),
    ],
)
def test_a_configured_call_needs_an_agent_that_is_only_heard(config: CallConfig, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        CallOptions.of_config(config)
