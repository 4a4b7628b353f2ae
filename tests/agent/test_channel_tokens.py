import pytest

from aicall_cli.agent.channel_tokens import ChannelTokens
from aicall_cli.agent.instances import Instances
from aicall_cli.errors import UsageError
from aicall_cli.protocol.agent_config import AgentConfig
from tests.agent.planes import ADDRESS, NOW


def test_a_token_is_of_the_server_that_made_it_until_it_expires() -> None:
    instance = Instances(1).make(
        agent_id="echo", user_id="u1", config=AgentConfig(), address=ADDRESS, now=NOW
    )
    tokens = ChannelTokens()
    token = tokens.make(instance, "u1", NOW)
    text = token.encode().reveal()
    assert tokens.read(text, NOW + 3599) == token
    with pytest.raises(UsageError, match="expired"):
        tokens.read(text, NOW + 3600)
    with pytest.raises(UsageError, match="not signed") as caught:
        ChannelTokens().read(text, NOW)
    assert text not in str(caught.value)
    for other in ("a-token", "", "e30=", "ä", "x" * 100_000):
        assert tokens.read(other, NOW) is None
