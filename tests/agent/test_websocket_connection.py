import logging
import ssl
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from aicall_cli.protocol.signaling import SUBPROTOCOL
from tests.integration.agent_caller import TOKEN, serving
from tests.support.certificates import self_signed


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    return self_signed(tmp_path)


def trusting(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certificate)


async def status_of(url: str, tls: ssl.SSLContext | None, token: str, subprotocol: str) -> int:
    """Return the HTTP status that the upgrade is refused with."""
    with pytest.raises(InvalidStatus) as caught:
        async with connect(
            url,
            ssl=tls,
            additional_headers={"Authorization": f"Bearer {token}"},
            subprotocols=[subprotocol],  # type: ignore[list-item]
            proxy=None,
        ):
            pass
    return caught.value.response.status_code


@pytest.mark.real_time
@pytest.mark.parametrize("secure", [True, False], ids=["wss", "ws"])
async def test_a_denial_is_an_answer_and_no_error(
    certificate: tuple[Path, Path], secure: bool, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    options = {"tls_cert": certificate[0], "tls_key": certificate[1]} if secure else {}
    tls = trusting(certificate[0]) if secure else None
    async with serving(**options) as url:
        for _ in range(3):
            assert await status_of(url, tls, "wrong", SUBPROTOCOL) == 401
        assert await status_of(url, tls, TOKEN.reveal(), "aicall.v0") == 400
    turned_away = "aicall_cli.agent.server"
    assert [record.name for record in caplog.records] == [turned_away] * 4
