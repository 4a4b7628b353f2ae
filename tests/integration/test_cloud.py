"""``aicall cloud`` as a process, against a real ``aicall serve`` and against nobody."""

import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from aicall_cli.exit_status import ExitStatus
from tests.integration.command import Command
from tests.support.cloud_stub import cloud_stub, silent

KEYS = {
    "ALIBABA_CLOUD_ACCESS_KEY_ID": "the-key-id",
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "s3cret-of-the-key",
    "DEBUG": "sdk",  # with which the library would write every header
}


@pytest.fixture
def endpoint(aicall: Command) -> Sequence[str]:
    """The options that lead to a server with these keys."""
    serving = aicall.start(
        *("serve", "--port", "0", "--agent", "echo"),
        variables={
            "AICALL_SERVE_KEY_ID": KEYS["ALIBABA_CLOUD_ACCESS_KEY_ID"],
            "AICALL_SERVE_KEY_SECRET": KEYS["ALIBABA_CLOUD_ACCESS_KEY_SECRET"],
        },
    )
    address = serving.line().removeprefix("serving at ws://").partition("/")[0]
    return "--endpoint", f"http://{address}"


def test_an_agent_is_started_shown_and_stopped(aicall: Command, endpoint: Sequence[str]) -> None:
    log = aicall.home / "log"
    logged: tuple[str | Path, ...] = ("--log-file", log, "--log-level", "debug")
    told = ""

    def cloud(*arguments: str) -> dict[str, Any]:
        nonlocal told
        done = aicall.run("cloud", *arguments, *endpoint, *logged, "--json", variables=KEYS)
        assert done.status == ExitStatus.OK, done
        told += done.err
        return done.records[0]

    started = cloud("generate", "echo", "--user-id", "alice")
    instance = started["InstanceId"]
    assert started["UserId"] == "alice"
    assert cloud("concurrency", "echo")["ActiveCount"] == 1
    cloud("instances", "stop", instance)
    assert cloud("instances", "show", instance)["Instance"]["Status"] == "Finished"
    refused = aicall.run(
        *("cloud", "generate", "echo", "--debug"),
        *(*endpoint, *logged),
        variables={**KEYS, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "an0ther"},
    )
    assert refused.status == ExitStatus.CREDENTIALS_REFUSED
    assert "SignatureDoesNotMatch" in refused.err
    told += refused.err + refused.out + log.read_text()
    assert "GenerateAIAgentCall: HTTP 200" in told
    for secret in ("the-key-id", "s3cret", "an0ther", "Signature=", "ACS3", started["Token"]):
        assert secret not in told


def test_ctrl_c_ends_at_once_and_tells_what_may_run(aicall: Command) -> None:
    assert sys.platform != "win32"
    with cloud_stub(silent) as stub:
        running = aicall.start(
            *("cloud", "generate", "echo", "--endpoint", stub.url, "--timeout", "30"),
            variables=KEYS,
        )
        assert stub.asked.wait(30)
        running.signal(signal.SIGINT)
        done = running.finish()
    assert done.status == ExitStatus.INTERRUPTED
    assert "it may have been started all the same" in done.err
