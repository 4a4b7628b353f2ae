import re

import pytest

from aicall_cli.control.cloud_call_operations import GENERATE_CALL, START_INSTANCE, UPDATE_INSTANCE
from aicall_cli.control.cloud_operation import Operation
from aicall_cli.control.cloud_operations import (
    ACTIVATE_LICENSE,
    AUDIT_VIDEO,
    OPERATIONS,
    SET_VOICEPRINT,
)
from aicall_cli.errors import UsageError
from aicall_cli.secret import Secret

ACTIONS = [
    "ActiveAiRtcLicense",
    "ClearAIAgentVoiceprint",
    "DeleteAIAgentDialogue",
    "DescribeAIAgentInstance",
    "ForwardAIAgentCall",
    "GenerateAIAgentCall",
    "GenerateMessageChatToken",
    "GetAIAgentConcurrency",
    "ListAIAgentDialogues",
    "ListAIAgentInstance",
    "ListAIAgentPhoneNumber",
    "ListAIAgentVoiceprints",
    "SendAIAgentDataChannelMessage",
    "SendAIAgentSpeech",
    "SendAIAgentText",
    "SetAIAgentVoiceprint",
    "StartAIAgentInstance",
    "StartAIAgentOutboundCall",
    "StopAIAgentInstance",
    "SubmitAIAgentVideoAuditTask",
    "TakeoverAIAgentCall",
    "UpdateAIAgentInstance",
]


def test_every_operation_is_there_once() -> None:
    assert sorted(operation.action for operation in OPERATIONS) == ACTIONS
    assert len({operation.command for operation in OPERATIONS}) == len(OPERATIONS)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda it: str(it.action))
def test_each_row_is_complete(operation: Operation) -> None:
    names = [it.name for it in operation.parameters]
    options = [it.option for it in operation.parameters]
    assert len(set(names)) == len(names)
    assert len(set(options)) == len(options)
    assert not {"region", "endpoint", "timeout", "json", "debug", "log-file"} & set(options)
    assert set(operation.any_of) <= set(names)
    assert bool(operation.rows) == bool(operation.columns)
    assert operation.examples
    assert operation.about.endswith(".")
    for parameter in operation.parameters:
        assert re.fullmatch(r"[A-Z]\w+(\.[A-Z]\w+)?", parameter.name)
        assert re.fullmatch("[a-z]+(-[a-z]+)*", parameter.option)
        assert parameter.about.endswith(".")
        assert parameter.required or not parameter.argument


def test_members_of_one_object_go_together() -> None:
    values = {"VoiceprintId": "v", "Input.Data": "https://h/é.wav", "Input.Type": "URL"}
    assert SET_VOICEPRINT.query(values) == {
        "VoiceprintId": "v",
        "Input": '{"Data":"https://h/é.wav","Type":"url"}',
    }


def test_an_array_goes_as_json() -> None:
    values = {
        "AIAgentId": "a",
        "Input.Media": "https://h/v.mp4",
        "Input.Type": "OSS",
        "CapturePolicies": [{"Prompt": "p"}],
        "AuditInterval": None,
    }
    assert AUDIT_VIDEO.query(values) == {
        "AIAgentId": "a",
        "Input": '{"Media":"https://h/v.mp4","Type":"OSS"}',
        "CapturePolicies": '[{"Prompt":"p"}]',
    }


@pytest.mark.parametrize(
    ("operation", "values", "message", "hint"),
    [
        (GENERATE_CALL, {}, "AIAgentId is missing", "give AGENT_ID, a text of 1 to 128"),
        (START_INSTANCE, {"AIAgentId": "a"}, "RuntimeConfig is missing", "--runtime-config"),
        (GENERATE_CALL, {"AIAgentId": "a", "X": 1}, "GenerateAIAgentCall has no parameter 'X'", ""),
        (
            UPDATE_INSTANCE,
            {"InstanceId": "i"},
            "UpdateAIAgentInstance has nothing to do",
            "give --agent-config, --template-config or --user-data",
        ),
        (
            GENERATE_CALL,
            {"AIAgentId": "\x1b" * 200},
            "AIAgentId (AGENT_ID) must be a text of 1 to 128 characters, not \\x1b",
            "",
        ),
    ],
)
def test_what_cannot_be_asked_is_told(
    operation: Operation, values: dict[str, object], message: str, hint: str
) -> None:
    with pytest.raises(UsageError) as caught:
        operation.query(values)
    assert caught.value.message.startswith(message)
    assert len(caught.value.message) < 200
    assert hint in (caught.value.hint or "")


def test_a_secret_is_sent_and_not_told() -> None:
    values = {"DeviceId": "d", "LicenseItemId": "b", "AuthCode": Secret("hunter2")}
    assert ACTIVATE_LICENSE.query(values)["AuthCode"] == "hunter2"
    with pytest.raises(UsageError) as caught:
        ACTIVATE_LICENSE.query({**values, "AuthCode": "hunter2" * 1000})
    assert "hunter2" not in caught.value.message
    with pytest.raises(UsageError) as caught:
        START_INSTANCE.query({"AIAgentId": "a", "RuntimeConfig": "hunter2"})
    assert "hunter2" not in caught.value.message


def test_the_texts_in_secret_parameters_are_known() -> None:
    runtime = {"VoiceChat": {"AuthToken": "t"}, "More": ["x", 5]}
    values = {"AIAgentId": "a", "RuntimeConfig": runtime}
    found = {secret.reveal() for secret in START_INSTANCE.secrets(values)}
    assert found == {"t", "x"}
    assert list(ACTIVATE_LICENSE.secrets({"AuthCode": "c0de"})) == [Secret("c0de")]
    assert list(ACTIVATE_LICENSE.secrets({"AuthCode": None})) == []
