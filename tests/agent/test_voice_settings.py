from typing import Any

import pytest

from aicall_cli.agent.call_options import CallOptions
from aicall_cli.agent.voice_settings import VoiceSettings, voice_settings_of
from aicall_cli.audio.ambience import AMBIENCES, ambience
from aicall_cli.errors import UsageError
from tests.agent.conversation import FakeConversation


async def test_an_agent_is_as_loud_as_it_is_and_alone_unless_it_is_asked_otherwise() -> None:
    assert await voice_settings_of(CallOptions({})) == VoiceSettings()
    voice = FakeConversation().voice
    VoiceSettings(150.0).apply(voice)
    assert (voice.volume, voice.background) == (150.0, None)


@pytest.mark.real_time
async def test_a_background_sound_is_played_behind_the_voice() -> None:
    options = CallOptions({"volume": 50, "ambient_sound": "rain", "ambient_volume": 20})
    settings = await voice_settings_of(options)
    options.finish()
    voice = FakeConversation().voice
    settings.apply(voice)
    assert voice.volume == 50
    assert voice.background is not None
    assert voice.background.gain == 0.2
    assert voice.background.take(960).tolist() == ambience("rain")[:960].tolist()


@pytest.mark.parametrize(
    "bad", [{"volume": 401}, {"ambient_volume": -1}, {"ambient_sound": "jungle\x1b"}]
)
async def test_what_cannot_be_is_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(UsageError) as caught:
        await voice_settings_of(CallOptions(bad))
    if "ambient_sound" in bad:
        assert caught.value.message == "there is no background sound 'jungle\\x1b'"
        assert caught.value.hint == f"there are {', '.join(AMBIENCES)}"
