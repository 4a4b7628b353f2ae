import json

import pytest

from aicall_cli.backends.builtin import BuiltinBackend, BuiltinOptions, _encode_join, _refusal
from aicall_cli.engine.commands import QueryAgentState
from aicall_cli.errors import AicallError, ConnectError, UnknownAgentError, UsageError
from aicall_cli.protocol.signaling import Join, RefusalCode, Refused, decode_client
from aicall_cli.secret import Secret
from tests.support.fake_backend import SILENCE

OPTIONS = BuiltinOptions(server="ws://127.0.0.1:1", agent_id="echo", user_id="me")


@pytest.mark.parametrize("code", RefusalCode)
def test_a_refusal_is_an_error_that_says_why(code: RefusalCode) -> None:
    kinds: dict[RefusalCode, type[AicallError]] = {
        RefusalCode.UNKNOWN_AGENT: UnknownAgentError,
        RefusalCode.BAD_OPTION: UsageError,
    }
    error = _refusal(Refused(code, "because", ("echo", "assistant")), "nobody")
    assert type(error) is kinds.get(code, ConnectError)
    told = f"{error.message} {error.hint}"
    assert ("nobody" if code is RefusalCode.UNKNOWN_AGENT else "because") in told


def test_an_unknown_agent_comes_with_the_known_ones() -> None:
    known = _refusal(Refused(RefusalCode.UNKNOWN_AGENT, "", ("echo", "assistant")), "x")
    assert known.hint == "it has: echo, assistant"
    assert _refusal(Refused(RefusalCode.UNKNOWN_AGENT, ""), "x").hint == "it has: none"


def test_the_join_holds_what_was_asked_for() -> None:
    options = BuiltinOptions(
        server="ws://x", agent_id="assistant", user_id="me", agent_options={"voice": "en"}
    )
    assert decode_client(_encode_join(options)) == Join("assistant", "me", {"voice": "en"})


def test_a_join_that_is_too_long_is_a_wrong_option() -> None:
    options = BuiltinOptions(server="ws://x", agent_id="x" * 300_000, user_id="me")
    with pytest.raises(UsageError, match="cannot be sent"):
        _encode_join(options)


def test_the_token_is_in_no_join_and_no_repr() -> None:
    options = BuiltinOptions(server="ws://x", agent_id="echo", user_id="me", token=Secret("ssh"))
    assert "ssh" not in repr(options)
    assert "token" not in json.loads(_encode_join(options))


async def test_a_backend_that_never_connected_takes_nothing_and_closes() -> None:
    backend = BuiltinBackend(OPTIONS)
    backend.send_audio(SILENCE, 0)
    assert not backend.send_command(QueryAgentState())
    backend.set_reorder_wait(0.05)
    assert await backend.statistics() is None
    await backend.close()
    await backend.close()
