from aicall_cli.client.push_file import PushReport
from aicall_cli.tui.command_end import CommandEnd
from aicall_cli.tui.quiet_push_view import QuietPushView
from tests.tui.calls import FakeCall


async def test_it_prints_nothing_and_leaves_nothing_in_the_feed() -> None:
    call = FakeCall()
    view = QuietPushView()
    await view.run(call)
    view.progress(1.0)
    view.finish(call, PushReport(finished=True, replied=True), CommandEnd(0))
    assert not call.feed._listeners
