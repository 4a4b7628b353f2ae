import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicall_cli.client.call_controls import CallControls
from aicall_cli.client.control_lines import answer
from aicall_cli.engine.commands import (
    ClearVoiceprint,
    Command,
    EnablePushToTalk,
    EnableVoiceInterrupt,
    InterruptSpeaking,
    QueryAgentState,
    RequestRtcToken,
    SendCustomMessage,
    SendText,
    StartPushToTalk,
    StartVisionCustomCapture,
    StopAgent,
    StopVisionCustomCapture,
    SwitchVoiceId,
    UpdateAsrMaxSilence,
    UpdateBailianAppParams,
    UpdateLlmSystemPrompt,
    UpdateTtsSpeechRate,
    UpdateVcrConfig,
    UseVoiceprint,
)
from aicall_cli.engine.enums import CaptureMode
from aicall_cli.engine.error_code import ErrorCode
from aicall_cli.engine.events import CommandAnswered
from aicall_cli.playout.null_output import NullOutput
from tests.client.calls import in_call
from tests.support.fake_backend import FakeBackend


@pytest.mark.parametrize(
    ("fields", "sent"),
    [
        ({"command": "interrupt"}, [InterruptSpeaking()]),
        ({"command": "send_text", "text": "hello"}, [SendText("hello")]),
        (
            {"command": "start_push_to_talk"},
            [EnablePushToTalk(True), StartPushToTalk()],
        ),
        ({"command": "enable_push_to_talk", "enabled": True}, [EnablePushToTalk(True)]),
        ({"command": "enable_push_to_talk", "enabled": False}, []),
        ({"command": "enable_voice_interrupt", "enabled": True}, [EnableVoiceInterrupt(True)]),
        ({"command": "set_muted", "enabled": True}, []),
        (
            {"command": "send_text", "text": "hello", "interrupt": False},
            [SendText("hello", enable_interrupt=False)],
        ),
        ({"command": "send_custom_message", "message": "{}"}, [SendCustomMessage("{}")]),
        ({"command": "switch_voice", "voice_id": "de"}, [SwitchVoiceId("de")]),
        (
            {"command": "update_system_prompt", "prompt": "Be brief."},
            [UpdateLlmSystemPrompt("Be brief.")],
        ),
        ({"command": "set_speech_rate", "rate": 1.5}, [UpdateTtsSpeechRate(1.5)]),
        ({"command": "set_max_silence", "milliseconds": 800}, [UpdateAsrMaxSilence(800)]),
        ({"command": "use_voiceprint", "enabled": True}, [UseVoiceprint(True)]),
        ({"command": "clear_voiceprint"}, [ClearVoiceprint()]),
        ({"command": "start_vision_custom_capture"}, [StartVisionCustomCapture()]),
        (
            {
                "command": "start_vision_custom_capture",
                "text": "What is it?",
                "mode": "single",
                "each_duration": 1,
                "num": 3,
                "duration": 9,
                "user_data": "[]",
            },
            [StartVisionCustomCapture("What is it?", CaptureMode.SINGLE, 1, 3, 9, "[]")],
        ),
        ({"command": "stop_vision_custom_capture"}, [StopVisionCustomCapture()]),
        (
            {"command": "update_vcr_config", "config": {"LookAway": {"Enabled": True}}},
            [UpdateVcrConfig({"LookAway": {"Enabled": True}})],
        ),
        (
            {"command": "update_model_studio_params", "params": {"biz_params": {"a": 1}}},
            [UpdateBailianAppParams({"biz_params": {"a": 1}})],
        ),
        ({"command": "query_state"}, [QueryAgentState()]),
        ({"command": "request_token"}, [RequestRtcToken("caller")]),
        ({"command": "hang_up"}, [StopAgent()]),
        ({"command": "hang_up", "stop_agent": False}, []),
    ],
)
async def test_commands_reach_the_agent(fields: dict[str, object], sent: list[Command]) -> None:
    backend = FakeBackend()
    async with in_call(backend) as call:
        answered = answer(CallControls(call), json.dumps({"id": 5, **fields}))
        assert backend.commands == sent
    assert answered == CommandAnswered(5, str(fields["command"]), accepted=True, reason="")


