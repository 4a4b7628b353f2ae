from dataclasses import fields

from aicall_cli.tui.call_state import Controls
from tests.tui.fake_controller import FakeController


def test_controls_are_what_the_controller_says() -> None:
    controller = FakeController(
        push_to_talk=True,
        talking=True,
        muted=True,
        voice_interrupt=False,
        agent_audio=False,
        agent_volume=230,
        recording=True,
        input_overflows=3,
        output_underflows=4,
    )
    controls = Controls.of(controller)
    for field in fields(Controls):
        assert getattr(controls, field.name) == getattr(controller, field.name)
        assert getattr(controls, field.name) != field.default
