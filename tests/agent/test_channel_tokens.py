import pytest

from aicall_cli.agent import channel_tokens
from aicall_cli.agent.channel_tokens import ChannelTokens
from aicall_cli.errors import UsageError
from tests.agent.planes import ADDRESS, NOW


def test_a_token_is_of_the_server_that_made_it_until_it_expires() -> None:
    tokens = ChannelTokens()
    token = tokens.make("room", "u1", NOW, address=ADDRESS)
    text = token.encode().reveal()
    assert tokens.read(text, NOW + 3599) == token
    with pytest.raises(UsageError, match="expired"):
        tokens.read(text, NOW + 3600)
    with pytest.raises(UsageError, match="not signed") as caught:
        ChannelTokens().read(text, NOW)
    assert text not in str(caught.value)
    for other in ("a-token", "", "e30=", "ä", "x" * 100_000):
        assert tokens.read(other, NOW) is None


def test_a_channel_that_was_opened_is_known_as_long_as_there_are_not_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(channel_tokens, "MAX_CHANNELS", 2)
    tokens = ChannelTokens()
    first, second, third = (tokens.open_channel() for _ in range(3))
    assert not tokens.knows("")
    assert [tokens.knows(each) for each in (first, second, third)] == [False, True, True]
