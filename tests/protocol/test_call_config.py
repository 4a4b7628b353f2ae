import json
from dataclasses import replace

import pytest
import tomlkit

from aicall_cli.errors import UsageError
from aicall_cli.protocol.agent_type import AgentType
from aicall_cli.protocol.call_config import (
    AudioConfig,
    AudioProfile,
    AudioScenario,
    CallConfig,
    ChatSyncConfig,
    generate_call_parameters,
)
from aicall_cli.protocol.config_group import dotted_names
from aicall_cli.secret import Secret

PLAIN = {
    "AgentId": "agent-1",
    "AgentType": 0,
    "AgentUserId": "robot",
    "Region": "cn-shanghai",
    "UserId": "me",
    "UserJoinToken": "hunter2",
    "UserData": '{"a":1}',
    "TemplateConfig": '{"VoiceChat":{"Greeting":"Hello"}}',
    "AgentConfig": {"TtsConfig": {"SpeechRate": 1.5}},
    "ChatSyncConfig": {"SessionId": "s", "AgentId": "chat", "ReceiverId": "you"},
    "PushToTalkConfig": {"CloseMicrophoneOnRelease": True, "PushVideoOnRelease": False},
    "AudioConfig": {"AudioProfile": 16, "AudioScenario": 1024, "IgnoreSetAudioProfile": True},
    "EnableAudioDelayInfo": True,
}


def test_it_is_read_and_written_with_all_its_fields() -> None:
    config = CallConfig.from_plain(PLAIN)
    assert config.as_plain() == PLAIN
    assert CallConfig.from_plain(tomlkit.parse(tomlkit.dumps(PLAIN)).unwrap()) == config
    own = {name for name in dotted_names(CallConfig) if not name.startswith("AgentConfig.")}
    assert own == {name for name in config.as_dotted() if not name.startswith("AgentConfig.")}
    assert config.user_join_token == Secret("hunter2")
    assert config.audio_config.audio_profile is AudioProfile.HIGH
    assert config.audio_config.audio_scenario is AudioScenario.CHATROOM
    assert "hunter2" not in repr(config)


def test_defaults() -> None:
    filled = CallConfig().filled()
    assert filled.agent_type is AgentType.VOICE
    assert filled.audio_config == AudioConfig(
        audio_profile=AudioProfile.BASIC,
        audio_scenario=AudioScenario.DEFAULT,
        ignore_set_audio_profile=False,
    )
    assert filled.push_to_talk_config.close_microphone_on_release is False
    assert filled.push_to_talk_config.push_video_on_release is False
    assert filled.enable_audio_delay_info is False
    assert filled.agent_config.max_idle_time == 600


@pytest.mark.parametrize(
    ("entries", "says"),
    [
        ({"UserId": "a b"}, "UserId must be 1 to 64 letters, digits, _ and -, not 'a b'"),
        ({"AgentType": 9}, "AgentType must be 0 (Voice) or 1 (Avatar) or 2 (Vision) or 3 (Video)"),
        ({"TemplateConfig": "x"}, "TemplateConfig is not JSON"),
        ({"AgentConfig": {"Volume": 401}}, "AgentConfig.Volume must be a whole number from 0 to"),
        ({"AudioConfig": {"AudioProfile": "Loud"}}, "AudioConfig.AudioProfile must be"),
        ({"UserJoinToken": 5}, "UserJoinToken must be a text"),
    ],
)
def test_what_cannot_be_used_is_told(entries: dict[str, object], says: str) -> None:
    with pytest.raises(UsageError) as caught:
        CallConfig.from_plain(entries)
    assert says in caught.value.message


def test_the_parameters_of_generate_ai_agent_call() -> None:
    config = replace(CallConfig.from_plain(PLAIN), agent_user_id=None)
    parameters = generate_call_parameters(config)
    assert parameters == {
        "AIAgentId": "agent-1",
        "UserId": "me",
        "Expire": 86_400,
        "TemplateConfig": '{"VoiceChat":{"Greeting":"Hello"}}',
        "AgentConfig": '{"TtsConfig":{"SpeechRate":1.5}}',
        "UserData": '{"a":1}',
        "SessionId": "s",
        "ChatSyncConfig": '{"IMAIAgentId":"chat","ReceiverId":"you"}',
    }


def test_what_is_not_set_is_no_parameter() -> None:
    config = CallConfig(agent_id="agent-1")
    assert generate_call_parameters(config, expire=60) == {"AIAgentId": "agent-1", "Expire": 60}
    config = CallConfig(agent_id="agent-1", chat_sync_config=ChatSyncConfig(receiver_id="you"))
    chat = generate_call_parameters(config)["ChatSyncConfig"]
    assert json.loads(str(chat)) == {"ReceiverId": "you"}


def test_the_agents_own_id_is_not_the_callers_to_choose() -> None:
    with pytest.raises(UsageError, match="AgentUserId cannot be chosen"):
        generate_call_parameters(CallConfig.from_plain(PLAIN))


def test_a_call_needs_an_agent() -> None:
    with pytest.raises(UsageError, match="AgentId is missing"):
        generate_call_parameters(CallConfig())
