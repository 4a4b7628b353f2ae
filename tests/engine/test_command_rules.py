import pytest

from aicall_cli.engine.command_rules import require_sendable
from aicall_cli.engine.commands import (
    ClearVoiceprint,
    Command,
    QueryAgentState,
    RequestRtcToken,
    SendCustomMessage,
    SendText,
    StartVisionCustomCapture,
    StopAgent,
    SwitchVoiceId,
    UpdateAsrMaxSilence,
    UpdateBailianAppParams,
    UpdateLlmSystemPrompt,
    UpdateTtsSpeechRate,
    UpdateVcrConfig,
    UseVoiceprint,
)
from aicall_cli.engine.limits import MAX_ID, MAX_TEXT, MAX_USER_DATA
from aicall_cli.errors import ValueRefused

_LONG, _TOO_LONG = "x" * MAX_TEXT, "x" * (MAX_TEXT + 1)
_LONG_ID = "x" * (MAX_ID + 1)

_GOOD: dict[str, Command] = {
    "nothing to check": StopAgent(),
    "no arguments": QueryAgentState(),
    "voiceprint": UseVoiceprint(True),
    "voiceprint cleared": ClearVoiceprint(),
    "a long text": SendText(_LONG),
    "a message": SendCustomMessage("hello"),
    "a voice": SwitchVoiceId("longxiaochun"),
    "a token": RequestRtcToken("u" * MAX_ID),
    "a prompt": UpdateLlmSystemPrompt("Be brief."),
    "a capture": StartVisionCustomCapture(),
    "a capture of all": StartVisionCustomCapture(_LONG, user_data='{"a":[]}'),
    "no parameters": UpdateBailianAppParams({}),
    "parameters": UpdateBailianAppParams({"a": [1, {"b": None}]}),
    "checks": UpdateVcrConfig({"LookAway": {"Enabled": True}}),
    "the least silence": UpdateAsrMaxSilence(200),
    "the most silence": UpdateAsrMaxSilence(1200),
    "the slowest": UpdateTtsSpeechRate(0.5),
    "the fastest": UpdateTtsSpeechRate(2),
}

_BAD: dict[str, tuple[Command, str]] = {
    "empty": (SendText(""), "there is no text to send"),
    "blank": (SendText(" \n"), "there is no text to send"),
    "a long text": (SendText(_TOO_LONG), "the text has 8193 characters, the limit is 8192"),
    "no message": (SendCustomMessage(""), "there is no message to send"),
    "a long message": (SendCustomMessage(_TOO_LONG), "the message has 8193 characters"),
    "no voice": (SwitchVoiceId(" "), "there is no voice id to send"),
    "a long voice": (SwitchVoiceId(_LONG_ID), "the voice id has 257 characters"),
    "nobody's token": (RequestRtcToken(""), "there is no user id to send"),
    "no prompt": (UpdateLlmSystemPrompt("\t"), "there is no prompt to send"),
    "a long prompt": (UpdateLlmSystemPrompt(_TOO_LONG), "the prompt has 8193 characters"),
    "a long question": (StartVisionCustomCapture(_TOO_LONG), "the text has 8193 characters"),
    "long data": (
        StartVisionCustomCapture(user_data="1" * (MAX_USER_DATA + 1)),
        "the user data has 2049 characters, the limit is 2048",
    ),
    "no data": (StartVisionCustomCapture(user_data=""), "the user data is not JSON"),
    "deep data": (StartVisionCustomCapture(user_data="[" * 2000), "the user data is not JSON"),
    "no images": (StartVisionCustomCapture(num=0), "number of images is 0, not between 1 and 100"),
    "no pause": (
        StartVisionCustomCapture(each_duration=0),
        "the interval of captures is 0 s, not between 1 and 86400 s",
    ),
    "no end": (StartVisionCustomCapture(duration=86_401), "capture is 86401 s, not between"),
    "no JSON": (
        UpdateBailianAppParams({"a": object()}),  # type: ignore[dict-item]
        "the parameters cannot be sent: a value of type object, which JSON does not have",
    ),
    "long parameters": (
        UpdateBailianAppParams({"a": _LONG}),
        "the parameters: JSON of 8200 characters, the limit is 8192",
    ),
    "endless checks": (
        UpdateVcrConfig({"a": float("inf")}),
        "the configuration of the video checks cannot be sent: a number that JSON cannot carry",
    ),
    "too little silence": (UpdateAsrMaxSilence(199), "is 199 ms, not between 200 and 1200 ms"),
    "too much silence": (UpdateAsrMaxSilence(1201), "is 1201 ms, not between 200 and 1200 ms"),
    "too slow": (UpdateTtsSpeechRate(0.4), "the speech rate is 0.4, not between 0.5 and 2.0"),
    "too fast": (UpdateTtsSpeechRate(3), "the speech rate is 3, not between 0.5 and 2.0"),
    "no rate": (UpdateTtsSpeechRate(float("nan")), "the speech rate is nan, not between"),
}


@pytest.mark.parametrize("name", _GOOD)
def test_what_an_agent_can_take_is_sent(name: str) -> None:
    require_sendable(_GOOD[name])


@pytest.mark.parametrize("name", _BAD)
def test_what_an_agent_could_not_take_is_refused(name: str) -> None:
    command, says = _BAD[name]
    with pytest.raises(ValueRefused, match=says):
        require_sendable(command)


def test_a_refusal_of_a_long_text_says_what_to_do() -> None:
    for command in (SendText(_TOO_LONG), SendCustomMessage(_TOO_LONG)):
        with pytest.raises(ValueRefused) as caught:
            require_sendable(command)
        assert caught.value.hint == "send it in pieces"
