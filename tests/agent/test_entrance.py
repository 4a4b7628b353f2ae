import pytest

from aicall_cli.agent.entrance import Entrance
from aicall_cli.errors import UsageError
from aicall_cli.secret import Secret
from tests.agent.planes import TestPlane


async def test_both_kinds_of_token_let_in() -> None:
    plane = TestPlane()
    token = plane.make_token(await plane.made(), "u1")
    text = token.encode().reveal()
    for entrance in (Entrance(plane, None), Entrance(plane, Secret("secret"))):
        assert entrance.token_of(f"Bearer {text}") == token
        assert entrance.token_of(f"bearer  {text} ") == token
        assert entrance.token_of("Bearer secret") is None
    assert Entrance(plane, None).token_of("") is None
    assert Entrance(plane, None).token_of("Bearer whatever") is None


async def test_what_is_neither_does_not() -> None:
    plane = TestPlane()
    text = plane.make_token(await plane.made(), "u1").encode().reveal()
    entrance = Entrance(plane, Secret("secret"))
    for wrong in ("", "Bearer", "Bearer wrong", f"Basic {text}", "Basic secret", "secret"):
        with pytest.raises(UsageError, match="the token is wrong or missing"):
            entrance.token_of(wrong)
    for everybody in (entrance, Entrance(plane, None)):
        other = TestPlane()
        foreign = other.make_token(await other.made(), "u1").encode().reveal()
        with pytest.raises(UsageError, match="not signed"):
            everybody.token_of(f"Bearer {foreign}")
    plane.time += 3600
    with pytest.raises(UsageError, match="expired"):
        Entrance(plane, None).token_of(f"Bearer {text}")
