"""What can be done in a call is refused outside of it, and nothing is sent or queued."""

from collections.abc import Callable

import pytest

from aicall_cli.client.call_controls import CallControls
from aicall_cli.engine.commands import StartVisionCustomCapture
from aicall_cli.engine.error_code import ErrorCode, refusal_error
from aicall_cli.errors import CommandRefused
from aicall_cli.protocol.picture_config import VcrConfig
from tests.client.calls import call_to, in_call
from tests.support.fake_backend import FakeBackend

_SENDING: dict[str, Callable[[CallControls], None]] = {
    "interrupt": CallControls.interrupt,
    "set_voice_interrupt": lambda controls: controls.set_voice_interrupt(True),
    "set_push_to_talk": lambda controls: controls.set_push_to_talk(True),
    "start_talking": CallControls.start_talking,
    "cancel_talking": CallControls.cancel_talking,
    "send_text": lambda controls: controls.send_text("hello"),
    "send_custom_message": lambda controls: controls.send_custom_message("{}"),
    "switch_voice": lambda controls: controls.switch_voice("v2"),
    "set_speech_rate": lambda controls: controls.set_speech_rate(1.5),
    "set_max_silence": lambda controls: controls.set_max_silence(800),
    "update_system_prompt": lambda controls: controls.update_system_prompt("Be brief."),
    "update_model_studio_params": lambda controls: controls.update_model_studio_params({}),
    "update_vcr_config": lambda controls: controls.update_vcr_config(VcrConfig()),
    "start_vision_custom_capture": lambda controls: controls.start_vision_custom_capture(
        StartVisionCustomCapture()
    ),
    "stop_vision_custom_capture": CallControls.stop_vision_custom_capture,
    "use_voiceprint": lambda controls: controls.use_voiceprint(True),
    "clear_voiceprint": CallControls.clear_voiceprint,
    "query_state": CallControls.query_state,
    "request_token": CallControls.request_token,
}


def test_every_control_that_sends_is_tried() -> None:
    """All the others but these are in ``_SENDING``."""
    of_our_side = {
        "finish_talking",
        "hang_up",
        "set_agent_audio",
        "set_agent_volume",
        "set_muted",
        "set_recording",
        "set_speaker",
        "statistics",
    }
    methods = {
        name
        for name, value in vars(CallControls).items()
        if callable(value) and not name.startswith("_")
    }
    assert methods == of_our_side | set(_SENDING)


@pytest.mark.parametrize("name", _SENDING)
async def test_nothing_is_sent_before_and_after_the_call(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = FakeBackend()
    call = call_to(monkeypatch, backend)
    for state in ("none", "over"):
        with pytest.raises(CommandRefused, match=f"the call is {state}") as caught:
            _SENDING[name](call.controls)
        assert refusal_error(caught.value) is ErrorCode.INVALID_ACTION
        if state == "none":
            async with call:
                call.hang_up(stop_agent=False)
    assert backend.commands == []


@pytest.mark.parametrize("name", _SENDING)
async def test_nothing_is_sent_before_the_message_channel_is_open(name: str) -> None:
    backend = FakeBackend(opens_channel=False)
    async with in_call(backend) as call:
        with pytest.raises(CommandRefused, match="message channel is not open yet"):
            _SENDING[name](call.controls)
        call.hang_up(stop_agent=False)
    assert backend.commands == []
