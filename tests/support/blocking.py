"""A call of aicall that blocks the running event loop fails the test."""

from collections.abc import Iterator

import pytest
from blockbuster import blockbuster_ctx

# (blocking call, file, function, reason) that may stand in the loop all the same.
_ALLOWED: tuple[tuple[str, str, str, str], ...] = (
    (
        "threading.Lock.acquire",
        "aiortc/rtcrtpreceiver.py",
        "__stop_decoder",
        "joins aiortc's decoder thread, which never gets a packet and ends at once",
    ),
)


@pytest.fixture(autouse=True, scope="session")
def blocking_calls_fail() -> Iterator[None]:
    """Watch the blocking calls made below a frame of ``aicall_cli`` while a loop runs."""
    with blockbuster_ctx("aicall_cli") as blockbuster:
        for call, file, function, _reason in _ALLOWED:
            blockbuster.functions[call].can_block_in(file, function)
        yield
