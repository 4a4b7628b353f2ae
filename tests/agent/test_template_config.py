import pytest

from aicall_cli.agent.control_error import ControlError
from aicall_cli.agent.template_config import as_agent_config
from aicall_cli.protocol.agent_config import AgentConfig

FLAT = {
    "AsrHotWords": ["aicall"],
    "AsrLanguageId": "en",
    "AsrMaxSilence": 600,
    "AvatarUrl": "https://example.com/a.png",
    "AvatarUrlType": "url",
    "BailianAppParams": "{}",
    "EnableIntelligentSegment": True,
    "EnablePushToTalk": True,
    "EnableVoiceInterrupt": False,
    "GracefulShutdown": True,
    "Greeting": "Hello.",
    "InterruptWords": ["stop"],
    "LlmHistory": [{"Role": "user", "Content": "hi"}],
    "LlmHistoryLimit": 5,
    "LlmSystemPrompt": "Be brief.",
    "MaxIdleTime": 30,
    "UseVoiceprint": False,
    "UserOfflineTimeout": 6,
    "UserOnlineTimeout": 7,
    "VadLevel": 3,
    "VoiceId": "en-us",
    "VoiceIdList": ["en-us", "de"],
    "VoiceprintId": "v",
    "Volume": 80,
    "WakeUpQuery": "What time is it?",
    "WorkflowOverrideParams": "{}",
}


def test_each_flat_setting_has_its_place(caplog: pytest.LogCaptureFixture) -> None:
    config = AgentConfig.from_plain(as_agent_config({"VoiceChat": FLAT})).as_dotted()
    assert {name.split(".")[-1] for name in config} == set(FLAT)
    assert config["AsrConfig.AsrMaxSilence"] == 600
    assert config["InterruptConfig.EnableVoiceInterrupt"] is False
    assert config["LlmConfig.LlmSystemPrompt"] == "Be brief."
    assert config["TtsConfig.VoiceId"] == "en-us"
    assert config["VoiceprintConfig.VoiceprintId"] == "v"
    assert not caplog.text


def test_what_has_no_place_is_ignored_and_named(caplog: pytest.LogCaptureFixture) -> None:
    template = {"VoiceChat": {"CharBreak": True, "Volume": 1, "X\x1b": 2}, "Other": {}}
    assert as_agent_config(template) == {"Volume": 1}
    assert "ignored: Other, CharBreak, X\\x1b" in caplog.text
    assert as_agent_config({"VisionChat": None}) == {}


@pytest.mark.parametrize("workflow", ["AvatarChat3D", "VisionChat", "VideoChat"])
def test_a_workflow_with_a_picture_is_refused(workflow: str) -> None:
    with pytest.raises(ControlError, match=r"Forbidden\.SubscriptionRequired") as caught:
        as_agent_config({"VoiceChat": {}, workflow: {}})
    assert caught.value.status == 403
    assert f"TemplateConfig.{workflow} asks" in caught.value.message
