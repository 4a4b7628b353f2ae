"""The chain from credentials to a spoken answer, with TLS on each of its ways."""

from pathlib import Path

import pytest

from aicall_cli.exit_status import ExitStatus
from aicall_cli.protocol.rtc_token import parse_rtc_token
from tests.integration.api_server import KEYS, ApiServer
from tests.integration.command import GO_FORWARD, Command
from tests.support.certificates import self_signed

CALL = ("push-file", GO_FORWARD, "--agent-id", "echo", "--no-record", "--expect-reply", "--json")


@pytest.fixture
def certificate(aicall: Command) -> tuple[Path, Path]:
    """A certificate that is nobody's but its maker's, and its key."""
    return self_signed(aicall.home)


@pytest.fixture
def address(aicall: Command, certificate: tuple[Path, Path]) -> str:
    """Where a server speaks nothing but TLS."""
    served, key = map(str, certificate)
    options = ("--agent", "echo", "--tls-cert", served, "--tls-key", key)
    return ApiServer(aicall, *options).address


def test_who_trusts_its_certificate_calls_over_tls_from_credentials_to_the_answer(
    aicall: Command, certificate: tuple[Path, Path], address: str
) -> None:
    trusting = {**KEYS, "SSL_CERT_FILE": str(certificate[0])}
    calls = [
        aicall.start(*CALL, option, f"https://{address}", variables=trusting)
        for option in ("--endpoint", "--app-server")
    ]
    started = aicall.run(
        *("cloud", "generate", "echo", "--endpoint", f"https://{address}", "--json"),
        variables=trusting,
    )
    assert started.status == ExitStatus.OK, started
    assert parse_rtc_token(started.summary["Token"]).gslb == (f"wss://{address}/v1/call",)
    for call in calls:
        done = call.finish()
        assert (done.status, done.err) == (ExitStatus.OK, "")
        assert done.summary["replied"]


def test_who_does_not_trust_it_is_told_how_to(aicall: Command, address: str) -> None:
    untrusting = [
        aicall.start(*CALL, option, f"https://{address}", variables=KEYS)
        for option in ("--endpoint", "--app-server")
    ]
    for call in untrusting:
        complaint = call.finish().complaint(ExitStatus.CANNOT_CONNECT)
        said = f"{address} shows a certificate that is not trusted (self-signed certificate)"
        assert said in complaint
        assert "SSL_CERT_FILE" in complaint


def test_what_is_no_certificate_or_no_tls_is_told(aicall: Command, address: str) -> None:
    (aicall.home / "empty.pem").write_text("no certificate")
    missing = [
        aicall.start(*CALL, option, f"https://{address}", variables={**KEYS, "SSL_CERT_FILE": path})
        for option in ("--endpoint", "--app-server")
        for path in ("nowhere.pem", "empty.pem")
    ]
    plain = [
        aicall.start(*CALL, option, f"http://{address}", variables=KEYS)
        for option in ("--endpoint", "--app-server")
    ]
    for call in missing:
        complaint = call.finish().complaint(ExitStatus.USAGE)
        assert "the certificates to trust cannot be read" in complaint
        assert "SSL_CERT_FILE" in complaint
    for call in plain:
        assert address in call.finish().complaint(ExitStatus.CANNOT_CONNECT)
