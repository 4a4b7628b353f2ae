import pytest

from aicall_cli.agent.control_error import ControlError
from aicall_cli.agent.requested_config import read_config
from aicall_cli.protocol.agent_config import AgentConfig


def test_the_older_form_counts_while_the_newer_one_says_nothing() -> None:
    assert read_config("", "{}") == read_config(" ", "") == AgentConfig()
    assert read_config("", '{"VoiceChat": {"Volume": 70}}').volume == 70
    assert read_config('{"Volume": 50}', '{"VoiceChat": {"Volume": 70}}').volume == 50


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("[1]", "TemplateConfig is no JSON object"),
        ("{", "TemplateConfig"),
        ('{"VoiceChat": []}', "TemplateConfig.VoiceChat is no JSON object"),
        ('{"VoiceChat": {"AsrMaxSilence": 1}}', "AsrConfig.AsrMaxSilence"),
    ],
)
def test_an_older_form_that_cannot_be_used(template: str, said: str) -> None:
    with pytest.raises(ControlError, match="InvalidParameter") as caught:
        read_config("", template)
    assert said in caught.value.message