@pytest.mark.parametrize(
    ("line", "identifier", "reason"),
    [
        ("", None, "not JSON"),
        ("[" * 100_000, None, "not JSON"),
        ("[]", None, "not a JSON object"),
        ('{"command": "start_vision_custom_capture", "mode": "odd"}', None, "mode is neither"),
        ('{"command": "start_vision_custom_capture", "num": 1.5}', None, "not a whole number"),
        ('{"command": "start_vision_custom_capture", "num": 0}', None, "not between 1 and 100"),
        ('{"command": "update_vcr_config", "config": []}', None, "not a JSON object"),
        ('{"command": "update_vcr_config", "config": {"X": 1}}', None, "no setting 'X'"),
        ('{"command": "update_model_studio_params"}', None, "params is missing"),
        ('{"command": "hang_up", "stop_agent": 1}', None, "neither true nor false"),
        ('{"id": 1}', 1, "command is missing"),
        ('{"id": "a", "command": "dance"}', "a", "there is no command 'dance'"),
        ('{"id": true, "command": "interrupt"}', None, "an id is a number or a text"),
        ('{"command": "send_text"}', None, "text is missing"),
        ('{"command": "send_text", "text": ""}', None, "no text"),
        ('{"command": "send_text", "text": "a", "interrupt": 1}', None, "neither true nor false"),
        ('{"command": "switch_voice"}', None, "voice_id is missing"),
        ('{"command": "set_speech_rate", "rate": 3}', None, "not between 0.5 and 2"),
        ('{"command": "set_speech_rate", "rate": NaN}', None, "not a number"),
        ('{"command": "set_speech_rate", "rate": 1e999}', None, "not a number"),
        (f'{{"command": "set_speech_rate", "rate": {"9" * 400}}}', None, "not between 0.5 and 2"),
        (f'{{"command": "set_max_silence", "milliseconds": {"9" * 400}}}', None, "not between"),
        ('{"command": "set_max_silence", "milliseconds": true}', None, "not a number"),
        ('{"command": "set_muted", "enabled": 1}', None, "neither true nor false"),
        ('{"command": "set_agent_volume", "percent": true}', None, "not a whole number"),
        ('{"command": "set_agent_volume", "percent": 100}', None, "nothing is played"),
        ('{"command": "cancel_push_to_talk"}', None, "push-to-talk is off"),
        ('{"command": "set_recording", "enabled": true}', None, "no folder"),
    ],
)
async def test_what_cannot_be_done_is_answered(line: str, identifier: object, reason: str) -> None:
    async with in_call(FakeBackend()) as call:
        answered = answer(CallControls(call), line)
    assert not answered.accepted
    assert answered.id == identifier
    assert reason in answered.reason
    late = any(words in reason for words in ("no command", "played", "is off", "no folder"))
    assert answered.error == (ErrorCode.INVALID_ACTION if late else ErrorCode.INVALID_PARAMETERS)


async def test_the_agents_voice_is_turned_down_and_off() -> None:
    async with in_call(FakeBackend()) as call:
        controls = CallControls(call)
        assert not controls.agent_audio
        playout = call.session.play_into(NullOutput())
        assert answer(controls, '{"command": "set_agent_volume", "percent": 40}').accepted
        assert answer(controls, '{"command": "set_agent_audio", "enabled": false}').accepted
        assert (playout.volume.percent, playout.volume.muted) == (40, True)
        assert (controls.agent_volume, controls.agent_audio) == (40, False)
        loud = answer(controls, '{"command": "set_agent_volume", "percent": 401}')
        assert loud.error is ErrorCode.INVALID_PARAMETERS


async def test_the_speaker_is_turned_off_whatever_is_played() -> None:
    async with in_call(FakeBackend()) as call:
        controls = CallControls(call)
        assert controls.speaker is False
        off = '{"command": "set_speaker", "enabled": false}'
        assert answer(controls, off).accepted, "it is so already"
        playout = call.session.play_into(NullOutput())
        before = (playout.enabled, controls.speaker)
        assert answer(controls, off).accepted
        assert (before, playout.enabled, controls.speaker) == ((True, True), False, False)
        assert controls.agent_audio, "the agent is muted by another method"


async def test_hanging_up_ends_the_call_and_muting_silences_it() -> None:
    async with in_call(FakeBackend()) as call:
        controls = CallControls(call)
        assert answer(controls, '{"command": "set_muted", "enabled": true}').accepted
        assert call.session.mixer.muted
        assert answer(controls, '{"command": "hang_up"}').accepted
        assert call.session.is_over


@settings(max_examples=100)
@given(st.one_of(st.text(max_size=50), st.dictionaries(st.text(max_size=9), st.none()).map(str)))
async def test_no_line_is_an_error_of_ours(line: str) -> None:
    async with in_call(FakeBackend()) as call:
        assert not answer(CallControls(call), line).accepted
