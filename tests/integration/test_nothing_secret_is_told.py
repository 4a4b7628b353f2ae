"""What calls print, log, record and note, at the finest level, has no secret of theirs in it."""

import asyncio
import re
import subprocess
import sys

import pytest

from aicall_cli.exit_status import ExitStatus
from aicall_cli.protocol.rtc_token import parse_rtc_token
from tests.integration.api_server import KEY_SECRET, KEYS, USER_TOKEN, ApiServer
from tests.integration.command import Command, Running
from tests.integration.relay import relay

assert sys.platform != "win32"

APP_KEY = "s3cret-of-the-app"
VARIABLES = {
    **KEYS,
    "AICALL_RTC_APP_KEY": APP_KEY,
    "DEBUG": "sdk",  # with which the cloud's library would write every header
}
WRONG = {
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "an0ther-of-the-key",
    "AICALL_APP_SERVER_TOKEN": "an0ther-of-the-user",
}
LOGGED = ("--debug", "--log-level", "debug", "--log-file")
NOTED = {
    "--endpoint": (
        "GenerateAIAgentCall is asked for",
        "GenerateAIAgentCall: HTTP 200",
        '{"instance_id": ',
        "SignatureDoesNotMatch",
    ),
    "--app-server": ("a request of the application server is refused", "refuses the token"),
}
"""What shows that log, journal and complaint were looked through."""
ANY_TOKEN = "eyJhcHBpZCI6"
"""How each RTC token begins: a JSON object whose first member is ``appid``."""
ANY_SIGNATURE = re.compile(r"Signature=[0-9a-f]|(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")


@pytest.mark.parametrize("option", ["--endpoint", "--app-server"])
async def test_no_key_token_or_signature_is_printed_logged_recorded_or_noted(
    aicall: Command, option: str
) -> None:
    log = aicall.home / "serve.log"
    server = await asyncio.to_thread(ApiServer, aicall, "--agent", "echo", *LOGGED, str(log))
    async with relay(server.endpoint) as way:
        call = aicall.start(
            *("call", "--input", "silence:30", "--output", "null", "--control", "--json"),
            *("--agent-id", "echo", option, way.url, *LOGGED, aicall.home / "call.log"),
            stdin=subprocess.PIPE,
            variables=VARIABLES,
        )
        told = await asyncio.to_thread(_talked, aicall, call)
        refused = await asyncio.to_thread(
            aicall.run,
            *("push-file", "tone", "--agent-id", "echo", option, way.url),
            *(*LOGGED, aicall.home / "refused.log"),
            variables={**VARIABLES, **WRONG},
        )
    assert refused.status == ExitStatus.CREDENTIALS_REFUSED
    told += refused.out + refused.err + _written(aicall)
    kept = {path.name for path in aicall.recording.iterdir()}
    assert kept >= {"events.jsonl", "summary.json"}
    for proof in ('"event": "rtc_token_received"', *NOTED[option]):
        assert proof in told

    secrets = _secrets_on_the_way(way.seen.decode(errors="replace"), option)
    for secret in (*secrets, KEY_SECRET, USER_TOKEN, APP_KEY, *WRONG.values(), ANY_TOKEN):
        assert secret not in told
    assert KEYS["ALIBABA_CLOUD_ACCESS_KEY_ID"] not in told
    assert not ANY_SIGNATURE.search(told)


def _talked(aicall: Command, call: Running) -> str:
    """Have a new token given in mid-call; return what was printed, and written until then."""
    call.event("data_channel_opened")
    call.stdin.write(b'{"command": "request_token"}\n')
    call.stdin.flush()
    call.event("rtc_token_received")
    written = _written(aicall)
    call.stdin.write(b'{"command": "hang_up"}\n')
    call.stdin.flush()
    done = call.finish()
    assert done.status == ExitStatus.OK, done
    return done.out + done.err + written


def _written(aicall: Command) -> str:
    """Return all that is in the caller's home: logs, recordings, the journal of instances."""
    files = [path for path in aicall.home.rglob("*") if path.is_file() and path.suffix != ".wav"]
    return "\n".join(path.read_text(errors="replace") for path in files)


def _secrets_on_the_way(seen: str, option: str) -> list[str]:
    """Return the tokens and signatures that the calls' requests and answers had."""
    tokens = re.findall(r'"(?:Token|rtc_auth_token)": ?"([^"]+)"', seen)
    assert len(tokens) == 1
    assert f"Bearer {tokens[0]}" in seen, "it lets in who calls"
    signatures = re.findall(r"Signature=([0-9a-f]+)", seen)
    assert bool(signatures) is (option == "--endpoint")
    return [*tokens, parse_rtc_token(tokens[0]).signature.reveal(), *signatures]
