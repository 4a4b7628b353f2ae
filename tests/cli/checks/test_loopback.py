import pytest

from aicall_cli.cli.checks import loopback
from aicall_cli.cli.checks.finding import State
from aicall_cli.cli.checks.loopback import TICKS, check_loopback, judge_loopback


@pytest.mark.real_time
async def test_this_machine_can_call_itself() -> None:
    finding = await check_loopback()
    assert finding.state is State.OK
    assert finding.figures["message_arrived"] is True


@pytest.mark.real_time
async def test_what_does_not_connect_breaks_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loopback, "CONNECT_SECONDS", 0.001)
    finding = await check_loopback()
    assert finding.state is State.BROKEN
    assert finding.message == "no connection after 0.001 s"
    assert "firewall" in (finding.advice or "")


@pytest.mark.parametrize(
    ("heard", "messages", "state"),
    [
        (TICKS, 1, State.OK),
        (TICKS - 3, 1, State.OK),
        (TICKS // 2, 1, State.NOTE),
        (0, 1, State.BROKEN),
        (TICKS, 0, State.BROKEN),
    ],
)
def test_what_arrived_is_judged(heard: int, messages: int, state: State) -> None:
    finding = judge_loopback(0.1234, heard, messages)
    assert finding.state is state
    assert finding.message == f"connected in 123 ms, {heard} of {TICKS} ticks heard"
    assert (finding.advice is None) == (state is State.OK)
    assert finding.figures["message_arrived"] is bool(messages)
