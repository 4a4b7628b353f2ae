"""A call as its user sees it: ``async with Call(options) as call``."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from aicall_cli.audio.frame import AudioFrame
from aicall_cli.backends.base import Connected
from aicall_cli.backends.builtin import BuiltinBackend, BuiltinOptions
from aicall_cli.capture.external_stream import ExternalAudioStream, ExternalAudioStreamConfig
from aicall_cli.client.agent_process import AgentProcess
from aicall_cli.client.call_recording import CallRecording
from aicall_cli.client.options import CallOptions
from aicall_cli.clock import Clock, perf_clock
from aicall_cli.engine.commands import (
    CancelPushToTalk,
    EnablePushToTalk,
    FinishPushToTalk,
    InterruptSpeaking,
    QueryAgentState,
    SendText,
    StartPushToTalk,
)
from aicall_cli.engine.ending import error_of
from aicall_cli.engine.enums import AgentState, EndReason
from aicall_cli.engine.events import CallEnded
from aicall_cli.errors import AicallError
from aicall_cli.session.feed import Listener
from aicall_cli.session.session import Session
from aicall_cli.session.statistics import CallStatistics, PushStatistics, call_statistics, sum_streams


class Call:
    """One call to an agent.

    Entering connects, raising what prevents it; leaving hangs up and gives back the
    connection, the recording and the built-in agent, whatever happened in between. A call
    that ends by itself raises nothing: ``ended`` tells.
    """

    def __init__(
        self,
        options: CallOptions,
        *,
        agent: AgentProcess | None = None,
        clock: Clock = perf_clock,
    ) -> None:
        """Prepare a call; ``agent`` is a built-in agent that is already starting."""
        self._options = options
        self._agent = agent
        self._clock = clock
        self._stack = AsyncExitStack()
        self._streams: list[ExternalAudioStream] = []
        self._session: Session
        self._backend: BuiltinBackend
        self._connected: Connected
        self._recording: CallRecording | None = None
