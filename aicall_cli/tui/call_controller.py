"""What a person can do in a call, and what of it is on: the call behind the interface."""

from typing import Protocol

from aicall_cli.session.statistics import CallStatistics


class CallController(Protocol):
    """One running call as the keys see it; ``client`` has the one that is real.

    A method begins what it says and returns at once, so that no key waits for another: what
    takes its time (draining the last syllable, opening a file) goes on in the call. One that
    is not possible now raises CommandRefused, whose sentence is shown; what fails later comes
    as ``WarningRaised``. Asking for what is already so changes nothing, and raises nothing.
    """

    @property
    def push_to_talk(self) -> bool:
        """Whether the push-to-talk mode is on."""
        ...

    @property
    def talking(self) -> bool:
        """Whether the talk key is down, as far as the call is concerned."""
        ...

    @property
    def muted(self) -> bool:
        """Whether the caller is muted."""
        ...

    @property
    def voice_interrupt(self) -> bool | None:
        """Whether the caller's voice interrupts the agent; None before the agent said so."""
        ...

    @property
    def agent_audio(self) -> bool:
        """Whether the agent is played."""
        ...

    @property
    def agent_volume(self) -> int:
        """How loud the agent is played, in percent: 0 to 400, 100 as it comes."""
        ...

    @property
    def recording(self) -> bool:
        """Whether the call is being recorded."""
        ...

    @property
    def input_overflows(self) -> int:
        """Times that audio of the microphone was lost before it was sent."""
        ...

    @property
    def output_underflows(self) -> int:
        """Times that the speaker had nothing to play."""
        ...

    def start_talking(self) -> None:
        """The talk key went down; outside the push-to-talk mode that is turned on first."""
        ...

    def finish_talking(self) -> None:
        """The talk key went up: what was said until now is to be answered."""
        ...

    def cancel_talking(self) -> None:
        """Forget what was said since the talk key went down."""
        ...

    def set_push_to_talk(self, enabled: bool) -> None:
        """Turn the push-to-talk mode on or off."""
        ...

    def set_muted(self, muted: bool) -> None:
        """Mute the caller, or not."""
        ...

    def interrupt(self) -> None:
        """Stop the agent's speech, here and at the agent."""
        ...

    def set_voice_interrupt(self, enabled: bool) -> None:
        """Let the caller's voice interrupt the agent, or not."""
        ...

    def send_text(self, text: str) -> None:
        """Give the agent ``text`` as if the caller had said it."""
        ...

    def set_agent_audio(self, enabled: bool) -> None:
        """Play the agent, or not."""
        ...

    def set_agent_volume(self, percent: int) -> None:
        """Set how loud the agent is played; the view keeps it within 0 to 400."""
        ...

    def set_recording(self, enabled: bool) -> None:
        """Record the call from now on, or stop; the file stays."""
        ...

    def hang_up(self) -> None:
        """End the call; asked for again it changes nothing."""
        ...

    async def statistics(self) -> CallStatistics:
        """Return the figures so far; asked for about once a second."""
        ...
