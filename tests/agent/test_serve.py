import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from websockets.asyncio.client import connect

from aicall_cli.agent.options import ServeOptions
from aicall_cli.agent.serve import serve
from aicall_cli.errors import UsageError
from aicall_cli.protocol.signaling import SUBPROTOCOL
from tests.integration.agent_caller import serving


def written_certificate(folder: Path) -> tuple[Path, Path]:
    """Write a certificate for 127.0.0.1 that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / "cert.pem", folder / "key.pem"
    cert_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return cert_file, key_file


@pytest.mark.real_time
async def test_with_a_certificate_it_speaks_tls(tmp_path: Path) -> None:
    cert, key = written_certificate(tmp_path)
    trust = ssl.create_default_context(cafile=cert)
    async with serving(token=None, tls_cert=cert, tls_key=key) as url:
        assert url.startswith("wss://127.0.0.1:")
        async with connect(
            url,
            ssl=trust,
            subprotocols=[SUBPROTOCOL],  # type: ignore[list-item]
            proxy=None,
        ) as socket:
            assert socket.subprotocol == SUBPROTOCOL


@pytest.mark.real_time
async def test_an_address_of_version_six_has_its_brackets() -> None:
    async with serving(host="::1") as url:
        assert url.startswith("ws://[::1]:")


@pytest.mark.real_time
async def test_being_open_to_everybody_is_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    async with serving(token=None), serving(host="0.0.0.0"):
        pass
    assert "there is no token" not in caplog.text
    async with serving(token=None, host="0.0.0.0"):
        pass
    assert "there is no token: whoever reaches ws://0.0.0.0:" in caplog.text


@pytest.mark.real_time
@pytest.mark.parametrize("port", [65_536, -1])
async def test_a_port_that_is_none_is_a_usage_error(port: int) -> None:
    with pytest.raises(UsageError, match=f"port {port}"):
        await serve(ServeOptions(port=port), on_ready=print)


@pytest.mark.real_time
async def test_a_fault_in_on_ready_ends_the_server() -> None:
    def broken(url: str) -> None:
        raise ZeroDivisionError(url)

    with pytest.raises(ExceptionGroup) as caught:
        async with asyncio.timeout(10):
            await serve(ServeOptions(), on_ready=broken)
    assert caught.group_contains(ZeroDivisionError)
