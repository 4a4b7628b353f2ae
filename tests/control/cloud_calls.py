"""Calls of the cloud's API for tests: each in a loop of its own, without waiting."""

import asyncio
from collections.abc import Mapping

import pytest

from aicall_cli.control.cloud_answer import CloudAnswer
from aicall_cli.control.cloud_api import CloudApi, Throttled
from aicall_cli.control.cloud_call_operations import STOP_INSTANCE
from aicall_cli.control.cloud_credentials import KEY_ID, KEY_SECRET, SECURITY_TOKEN, KeyChain
from aicall_cli.control.cloud_endpoint import CloudEndpoint
from aicall_cli.control.cloud_operation import Operation
from aicall_cli.errors import AicallError
from tests.support.cloud_stub import (
    Answer,
    cloud_stub,
)

KEYS = {KEY_ID: "LTAItestkeyid", KEY_SECRET: "very+secret/key", SECURITY_TOKEN: "sts-token=="}
STOP = {"InstanceId": "i-1"}


def call(
    url: str,
    operation: Operation = STOP_INSTANCE,
    values: Mapping[str, object] = STOP,
    *,
    timeout: float = 5,
    told: list[Throttled] | None = None,
    keys: Mapping[str, str] = KEYS,
    region: str | None = None,
) -> CloudAnswer:
    api = CloudApi(
        CloudEndpoint.of(region, url),
        KeyChain(keys),
        timeout=timeout,
        on_throttled=told.append if told is not None else None,
        jitter=lambda: 0.0,
    )
    return asyncio.run(api.call(operation, values))


def error_of(answer: Answer, *, timeout: float = 5) -> AicallError:
    with cloud_stub(answer) as stub, pytest.raises(AicallError) as caught:
        call(stub.url, timeout=timeout)
    return caught.value
