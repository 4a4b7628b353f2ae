"""The official client of Alibaba Cloud's OpenAPI, pointed at a server of our own."""

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from alibabacloud_tea_openapi import models
from alibabacloud_tea_openapi.client import Client
from darabonba.core import DaraCore
from darabonba.runtime import RuntimeOptions

from aicall_cli.agent.options import KeyPair

OPENAPI_VERSION = "2020-11-09"


class OpenApi:
    """Asks one server with one key pair; ``signing`` is None for ACS3, ``v2`` for HMAC-SHA1."""

    def __init__(self, url: str, key_pair: KeyPair, signing: str | None = None) -> None:
        self._client = Client(
            models.Config(
                access_key_id=key_pair.key_id,
                access_key_secret=key_pair.secret.reveal(),
                endpoint=urlsplit(url).netloc,
                protocol="HTTP",
                signature_algorithm=signing,
            )
        )

    async def ask(
        self, action: str, said: Mapping[str, object], version: str = OPENAPI_VERSION
    ) -> dict[str, Any]:
        """Return the answer to one operation; raises what the client raises."""
        params = models.Params(
            action=action,
            version=version,
            protocol="HTTP",
            method="POST",
            pathname="/",
            auth_type="AK",
            style="RPC",
            req_body_type="json",
            body_type="json",
        )
        query = {name: str(value) for name, value in said.items()}
        answer = await asyncio.to_thread(
            self._client.call_api,
            params,
            models.OpenApiRequest(query=query),
            RuntimeOptions(autoretry=False),
        )
        body: dict[str, Any] = answer["body"]
        return body


def close_connections() -> None:
    """Close the connections that the client's library keeps for every instance of it."""
    for session in DaraCore._sessions.values():
        session.close()
    DaraCore._sessions.clear()
