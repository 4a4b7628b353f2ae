import pytest

from aicall_cli.tui.call_switches import SWITCHES
from aicall_cli.tui.keyboard.key_map import Action
from tests.tui.fake_controller import FakeController


@pytest.mark.parametrize(
    ("action", "before", "asked"),
    [
        (Action.PUSH_TO_TALK, FakeController(), "push_to_talk True"),
        (Action.PUSH_TO_TALK, FakeController(push_to_talk=True), "push_to_talk False"),
        (Action.MUTE, FakeController(), "muted True"),
        (Action.MUTE, FakeController(muted=True), "muted False"),
        (Action.INTERRUPT, FakeController(), "interrupt"),
        (Action.VOICE_INTERRUPT, FakeController(), "voice_interrupt False"),
        (Action.VOICE_INTERRUPT, FakeController(voice_interrupt=None), "voice_interrupt False"),
        (Action.VOICE_INTERRUPT, FakeController(voice_interrupt=False), "voice_interrupt True"),
        (Action.AGENT_AUDIO, FakeController(), "agent_audio False"),
        (Action.AGENT_AUDIO, FakeController(agent_audio=False), "agent_audio True"),
        (Action.LOUDER, FakeController(agent_volume=100), "agent_volume 110"),
        (Action.LOUDER, FakeController(agent_volume=395), "agent_volume 400"),
        (Action.QUIETER, FakeController(agent_volume=100), "agent_volume 90"),
        (Action.QUIETER, FakeController(agent_volume=5), "agent_volume 0"),
        (Action.RECORDING, FakeController(), "recording True"),
        (Action.RECORDING, FakeController(recording=True), "recording False"),
    ],
)
def test_each_switch_turns_to_its_other_side(
    action: Action, before: FakeController, asked: str
) -> None:
    SWITCHES[action](before)
    assert before.asked == [asked]
