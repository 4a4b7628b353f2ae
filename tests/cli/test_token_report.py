import io

import pytest

from aicall_cli.cli.environment import Environment
from aicall_cli.cli.token_report import print_rtc_token, print_share_token
from aicall_cli.protocol.rtc_token import parse_rtc_token
from aicall_cli.protocol.share_token import parse_share_token
from tests.cli.run_command import Terminal
from tests.protocol.tokens import NOW, rtc_text, share_text


class ColourTerminal(Terminal):
    """A terminal that can do everything."""

    encoding = "utf-8"


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (0, "1 h 0 min left"),
        (0.5, "59 min 59 s left"),
        (3599.5, "0 s left"),
        (3600, "0 s ago"),
        (3600 + 59, "59 s ago"),
        (3600 + 61, "1 min 1 s ago"),
        (3600 + 86400 + 7200, "1 d 2 h ago"),
    ],
)
def test_the_time_is_told_in_two_units(after: float, said: str) -> None:
    out = io.StringIO()
    environment = Environment(stdout=out, variables={})
    print_rtc_token(parse_rtc_token(rtc_text()), NOW + after, environment, signed=None)
    assert out.getvalue().splitlines()[3].endswith(f" UTC, {said}")


def test_on_a_terminal_what_is_wrong_has_a_colour() -> None:
    out = ColourTerminal()
    environment = Environment(stdout=out, variables={"TERM": "xterm-256color"})
    token = parse_share_token(share_text(WorkflowType="MessageChat"))
    print_share_token(token, NOW + 7200, environment)
    _, kind, region, expired, *_ = out.getvalue().splitlines()
    assert "\x1b[33munknown (MessageChat)" in kind
    assert "\x1b[33m" not in region
    assert "\x1b[33m2027-01-15 09:00:00 UTC, 1 h 0 min ago" in expired
