"""A call's switches without a call: it notes what it is asked for."""

from dataclasses import dataclass, field

from aicall_cli.errors import CommandRefused
from aicall_cli.session.statistics import CallStatistics
from tests.tui.calls import STATISTICS


@dataclass
class FakeController:
    """Does at once what it is asked for, unless it is told to refuse."""

    push_to_talk: bool = False
    talking: bool = False
    muted: bool = False
    voice_interrupt: bool | None = True
    agent_audio: bool = True
    agent_volume: int = 100
    recording: bool = False
    input_overflows: int = 0
    output_underflows: int = 0
    refusal: str = ""
    """What every command is refused with."""
    asked: list[str] = field(default_factory=list)
    figures: CallStatistics = STATISTICS

    def start_talking(self) -> None:
        """Turn the mode on and begin."""
        self._note("start_talking")
        self.push_to_talk = self.talking = True

    def finish_talking(self) -> None:
        """End the utterance."""
        self._note("finish_talking")
        self.talking = False

    def cancel_talking(self) -> None:
        """Forget the utterance."""
        self._note("cancel_talking")
        self.talking = False

    def set_push_to_talk(self, enabled: bool) -> None:
        """Switch the mode, which ends an utterance."""
        self._note(f"push_to_talk {enabled}")
        self.push_to_talk, self.talking = enabled, False

    def set_muted(self, muted: bool) -> None:
        """Switch it."""
        self._note(f"muted {muted}")
        self.muted = muted

    def interrupt(self) -> None:
        """Note it."""
        self._note("interrupt")

    def set_voice_interrupt(self, enabled: bool) -> None:
        """Switch it."""
        self._note(f"voice_interrupt {enabled}")
        self.voice_interrupt = enabled

    def send_text(self, text: str) -> None:
        """Note it."""
        self._note(f"text {text}")

    def set_agent_audio(self, enabled: bool) -> None:
        """Switch it."""
        self._note(f"agent_audio {enabled}")
        self.agent_audio = enabled

    def set_agent_volume(self, percent: int) -> None:
        """Set it."""
        self._note(f"agent_volume {percent}")
        self.agent_volume = percent

    def set_recording(self, enabled: bool) -> None:
        """Switch it."""
        self._note(f"recording {enabled}")
        self.recording = enabled

    def end_command(self) -> None:
        """What Ctrl-C does."""
        self._note("end_command")

    def hang_up(self) -> None:
        """Note it."""
        self._note("hang_up")

    async def statistics(self) -> CallStatistics:
        """Return the figures."""
        return self.figures

    def _note(self, what: str) -> None:
        if self.refusal:
            raise CommandRefused(self.refusal)
        self.asked.append(what)
