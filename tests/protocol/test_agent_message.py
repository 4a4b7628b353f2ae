from typing import get_args

import pytest

from aicall_cli.engine.events import (
    AgentEmotionReceived,
    AgentEvent,
    AgentSubtitleReceived,
    AgentWillLeave,
    CustomMessageReceived,
    HumanTakeoverConnected,
    LatencyReported,
    LlmReplyCompleted,
    RtcTokenReceived,
    UserSubtitleReceived,
    VoiceIdChanged,
)
from aicall_cli.engine.limits import MAX_ID, MAX_TEXT
from aicall_cli.errors import RemoteProtocolError
from aicall_cli.protocol.agent_message import AGENT_MESSAGES
from aicall_cli.protocol.aicallkit import decode_event, encode_event
from aicall_cli.secret import Secret


def test_every_event_of_an_agent_has_its_message() -> None:
    kinds = AGENT_MESSAGES.kinds
    assert [kind.number for kind in kinds] == list(range(1000, 1019))
    assert {kind.meaning for kind in kinds} == set(get_args(AgentEvent)) - {LatencyReported}


@pytest.mark.parametrize(
    "message",
    [
        '{"type":1002,"data":{"text":"x","sentenceId":9007199254740992}}',
        '{"type":1003,"data":{"text":"%s","sentenceId":1}}' % ("x" * (MAX_TEXT + 1)),
        '{"type":1000,"data":{"code":2147483648}}',
        '{"type":1010,"data":{"reason":-2147483648}}',
        '{"type":1005,"data":{"voiceId":"%s"}}' % ("x" * (MAX_ID + 1)),
        '{"type":1011,"data":{"message":' + "[" * 33 + "]" * 33 + "}}",
        '{"type":1011,"data":{"message":"%s"}}' % ("[" * 8000),
        '{"type":1011,"data":{"message":"1e999"}}',
        '{"type":1011,"data":{"message":"NaN"}}',
        '{"type":1011,"data":{"message":18446744073709551616}}',
        '{"type":1011,"data":{"message":{"a":"%s"}}}' % ("x" * MAX_TEXT),
        '{"type":1018,"data":{"lookAway":{"duration":1e16}}}',
    ],
    ids=range(12),
)
def test_fields_are_bounded(message: str) -> None:
    with pytest.raises(RemoteProtocolError):
        decode_event(message)


def test_a_custom_message_may_hold_anything() -> None:
    for text, value in (("7", 7), ('\\"hello\\"', "hello"), ("null", None), ("[]", [])):
        message = f'{{"type":1011,"data":{{"message":"{text}"}}}}'
        assert decode_event(message) == CustomMessageReceived(value)


def test_half_a_character_in_a_custom_message_is_replaced() -> None:
    message = r'{"type":1011,"data":{"message":"{\"\\ud800\":[\"\\udfff!\"]}"}}'
    assert decode_event(message) == CustomMessageReceived({"\ufffd": ["\ufffd!"]})


def test_a_voiceprint_result_that_is_not_known_is_unknown() -> None:
    for value in ("-1", "6", "101", '"2"', "null", "[]", "2.5"):
        data = f'{{"text":"x","sentenceId":1,"voiceprint":{value}}}'
        assert decode_event(f'{{"type":1003,"data":{data}}}') == UserSubtitleReceived(
            "x", True, 1, 100
        )


_TOO_LONG = "x" * (MAX_TEXT + 1)


@pytest.mark.parametrize(
    "event",
    [
        AgentSubtitleReceived(_TOO_LONG, True, 1),
        UserSubtitleReceived(_TOO_LONG, True, 1),
        RtcTokenReceived(Secret(_TOO_LONG)),
        AgentWillLeave(0, _TOO_LONG),
        CustomMessageReceived("x" * MAX_TEXT),
        LlmReplyCompleted(_TOO_LONG, 1),
        VoiceIdChanged("x" * (MAX_ID + 1)),
        HumanTakeoverConnected("x" * (MAX_ID + 1)),
        AgentEmotionReceived("x" * (MAX_ID + 1), 1),
    ],
    ids=lambda event: type(event).__name__,
)
def test_too_long_a_text_is_not_written(event: AgentEvent) -> None:
    with pytest.raises(ValueError, match="characters; a message carries"):
        encode_event(event, sequence=1, sender="a")


def test_what_is_no_result_and_no_json_is_not_written() -> None:
    for event in (
        UserSubtitleReceived("x", True, 1, 6),
        CustomMessageReceived(float("nan")),
        CustomMessageReceived({"message": object()}),  # type: ignore[dict-item]
    ):
        with pytest.raises(ValueError):
            encode_event(event, sequence=1, sender="a")


def test_a_token_is_shown_by_no_event_and_no_error() -> None:
    event = decode_event('{"type":1006,"data":{"token":"hush"}}')
    assert "hush" not in repr(event)
    with pytest.raises(RemoteProtocolError) as caught:
        decode_event('{"type":1006,"data":{"token":["hush"]}}')
    assert "hush" not in str(caught.value)
