"""From what the caller sends on the data channel to what the turn machine makes of it."""

import logging
from collections.abc import Callable, Collection, Sequence
from typing import Final, assert_never

from aicall_cli.agent.rate_limit import RateLimit
from aicall_cli.agent.turn_actions import (
    Action,
    AgentCommand,
    Announce,
    HangUp,
    PassOn,
    RefuseCommand,
)
from aicall_cli.agent.turn_machine import TurnMachine
from aicall_cli.engine.command_rules import require_sendable
from aicall_cli.engine.commands import (
    CancelPushToTalk,
    ClearVoiceprint,
    Command,
    EnablePushToTalk,
    EnableVoiceInterrupt,
    FinishPushToTalk,
    InterruptSpeaking,
    PushToTalkCommand,
    QueryAgentState,
    RequestRtcToken,
    SendCustomMessage,
    SendText,
    StartPushToTalk,
    StartVisionCustomCapture,
    StopAgent,
    StopVisionCustomCapture,
    SwitchVoiceId,
    UpdateAsrMaxSilence,
    UpdateBailianAppParams,
    UpdateLlmSystemPrompt,
    UpdateTtsSpeechRate,
    UpdateVcrConfig,
    UseVoiceprint,
)
from aicall_cli.engine.events import (
    MessageIgnored,
    RtcTokenReceived,
    VisionCustomCaptureChanged,
    VoiceprintUsingChanged,
    snake_case,
)
from aicall_cli.errors import CommandRefused, RemoteProtocolError
from aicall_cli.protocol import aicallkit
from aicall_cli.secret import Secret

COMMANDS_PER_SECOND: Final = 50.0
COMMAND_BURST: Final = 100

_log = logging.getLogger(__name__)


class CallerCommands:
    """Reads messages; nothing in them raises. What cannot be used is counted and logged."""

    def __init__(
        self,
        call_id: str,
        user_id: str,
        machine: TurnMachine,
        refuses: Collection[type[Command]] = (),
        renew_token: Callable[[], Secret] | None = None,
    ) -> None:
        self._call_id = call_id
        self._user_id = user_id
        self._machine = machine
        self._renew_token = renew_token
        self._refuses = {*refuses} if renew_token else {*refuses, RequestRtcToken}
        self._rate = RateLimit(COMMANDS_PER_SECOND, COMMAND_BURST)
        self.ignored = 0
        """Messages that could not be used."""

    @property
    def refuses(self) -> tuple[str, ...]:
        """The names of the commands that are refused, whatever they hold."""
        return tuple(sorted(_name(kind) for kind in self._refuses))

    def take(self, data: str | bytes, now: float) -> Sequence[Action]:
        """Read one message that came at ``now`` seconds; return what is to be done."""
        if not self._rate.allow(now):
            if self._rate.refused == 1:
                _log.warning("call %s: too many messages; some are dropped", self._call_id)
            return ()
        try:
            command = aicallkit.decode_command(data, sender=self._user_id)
        except RemoteProtocolError as error:
            self.ignore(error.message)
            return ()
        if isinstance(command, MessageIgnored):
            self.ignore(f"type {command.type}: {command.reason}")
            return ()
        return self.obey(command, now)

    def ignore(self, reason: str) -> None:
        """Count and log a message that cannot be used."""
        self.ignored += 1
        _log.warning("call %s: a message of the caller is ignored: %s", self._call_id, reason)

    def obey(self, command: Command, now: float) -> Sequence[Action]:
        """Return what is to be done for a command, of the caller or of who is over the call."""
        machine = self._machine
        if type(command) in self._refuses:
            return _refuse(command)
        match command:
            case StopAgent():
                return machine.stop(HangUp("the caller hung up"), now)
            case InterruptSpeaking():
                return machine.interrupt(now)
            case EnableVoiceInterrupt(enabled):
                return machine.enable_voice_interrupt(enabled)
            case QueryAgentState():
                return machine.query_state()
            case EnablePushToTalk() | StartPushToTalk() | FinishPushToTalk() | CancelPushToTalk():
                return self._obey_key(command, now)
            case RequestRtcToken(user_id):
                return self._renew(user_id)
            case (
                SendText()
                | SwitchVoiceId()
                | SendCustomMessage()
                | UpdateLlmSystemPrompt()
                | UpdateTtsSpeechRate()
                | UpdateAsrMaxSilence()
                | UseVoiceprint()
                | ClearVoiceprint()
                | StartVisionCustomCapture()
                | StopVisionCustomCapture()
                | UpdateVcrConfig()
                | UpdateBailianAppParams()
            ):
                return self._obey_if_good(command, now)
            case _:
                assert_never(command)

    def _renew(self, user_id: str) -> Sequence[Action]:
        assert self._renew_token is not None, "without it the command is refused"
        if user_id not in ("", self._user_id):
            return (RefuseCommand("request_rtc_token for another user"),)
        return (Announce(RtcTokenReceived(self._renew_token())),)

    def _obey_if_good(
        self, command: SendText | UpdateAsrMaxSilence | AgentCommand, now: float
    ) -> Sequence[Action]:
        """Obey a command whose values may be out of range."""
        try:
            require_sendable(command)
        except CommandRefused as refused:
            return (RefuseCommand(refused.message),)
        match command:
            case SendText(text, enable_interrupt):
                return self._machine.text(text, enable_interrupt, now)
            case UpdateAsrMaxSilence(milliseconds):
                self._machine.set_endpointing(milliseconds / 1000)
                return ()
            case _:
                return (PassOn(command),)

    def _obey_key(self, command: PushToTalkCommand, now: float) -> Sequence[Action]:
        machine = self._machine
        match command:
            case EnablePushToTalk(enabled):
                return machine.enable_push_to_talk(enabled, now)
            case StartPushToTalk():
                return machine.start_push_to_talk(now)
            case FinishPushToTalk():
                return machine.finish_push_to_talk(now)
            case CancelPushToTalk():
                return machine.cancel_push_to_talk(now)
            case _:
                assert_never(command)


def _refuse(command: Command) -> Sequence[Action]:
    """Refuse what a caller asks for though it was told; where there is an answer, it is no."""
    refused = RefuseCommand(f"{_name(type(command))}, which this agent does not know how to do")
    match command:
        case UseVoiceprint():
            return (Announce(VoiceprintUsingChanged(False)), refused)
        case StartVisionCustomCapture() | StopVisionCustomCapture():
            return (Announce(VisionCustomCaptureChanged(False)), refused)
        case _:
            return (refused,)


def _name(kind: type[Command]) -> str:
    return snake_case(kind.__name__)
