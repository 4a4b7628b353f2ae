import pytest

from aicall_cli.tui.json_push_view import JsonPushView
from aicall_cli.tui.live_push_view import LivePushView
from aicall_cli.tui.plain_push_view import PlainPushView
from aicall_cli.tui.push_view import PushedInput
from aicall_cli.tui.push_view_choice import choose_push_view
from aicall_cli.tui.quiet_push_view import QuietPushView
from tests.tui.streams import Stream

INPUT = PushedInput("goforward.wav", 4.0)


@pytest.mark.parametrize(
    ("stream", "variables", "kind"),
    [
        (Stream(terminal=True), {"TERM": "xterm"}, LivePushView),
        (Stream(terminal=True), {"TERM": "xterm", "NO_COLOR": "1"}, LivePushView),
        (Stream(terminal=True), {"TERM": "dumb"}, PlainPushView),
        (Stream(terminal=True, encoding="latin-1"), {"TERM": "xterm"}, PlainPushView),
        (Stream(terminal=False), {"TERM": "xterm"}, PlainPushView),
        (Stream(terminal=False), {"TERM": "xterm", "FORCE_COLOR": "1"}, PlainPushView),
    ],
)
def test_only_a_terminal_that_can_do_it_is_live(
    stream: Stream, variables: dict[str, str], kind: type
) -> None:
    assert isinstance(choose_push_view(stream, variables, INPUT), kind)


def test_options_outweigh_the_terminal() -> None:
    terminal = Stream(terminal=True)
    assert isinstance(choose_push_view(terminal, {}, INPUT, as_json=True), JsonPushView)
    assert isinstance(choose_push_view(terminal, {}, INPUT, quiet=True), QuietPushView)
    both = choose_push_view(terminal, {}, INPUT, as_json=True, quiet=True)
    assert isinstance(both, QuietPushView)
