import pytest

from aicall_cli.client.options import CallOptions
from aicall_cli.engine.limits import MAX_ID
from aicall_cli.errors import UsageError
from aicall_cli.secret import Secret


def test_by_default_the_built_in_agent_is_called_and_nothing_recorded() -> None:
    options = CallOptions(agent_id="echo")
    assert options.server is None
    assert options.recordings is None
    assert (options.connect_timeout, options.media_timeout) == (15.0, 5.0)


def test_the_token_does_not_show() -> None:
    assert "ssssh" not in repr(CallOptions(agent_id="echo", token=Secret("ssssh")))


@pytest.mark.parametrize("name", ["", " "])
def test_a_caller_has_a_name(name: str) -> None:
    with pytest.raises(UsageError, match="the user id is empty"):
        CallOptions(agent_id="echo", user_id=name)


def test_a_user_id_that_no_server_takes_is_refused() -> None:
    assert CallOptions(agent_id="echo", user_id="u" * MAX_ID).user_id
    with pytest.raises(UsageError, match=f"the user id has {MAX_ID + 1} characters"):
        CallOptions(agent_id="echo", user_id="u" * (MAX_ID + 1))
