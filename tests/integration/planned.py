"""A server with a key pair, the official client of its API, and callers of its instances."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException

from aicall_cli.agent.options import KeyPair
from aicall_cli.protocol.rtc_token import parse_rtc_token
from aicall_cli.protocol.signaling import Option
from aicall_cli.secret import Secret
from tests.integration.agent_caller import Caller, calling, serving
from tests.integration.openapi_client import OpenApi, close_connections

KEY_PAIR = KeyPair("aicall-key", Secret("aicall-key-secret"))


@asynccontextmanager
async def planned(**options: Any) -> AsyncIterator[tuple[str, OpenApi]]:
    """Serve with a key pair; yield the signaling's URL and a client that has it."""
    async with serving(key_pair=KEY_PAIR, **options) as url:
        try:
            yield url, OpenApi(url, KEY_PAIR)
        finally:
            close_connections()


@asynccontextmanager
async def entered(
    answer: Mapping[str, Any], agent_id: str = "", options: Mapping[str, Option] | None = None
) -> AsyncIterator[Caller]:
    """Call by what GenerateAIAgentCall answered, and nothing else."""
    token = parse_rtc_token(answer["Token"])
    (address,) = token.gslb
    secret = Secret(answer["Token"])
    async with calling(address, agent_id, options, secret, user_id=token.user_id) as caller:
        yield caller


async def refusal(client: OpenApi, action: str, **said: object) -> tuple[int, str]:
    """Return the status and the code by which an operation is refused."""
    with pytest.raises(AlibabaCloudException) as caught:
        await client.ask(action, said)
    assert caught.value.message
    assert caught.value.request_id
    return caught.value.status_code, caught.value.code
