"""Call machines in the states that tests begin with, and one of each command."""

from aicall_cli.engine.commands import (
    CancelPushToTalk,
    ClearVoiceprint,
    Command,
    EnablePushToTalk,
    EnableVoiceInterrupt,
    FinishPushToTalk,
    InterruptSpeaking,
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
from aicall_cli.engine.events import AgentAudioStarted, DataChannelOpened
from aicall_cli.engine.machine import CallMachine

ALL_COMMANDS: list[Command] = [
    StopAgent(),
    InterruptSpeaking(),
    EnableVoiceInterrupt(True),
    EnablePushToTalk(True),
    StartPushToTalk(),
    FinishPushToTalk(),
    CancelPushToTalk(),
    SendText("hello"),
    QueryAgentState(),
    SwitchVoiceId("v2"),
    RequestRtcToken("caller"),
    UseVoiceprint(True),
    ClearVoiceprint(),
    SendCustomMessage("{}"),
    StartVisionCustomCapture(),
    StopVisionCustomCapture(),
    UpdateLlmSystemPrompt("Be brief."),
    UpdateVcrConfig({}),
    UpdateBailianAppParams({}),
    UpdateAsrMaxSilence(400),
    UpdateTtsSpeechRate(1.5),
]


def connecting_call() -> CallMachine:
    machine = CallMachine()
    machine.begin()
    return machine


def connected_call() -> CallMachine:
    machine = connecting_call()
    machine.receive(DataChannelOpened())
    machine.receive(AgentAudioStarted())
    return machine
