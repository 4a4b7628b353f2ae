from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.errors import UsageError
from aicall_cli.protocol.agent_type import AgentType
from aicall_cli.protocol.expiry import MAX_TIME, Expiry
from aicall_cli.protocol.share_token import ShareToken, parse_share_token
from aicall_cli.secret import Secret
from tests.protocol.tokens import NOW, SHARE, share_text


def test_a_share_token_says_whom_one_can_call() -> None:
    token = parse_share_token(share_text())
    assert token == ShareToken(
        agent_id=Secret(SHARE["TemporaryAIAgentId"]),
        workflow="VoiceChat",
        expiry=Expiry(1_800_003_600),
        name="Reception",
        region="cn-shanghai",
        template_config=SHARE["TemplateConfig"],
        user_data=SHARE["UserData"],
    )
    assert token.agent_type is AgentType.VOICE


def test_what_it_need_not_say() -> None:
    absent = dict.fromkeys(("RequestId", "Name", "Region", "TemplateConfig", "UserData"))
    empty = dict.fromkeys(("Name", "Region", "TemplateConfig", "UserData"), "")
    token = parse_share_token(share_text(**absent))
    assert (token.name, token.region, token.template_config, token.user_data) == (None,) * 4
    assert parse_share_token(share_text(**empty)) == token


@pytest.mark.parametrize(
    ("workflow", "kind"),
    [
        ("VoiceChat", AgentType.VOICE),
        ("AvatarChat3D", AgentType.AVATAR),
        ("VisionChat", AgentType.VISION),
        ("VideoChat", AgentType.VIDEO),
        ("MessageChat", None),
    ],
)
def test_a_workflow_is_a_type_of_agent(workflow: str, kind: AgentType | None) -> None:
    assert parse_share_token(share_text(WorkflowType=workflow)).agent_type is kind


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"TemporaryAIAgentId": None}, "TemporaryAIAgentId is missing"),
        ({"TemporaryAIAgentId": ""}, "TemporaryAIAgentId is empty"),
        ({"TemporaryAIAgentId": 5}, "TemporaryAIAgentId is not a string but of type int"),
        ({"WorkflowType": None}, "WorkflowType is missing"),
        ({"WorkflowType": ["hunter2"]}, "WorkflowType is not a string but of type list"),
        ({"ExpireTime": None}, "ExpireTime is missing"),
        ({"ExpireTime": 1_800_003_600}, "ExpireTime is not a string but of type int"),
        ({"ExpireTime": "hunter2"}, "ExpireTime is not written as yyyy-MM-dd HH:mm:ss"),
        ({"Name": "x" * 300}, "Name has 300 characters, the limit is 256"),
        ({"TemplateConfig": {"VoiceId": "hunter2"}}, "TemplateConfig is not a string"),
        ({"UserData": ["hunter2"]}, "UserData is not a string"),
        ({"Region": "x" * 65}, "Region has 65 characters, the limit is 64"),
        ({"Region": "hunter2.example/"}, "Region is not written as cn-shanghai is"),
        ({"Region": "cn-"}, "Region is not written as cn-shanghai is"),
        ({"Region": "CN-SHANGHAI\n"}, "Region is not written as cn-shanghai is"),
    ],
)
def test_a_foreign_token_is_told_and_not_repeated(changed: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_share_token(share_text(**changed))
    assert caught.value.message.startswith(f"share token: {says}")
    assert "hunter2" not in caught.value.message
    assert caught.value.hint == "`aicall token show` reads RTC tokens"
    assert caught.value.__suppress_context__


def test_an_expired_token_is_read_and_refused() -> None:
    token = parse_share_token(share_text())
    token.verify(NOW)
    with pytest.raises(UsageError, match="the share token expired at 2027-01-15 09:00:00 UTC"):
        token.verify(NOW + 3600)


def test_whom_one_can_call_is_not_printed() -> None:
    token = parse_share_token(share_text())
    assert SHARE["TemporaryAIAgentId"] not in repr(token)
    assert "***" in str(token.encode())


_texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
_maybe = st.none() | _texts


@given(
    st.builds(
        ShareToken,
        agent_id=_texts.map(Secret),
        workflow=_texts,
        expiry=st.integers(0, MAX_TIME).map(Expiry),
        name=_maybe,
        region=st.none() | st.just("ap-southeast-1"),
        template_config=_maybe,
        user_data=_maybe,
    )
)
def test_what_is_encoded_is_read(token: ShareToken) -> None:
    text = token.encode().reveal()
    assert text.isascii()
    assert not set(text) & set("+/= ")
    assert parse_share_token(text) == token
