from aicall_cli.tui.command_end import CommandEnd
from aicall_cli.tui.quiet_call_view import QuietCallView
from tests.tui.calls import FakeCall


async def test_it_listens_to_nothing_and_prints_nothing() -> None:
    view = QuietCallView()
    await view.run(FakeCall())
    view.finish(FakeCall(), CommandEnd(0))
