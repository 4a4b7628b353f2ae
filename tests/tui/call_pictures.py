"""Pictures of a call's interface, and the files that hold what they looked like when read.

``python -m tests.tui.call_pictures`` writes the files anew; what changed is then to be read.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from aicall_cli.engine.enums import AgentState, CallState
from aicall_cli.tui.call_screen import render_call
from aicall_cli.tui.call_state import CallScreenState, Flash, ScrollPlace, Talk, Typed
from aicall_cli.tui.keyboard.key_map import create_key_map
from aicall_cli.tui.keyboard.talk_key import TalkMode
from aicall_cli.tui.terminal_screen import Picture
from tests.tui.call_states import CONNECTED, CONNECTING, TALK, VIEW, with_controls, with_view

FILES = Path(__file__).parents[1] / "golden" / "call_screen"
SIZES = ((60, 16), (80, 24), (120, 40))
LABELS = create_key_map().labels
NOW = 13.4

STATES: dict[str, CallScreenState] = {
    "connecting": CONNECTING,
    "conversation": CONNECTED,
    "talking": replace(
        with_controls(push_to_talk=True, talking=True, recording=True, agent_volume=80),
        view=replace(VIEW, agent_state=AgentState.LISTENING, conversation=TALK),
        talk=Talk(TalkMode.HOLD, since=10.0),
    ),
    "typing": replace(CONNECTED, typed=Typed("what is the time in 北京", 22)),
    "help": replace(CONNECTED, help=True),
    "scrolled": replace(with_view(conversation=TALK * 9), scroll=ScrollPlace(3, 0)),
    "notices": replace(
        with_controls(muted=True, input_overflows=2, output_underflows=3),
        flash=Flash("ALSA lib pcm.c: \x1b[31munderrun occurred", True, NOW + 1),
    ),
    "hanging_up": with_view(call_state=CallState.OVER, conversation=TALK),
}


@dataclass(frozen=True)
class Shot:
    """One state at one size."""

    name: str
    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.name}-{self.width}x{self.height}"

    @property
    def file(self) -> Path:
        """Where its text is kept."""
        return FILES / f"{self}.txt"

    @property
    def picture(self) -> Picture:
        """What the interface makes of it now."""
        return render_call(STATES[self.name], LABELS, NOW, self.width, self.height)

    @property
    def text(self) -> str:
        """Its rows as they are kept: without what is blank at their ends."""
        return "".join(f"{row.plain.rstrip()}\n" for row in self.picture.rows)


SHOTS = [Shot(name, width, height) for name in STATES for width, height in SIZES]
"""Every state at every size."""


def write() -> None:
    """Write the files anew."""
    FILES.mkdir(parents=True, exist_ok=True)
    for shot in SHOTS:
        shot.file.write_text(shot.text, encoding="utf-8")


if __name__ == "__main__":
    write()
