"""What a person or a script can do in a running call, each as one method."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from aicall_cli.engine.commands import (
    ClearVoiceprint,
    EnableVoiceInterrupt,
    InterruptSpeaking,
    QueryAgentState,
    RequestRtcToken,
    SendCustomMessage,
    SendText,
    StartVisionCustomCapture,
    StopVisionCustomCapture,
    SwitchVoiceId,
    UpdateAsrMaxSilence,
    UpdateBailianAppParams,
    UpdateLlmSystemPrompt,
    UpdateTtsSpeechRate,
    UpdateVcrConfig,
    UseVoiceprint,
)
from aicall_cli.engine.json_value import JSON
from aicall_cli.errors import CommandRefused
from aicall_cli.protocol.picture_config import VcrConfig
from aicall_cli.session.playout_path import PlayoutPath
from aicall_cli.session.statistics import CallStatistics

if TYPE_CHECKING:
    from aicall_cli.client.call import Call


class CallControls:
    """The keys' and scripts' side of a ``Call`` (``tui.call_controller.CallController``).

    Each method begins what it says and returns at once; one that is not possible now raises
    CommandRefused. Asking for what is already so changes nothing.
    """

    def __init__(self, call: "Call") -> None:
        self._call = call
        self._session = call.session

    @property
    def push_to_talk(self) -> bool:
        """Whether push-to-talk is on."""
        return self._call.talk.enabled

    @property
    def talking(self) -> bool:
        """Whether the talk key is down."""
        return self._call.talk.active

    @property
    def muted(self) -> bool:
        """Whether the caller is muted."""
        return self._session.mixer.muted

    @property
    def voice_interrupt(self) -> bool | None:
        """Whether the caller's voice interrupts the agent; None before the agent said so."""
        return self._session.machine.voice_interrupt

    @property
    def agent_audio(self) -> bool:
        """Whether the agent is played."""
        playout = self._session.playout
        return playout is not None and not playout.volume.muted

    @property
    def speaker(self) -> bool:
        """Whether anything is played."""
        playout = self._session.playout
        return playout is not None and playout.enabled

    @property
    def agent_volume(self) -> int:
        """How loud the agent is played, in percent: 0 to 400, 100 as it comes."""
        playout = self._session.playout
        return playout.volume.percent if playout is not None else 100

    @property
    def recording(self) -> bool:
        """Whether the call is being recorded."""
        return self._call.recording

    @property
    def input_overflows(self) -> int:
        """Times that audio of the microphone was lost before it was sent."""
        microphone = self._call.microphone
        return 0 if microphone is None else microphone.statistics.overflows

    @property
    def output_underflows(self) -> int:
        """Times that the speaker had nothing to play."""
        playout = self._session.playout
        return 0 if playout is None else playout.statistics.device.underruns or 0

    def start_talking(self) -> None:
        """The talk key goes down; outside the push-to-talk mode that is turned on first."""
        if not self.talking:
            self._call.talk.enable(True)
            self._call.talk.start()

    def finish_talking(self) -> None:
        """The talk key goes up: what was said is to be answered."""
        if self.talking:
            self._call.talk.finish()

    def cancel_talking(self) -> None:
        """Forget what was said since the talk key went down."""
        self._call.talk.cancel()

    def set_push_to_talk(self, enabled: bool) -> None:
        """Turn the push-to-talk mode on or off."""
        self._call.talk.enable(enabled)

    def set_muted(self, muted: bool) -> None:
        """Mute the caller, or not: nothing but silence is sent meanwhile."""
        self._session.mixer.muted = muted

    def interrupt(self) -> None:
        """Stop the agent's speech, here and at the agent."""
        self._call.send(InterruptSpeaking())

    def set_voice_interrupt(self, enabled: bool) -> None:
        """Let the caller's voice interrupt the agent, or not."""
        if enabled != self.voice_interrupt:
            self._call.send(EnableVoiceInterrupt(enabled))

    def send_text(self, text: str, interrupt: bool = True) -> None:
        """Give the agent ``text`` as if the caller had said it.

        With ``interrupt`` it stops what it is saying, else it answers after that.
        """
        self._call.send(SendText(text, interrupt))

    def send_custom_message(self, message: str) -> None:
        """Hand ``message`` to the application's server (AICallKit 1112)."""
        self._call.send(SendCustomMessage(message))

    def switch_voice(self, voice_id: str) -> None:
        """Have the agent speak with another voice; ``VoiceIdChanged`` tells when it does."""
        self._call.send(SwitchVoiceId(voice_id))

    def set_speech_rate(self, rate: float) -> None:
        """Have the agent speak at 0.5 to 2 times its voice's own pace."""
        self._call.send(UpdateTtsSpeechRate(rate))

    def set_max_silence(self, milliseconds: int) -> None:
        """Set how long a silence, 200 to 1200 ms, ends the caller's sentence."""
        self._call.send(UpdateAsrMaxSilence(milliseconds))

    def update_system_prompt(self, prompt: str) -> None:
        """Have the agent's language model follow another system prompt from now on."""
        self._call.send(UpdateLlmSystemPrompt(prompt))

    def update_model_studio_params(self, params: Mapping[str, JSON]) -> None:
        """Give the agent's Model Studio application other parameters (``BailianAppParams``)."""
        self._call.send(UpdateBailianAppParams(params))

    def update_vcr_config(self, config: VcrConfig) -> None:
        """Have the caller's video checked in another way; ``VcrResultReceived`` tells."""
        self._call.send(UpdateVcrConfig(config.as_plain()))

    def start_vision_custom_capture(self, capture: StartVisionCustomCapture) -> None:
        """Have images of the caller answered instead of speech, until it is stopped."""
        self._call.send(capture)

    def stop_vision_custom_capture(self) -> None:
        """Have speech answered again."""
        self._call.send(StopVisionCustomCapture())

    def use_voiceprint(self, enabled: bool) -> None:
        """Have the agent take nobody's speech but the registered voice's, or everybody's."""
        self._call.send(UseVoiceprint(enabled))

    def clear_voiceprint(self) -> None:
        """Have the agent forget the registered voice; ``VoiceprintCleared`` tells."""
        self._call.send(ClearVoiceprint())

    def query_state(self) -> None:
        """Ask what the agent is doing; ``AgentStateChanged`` tells, also where nothing changed."""
        self._call.send(QueryAgentState())

    def request_token(self) -> None:
        """Ask for a new token of the channel; ``RtcTokenReceived`` brings it.

        A call whose agent was started asks by itself before its token expires.
        """
        self._call.send(RequestRtcToken(self._call.user_id))

    def set_agent_audio(self, enabled: bool) -> None:
        """Play the agent, or not (AICallKit ``muteAgentAudioPlaying``)."""
        if enabled != self.agent_audio:
            self._playout().volume.muted = not enabled

    def set_speaker(self, enabled: bool) -> None:
        """Play anything, or nothing: neither the agent nor the caller's own streams.

        It is what AICallKit's ``enableSpeaker`` comes to on a computer, which has no second,
        quieter loudspeaker to turn to: the device stays open and is given silence.
        """
        if enabled != self.speaker:
            self._playout().enabled = enabled

    def set_agent_volume(self, percent: int) -> None:
        """Set how loud the agent is played; UsageError outside 0 to 400."""
        self._playout().volume.percent = percent

    def set_recording(self, enabled: bool) -> None:
        """Record the call from now on, or stop; the file stays."""
        self._call.set_recording(enabled)

    def hang_up(self, *, stop_agent: bool = True) -> None:
        """End the call, also before it is connected; see ``Call.hang_up``."""
        self._call.hang_up(stop_agent=stop_agent)

    async def statistics(self) -> CallStatistics:
        """Return the figures so far."""
        return await self._call.statistics()

    def _playout(self) -> PlayoutPath:
        playout = self._session.playout
        if playout is None:
            raise CommandRefused("nothing is played in this call")
        return playout
