from typing import get_args

import pytest

from aicall_cli.engine.commands import (
    Command,
    RequestRtcToken,
    SendCustomMessage,
    SendText,
    StartVisionCustomCapture,
    SwitchVoiceId,
    UpdateAsrMaxSilence,
    UpdateBailianAppParams,
    UpdateLlmSystemPrompt,
    UpdateTtsSpeechRate,
    UpdateVcrConfig,
)
from aicall_cli.engine.limits import MAX_ID, MAX_TEXT, MAX_USER_DATA
from aicall_cli.errors import RemoteProtocolError
from aicall_cli.protocol.aicallkit import decode_command, encode_command
from aicall_cli.protocol.client_message import CLIENT_MESSAGES

_TOO_LONG = "x" * (MAX_TEXT + 1)


def test_every_command_has_its_message() -> None:
    kinds = CLIENT_MESSAGES.kinds
    assert [kind.number for kind in kinds] == list(range(1100, 1121))
    assert {kind.meaning for kind in kinds} == set(get_args(Command))


@pytest.mark.parametrize(
    "message",
    [
        '{"type":1103,"data":{"voiceId":"%s"}}' % ("x" * (MAX_ID + 1)),
        f'{{"type":1112,"data":{{"message":"{_TOO_LONG}"}}}}',
        '{"type":1113,"data":{"userData":"%s"}}' % ("x" * (MAX_USER_DATA + 1)),
        '{"type":1113,"data":{"num":0}}',
        '{"type":1113,"data":{"num":101}}',
        '{"type":1113,"data":{"eachDuration":0}}',
        '{"type":1113,"data":{"duration":86401}}',
        '{"type":1116,"data":{"vcrConfig":"nothing"}}',
        '{"type":1116,"data":{"LookAway":1e999}}',
        '{"type":1116,"data":{"LookAway":"%s"}}' % ("x" * MAX_TEXT),
        '{"type":1117,"data":{}}',
        '{"type":1117,"data":{"params":"[%s1]"}}' % ("1e15," * 1600),
        '{"type":1118,"data":{"asrMaxSilence":199}}',
        '{"type":1118,"data":{"asrMaxSilence":1201}}',
        '{"type":1120,"data":{"speechRate":0.49}}',
        '{"type":1120,"data":{"speechRate":1e999}}',
        '{"type":1120,"data":{}}',
    ],
    ids=range(17),
)
def test_fields_are_bounded(message: str) -> None:
    with pytest.raises(RemoteProtocolError):
        decode_command(message)


@pytest.mark.parametrize(
    "command",
    [
        SendText(_TOO_LONG),
        SendCustomMessage(_TOO_LONG),
        UpdateLlmSystemPrompt(_TOO_LONG),
        SwitchVoiceId("x" * (MAX_ID + 1)),
        RequestRtcToken("x" * (MAX_ID + 1)),
        StartVisionCustomCapture(_TOO_LONG),
        StartVisionCustomCapture(user_data="x" * (MAX_USER_DATA + 1)),
        StartVisionCustomCapture(num=0),
        StartVisionCustomCapture(each_duration=86_401),
        StartVisionCustomCapture(duration=0),
        UpdateVcrConfig({"LookAway": "x" * MAX_TEXT}),
        UpdateBailianAppParams({"city": "x" * MAX_TEXT}),
        UpdateBailianAppParams({"city": float("inf")}),
        UpdateAsrMaxSilence(199),
        UpdateAsrMaxSilence(1201),
        UpdateTtsSpeechRate(2.01),
        UpdateTtsSpeechRate(float("nan")),
    ],
    ids=range(17),
)
def test_what_does_not_fit_is_not_written(command: Command) -> None:
    with pytest.raises(ValueError):
        encode_command(command, sequence=1, sender="u", receiver="a")
