"""Pushing one source through a call and waiting for the agent's answer."""

import asyncio
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from aicall_cli.audio.frame import AudioFrame
from aicall_cli.capture.external_stream import ExternalAudioStreamConfig
from aicall_cli.capture.pump import DEFAULT_PUSH_MS, pump
from aicall_cli.capture.push_result import PushResult
from aicall_cli.capture.retry import RetryPolicy
from aicall_cli.capture.source import Source
from aicall_cli.client.call import Call
from aicall_cli.client.options import CallOptions
from aicall_cli.engine.enums import AgentState
from aicall_cli.errors import CommandRefused, ConnectionLostError, UsageError
from aicall_cli.session.session import Session

QUIET_SECONDS = 1.0
"""How long the agent must have been silent for its answer to be over."""
_TIMER_SECONDS = 0.001
"""What is left of a wait when a timer may fire before its time by rounding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PushOptions:
    """How a source is pushed; times in seconds."""

    policy: RetryPolicy = RetryPolicy.WAIT
    push_ms: int = DEFAULT_PUSH_MS
    push_to_talk: bool = False
    """Whether the source is talked by push-to-talk; so it is too where the call is set to it."""
    wait_reply: float = 15.0
    """How long to wait for the agent's answer after the last frame; 0 does not wait."""

    def __post_init__(self) -> None:
        if not 0 <= self.wait_reply < math.inf:
            raise UsageError(
                f"an answer cannot be awaited for {self.wait_reply:g} s",
                hint="give 0 or more seconds with --wait-reply",
            )


@dataclass(frozen=True, slots=True)
class PushReport:
    """What has come of it."""

    finished: bool
    """Whether all of the source was pushed."""
    replied: bool
    """Whether the agent's voice was heard after the push began."""


async def push_file(
    call: Call,
    source: Source,
    options: PushOptions,
    on_frame: Callable[[AudioFrame], None] | None = None,
) -> PushReport:
    """Push ``source`` into a stream of its own and wait for the answer.

    Returns early when the call ends; ``call.error`` says whether that was a failure. Raises
    SourceError when the source cannot be read to its end. The source stays open.
    """
    return await FilePush(call, source, options, on_frame).run()


class FilePush:
    """What ``push_file`` does, for who wants to know how far it came, however it ended."""

    def __init__(
        self,
        call: Call,
        source: Source,
        options: PushOptions,
        on_frame: Callable[[AudioFrame], None] | None = None,
    ) -> None:
        self._call = call
        self._source = source
        self._options = options
        self._on_frame = on_frame
        self._finished = False
        self._reply: _Reply | None = None

    @property
    def report(self) -> PushReport:
        """What has come of it so far."""
        return PushReport(self._finished, self._reply is not None and self._reply.heard)

    async def run(self) -> PushReport:
        """Push and wait, once; as ``push_file``."""
        call, session, options = self._call, self._call.session, self._options
        reply = self._reply = _Reply(session, began=session.now)
        by_key = options.push_to_talk or call.talk.enabled or _by_push_to_talk(call.options)
        if by_key:
            with _losing_the_call(session):
                call.talk.enable(True)
                call.talk.start()
        stop_minding = call.beside(self._mind_key(by_key))
        try:
            self._finished = await self._pump() is PushResult.OK
        finally:
            stop_minding()
        if self._finished and by_key and call.talk.enabled:
            with _losing_the_call(session):
                call.talk.finish()
        if self._finished and options.wait_reply > 0:
            await reply.wait(options.wait_reply)
        return self.report

    async def _mind_key(self, by_key: bool) -> None:
        """Press the key again when it went up, as it does after a minute; or say what is up."""
        session, talk = self._call.session, self._call.talk
        while not session.is_over:
            if talk.enabled and not talk.active:
                if not by_key:
                    session.warn(
                        "the agent has turned push-to-talk on: what is left of the input waits "
                        "until that is off again; with --ptt it is talked"
                    )
                    return
                with suppress(CommandRefused):
                    talk.start()
            await session.changed()

    async def _pump(self) -> PushResult:
        source, options = self._source, self._options
        stream = self._call.add_external_audio_stream(
            ExternalAudioStreamConfig(source.format.sample_rate, source.format.channels)
        )
        return await pump(
            source,
            stream,
            options.policy,
            options.push_ms,
            on_frame=self._on_frame,
            warn=self._call.session.warn,
        )


@contextmanager
def _losing_the_call(session: Session) -> Iterator[None]:
    """Take a refused key for the loss of the message channel; once the call is over, for none."""
    try:
        yield
    except CommandRefused as error:
        if not session.is_over:
            raise ConnectionLostError(f"push-to-talk is not possible: {error.message}") from error


def _by_push_to_talk(options: CallOptions) -> bool:
    """Return whether the agent is told to listen by push-to-talk."""
    told = options.agent_options.get("push_to_talk", options.agent_config.enable_push_to_talk)
    return told is True


class _Reply:
    """Knows whether the agent has answered and is done with it.

    An answer is the agent's voice after the caller's last one. It is over when the agent was
    quiet for a second and is not thinking about more; or before that when, having begun
    after the caller, it has gone back to listening.
    """

    def __init__(self, session: Session, began: float) -> None:
        self._session = session
        self._began = began

    @property
    def heard(self) -> bool:
        """Whether the agent's voice was heard since the push began."""
        return self._session.agent.last_voice_at > self._began

    async def wait(self, seconds: float) -> None:
        """Return when the answer is over, the call has ended, or ``seconds`` have passed."""
        session = self._session
        deadline = session.now + seconds
        while not session.is_over:
            left = min(self._left(), deadline - session.now)
            if left < _TIMER_SECONDS:
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await session.changed()

    def _left(self) -> float:
        """Return after how many seconds without a change the answer is over."""
        session, agent = self._session, self._session.agent
        asked = max(session.caller.last_voice_at, self._began)
        if agent.active or agent.last_voice_at <= asked:
            return math.inf
        if self._returned_since(asked):
            return 0.0
        if session.agent_state is AgentState.THINKING:
            return math.inf
        return agent.last_voice_at + QUIET_SECONDS - session.now

    def _returned_since(self, asked: float) -> bool:
        session, onset = self._session, self._session.agent.onset
        return (
            session.agent_state is AgentState.LISTENING
            and onset is not None
            and session.agent_state_since > onset > asked
        )
