"""One call of the agent: media and messages in, turns taken, voice and messages out."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Final, ParamSpec, assert_never

from aicall_cli.agent.base import Agent
from aicall_cli.agent.call_ending import Ending
from aicall_cli.agent.caller_audio import CallerAudio
from aicall_cli.agent.caller_commands import CallerCommands
from aicall_cli.agent.caller_connection import CallerConnection, MakePeer
from aicall_cli.agent.caller_line import CallerLine
from aicall_cli.agent.hearing import Hearing
from aicall_cli.agent.registry import AgentBuilder
from aicall_cli.agent.relay import Relay
from aicall_cli.agent.speech import ToldPiece
from aicall_cli.agent.turn_actions import Action, Leave
from aicall_cli.agent.turn_machine import TurnMachine
from aicall_cli.agent.turn_performer import TurnPerformer
from aicall_cli.agent.turn_settings import TurnSettings
from aicall_cli.agent.voice_output import VoiceHandlers, VoiceOutput
from aicall_cli.audio.format import TICK_SAMPLES, TICK_SECONDS
from aicall_cli.audio.mix import mix
from aicall_cli.clock import Clock
from aicall_cli.engine.commands import Command
from aicall_cli.engine.enums import AgentState, ByeReason, InterruptedReason, LeaveReason
from aicall_cli.engine.events import (
    AgentErrorOccurred,
    AgentEvent,
    AgentSubtitleReceived,
    AgentWillLeave,
)
from aicall_cli.protocol import aicallkit
from aicall_cli.protocol.signaling import Bye
from aicall_cli.rtc.peer import PeerHandlers
from aicall_cli.rtc.receive_path import HeardFrame
from aicall_cli.rtc.ticker import Tick, Ticker
from aicall_cli.secret import Secret
from aicall_cli.speech.recogniser import Recogniser
from aicall_cli.speech.voice_detector import VoiceEnded, VoiceStarted
from aicall_cli.text import escape

HOLE_SECONDS: Final = 0.2
"""Without a media packet for this long the caller counts as silent."""
LEAVE_GRACE_SECONDS: Final = 0.2
"""How long what was last said on the data channel has to arrive before the goodbye."""
MAX_FAREWELL: Final = 500
"""Characters of what is said on leaving."""
RAW_SIGNALING_LIMIT: Final = 16

_log = logging.getLogger(__name__)
_Arguments = ParamSpec("_Arguments")


class AgentCall:
    """Runs one agent in one call, over a peer that it makes.

    What the network brings never raises. A fault of our own ends this call, and this call
    only: the ticker and the transport that call back are shared with others.
    """

    def __init__(
        self,
        call_id: str,
        user_id: str,
        build_agent: AgentBuilder,
        settings: TurnSettings,
        make_peer: MakePeer,
        clock: Clock,
        *,
        agent_user_id: str | None = None,
        renew_token: Callable[[], Secret] | None = None,
        on_published: Callable[[AgentEvent], None] | None = None,
        resumable: bool = False,
    ) -> None:
        """``resumable``: a caller whose connection is lost may come back (``rejoin``)."""
        self.call_id = call_id
        self.agent_user_id = agent_user_id or f"agent-{call_id}"
        self.user_id = user_id
        self._clock = clock
        self._on_published = on_published
        self._ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.connection = CallerConnection(
            make_peer,
            PeerHandlers(
                on_audio=self._contained(self._on_audio),
                on_message=self._contained(self._on_message),
                on_channel_open=self._contained(self._on_channel_open),
                on_closed=self.end,
            ),
            settings,
            clock,
            resumable=resumable,
        )
        self._machine = TurnMachine(settings, clock())
        self._audio = CallerAudio(call_id, settings)
        self._voice = VoiceOutput(
            VoiceHandlers(
                on_opened=lambda: self._do(self._machine.reply_started(clock())),
                on_started=lambda: self._do(self._machine.speech_started(clock())),
                on_finished=self._on_reply_finished,
                on_subtitle=self._tell_subtitle,
            )
        )
        self._leaving = False
        self.running = False
        self.on_heard: Callable[[HeardFrame], None] | None = None
        """Who else takes what the caller says."""
        self.beside: Relay | None = None
        """What the caller hears beside the agent."""
        self._greeted = False
        self._sequence = 0
        self._position = 0
        self._sends_media = True
        self.ending = Ending.GOODBYE
        self.bye_reason: ByeReason | None = None
        """Why the caller is put out of the call; None where the agent leaves in good order."""
        self.raw_signaling: asyncio.Queue[str | bytes] = asyncio.Queue(RAW_SIGNALING_LIMIT)
        """What a script sends on the signaling socket as it is."""
        self.unsent = 0
        """Messages that the data channel could not take."""
        self._agent: Agent = build_agent(self)
        self._commands = CallerCommands(
            call_id, user_id, self._machine, self._agent.refuses, renew_token
        )
        self._performer = TurnPerformer(self, self._agent, self._voice, self._audio)

    # --- what agents use (agent.base.Conversation) -------------------------------------------

    @property
    def clock(self) -> Clock:
        """The call's clock."""
        return self._clock

    @property
    def voice(self) -> VoiceOutput:
        """What the caller hears."""
        return self._voice

    def new_sentence(self) -> int:
        """Return the id of a sentence that the agent begins without being asked."""
        sentence_id, _ = self._machine.broadcast(False, self._clock())
        return sentence_id

    def interrupt_by_words(self) -> bool:
        """Stop speaking because the caller said a certain word; False when it is not heard."""
        audible = self._machine.state is AgentState.SPEAKING
        if audible:
            self._do(self._machine.interrupt(self._clock(), InterruptedReason.BY_WORDS))
        return audible

    def end_turn(self, sentence_id: int) -> None:
        """End the caller's turn at once if it is saying this sentence: a certain word came."""
        self._do(self._machine.end_turn(sentence_id, self._clock()))

    def hold_sentence(self, sentence_id: int, seconds: float) -> bool:
        """Have what is said next belong to this sentence, for so many seconds."""
        return self._machine.hold_sentence(sentence_id, seconds, self._clock())

    def publish(self, event: AgentEvent) -> None:
        """Send ``event`` to the caller; one that cannot be sent is counted and dropped."""
        self._sequence += 1
        if self._on_published is not None:
            self._on_published(event)
        self.send_raw(
            aicallkit.encode_event(
                event, sequence=self._sequence, sender=self.agent_user_id, receiver=self.user_id
            )
        )

    def leave(self, reason: LeaveReason, message: str) -> None:
        """End the call, and tell the caller why; where it is wanted, after the sentence."""
        self._do(self._machine.stop(Leave(reason, message), self._clock()))

    def leave_now(self, reason: LeaveReason, message: str) -> None:
        """Tell the caller why, and end the call."""
        if not self.over:
            self._leaving = True
            message = escape(message, limit=MAX_FAREWELL)
            self.publish(AgentWillLeave(reason.value, message))
            loop = asyncio.get_running_loop()
            loop.call_later(LEAVE_GRACE_SECONDS, self.end, message)

    def fail(self, code: int, message: str) -> None:
        """Report a failure, then leave."""
        if not self.over:
            _log.error("call %s: the agent failed: %s", self.call_id, message)
            self.publish(AgentErrorOccurred(code, escape(message, limit=MAX_FAREWELL)))
            self.leave_now(LeaveReason.OTHER, message)

    def send_raw(self, data: str | bytes) -> None:
        """Send ``data`` on the data channel as it is."""
        if not self.connection.line.peer.send_message(data):
            self.unsent += 1
            # Of a caller whose connection is lost it is said once, and then goes without saying.
            level = logging.WARNING if self.connection.line.open else logging.DEBUG
            _log.log(level, "call %s: a message could not be sent", self.call_id)

    def send_raw_signaling(self, data: str | bytes) -> None:
        """Send ``data`` on the signaling socket as it is."""
        self.raw_signaling.put_nowait(data)

    def stop_media(self) -> None:
        """Send no RTP any more."""
        self._sends_media = False

    def vanish(self) -> None:
        """End the call without a word."""
        self.ending = Ending.WORDLESS
        self.end("the agent vanished")

    # --- what the server uses ----------------------------------------------------------------

    @property
    def refuses(self) -> tuple[str, ...]:
        """Commands, by name, that the caller will see refused."""
        return self._commands.refuses

    @property
    def over(self) -> bool:
        """Whether it ends, or is about to."""
        return self._leaving or self._ended.done()

    def rejoin(self, make_peer: MakePeer) -> CallerLine:
        """Give the caller another line, and put it out of the one that it has."""
        if self._audio.voiced:
            self._do(self._machine.voice_ended(self._clock(), 0.0))
        self._audio.restart()
        return self.connection.replace(make_peer)

    async def run(self) -> str:
        """Run the call until it is over; return the reason."""
        self.running = True
        self.connection.begin()
        subscription = Ticker.of_loop(self._clock).add(self._contained(self._tick))
        try:
            async with asyncio.TaskGroup() as tasks:
                work = tasks.create_task(self._agent.run())
                reason = await self._ended
                work.cancel()
        finally:
            subscription.cancel()
        goodbye = Bye(reason, self.bye_reason)
        self.connection.line.close(goodbye if self.ending is Ending.GOODBYE else None)
        return reason

    async def until_over(self) -> None:
        """Wait until the call ends, however it does."""
        await asyncio.wait((self._ended,))

    def end(self, reason: str) -> None:
        """End the call now; later reasons change nothing."""
        if not self._ended.done():
            self._ended.set_result(reason)

    def put_out(self, bye_reason: ByeReason, reason: str) -> None:
        """End the call now, and tell its caller that it is the server's doing."""
        if not self._ended.done():
            self.bye_reason = bye_reason
        self.end(reason)

    def ignore(self, reason: str) -> None:
        """Count and log a message of the caller that cannot be used."""
        self._commands.ignore(reason)

    async def close(self) -> None:
        """Give the media connection back; calling it again changes nothing."""
        if not self._ended.cancel() and not self._ended.cancelled():
            self._ended.exception()  # it is not lost: run() raised it, or there was no run()
        line = self.connection.line
        line.close(None)
        await line.peer.close()

    def _contained(self, callback: Callable[_Arguments, None]) -> Callable[_Arguments, None]:
        """Return ``callback`` such that its fault ends this call and not its caller."""

        def contained(*arguments: _Arguments.args, **keywords: _Arguments.kwargs) -> None:
            if self._ended.done():
                return
            try:
                callback(*arguments, **keywords)
            except Exception as error:  # noqa: BLE001 - the edge between calls; run() raises it
                self._ended.set_exception(error)

        return contained

    # --- what the control plane uses ---------------------------------------------------------

    @property
    def speaks(self) -> bool:
        """Whether the agent can be told what to say."""
        return self._agent.speaks

    def broadcast(self, text: str, interrupt: bool) -> int | None:
        """Have the agent say ``text``, and with ``interrupt`` stop what it says now.

        Return the id of the sentence; None when too much waits to be said.
        """
        sentence_id, actions = self._machine.broadcast(interrupt, self._clock())
        self._do(actions)
        return sentence_id if self._agent.speak(sentence_id, text) else None

    def hand_over(self) -> None:
        """A person talks with the caller from now on: the agent answers nothing more."""
        self._agent.hand_over()
        self._machine.never_idle()
        self._do(self._machine.interrupt(self._clock(), InterruptedReason.UNKNOWN))

    def new_recogniser(self) -> Recogniser | None:
        """Return ears for a person who speaks with the agent's voice; None where nobody can."""
        return self._agent.new_recogniser()

    def obey(self, command: Command) -> str | None:
        """Do what the caller could have asked for; return why not where it cannot be done."""
        actions = self._commands.obey(command, self._clock())
        refusals = [self._performer.perform(action) for action in actions]
        return next((refusal for refusal in refusals if refusal is not None), None)

    # --- media -------------------------------------------------------------------------------

    def _tick(self, tick: Tick) -> None:
        self._position += tick.skip * TICK_SAMPLES
        for late in reversed(range(tick.send)):
            pcm = self._voice.pull()
            if self.beside is not None:
                other = self.beside.pull(tick.now - late * TICK_SECONDS)
                pcm = mix(((pcm, 1.0), (other, 1.0)), TICK_SAMPLES)
            if self._sends_media:
                self.connection.line.peer.send_audio(pcm, self._position)
            self._position += TICK_SAMPLES
        silent_for = self.connection.silent_for(tick.now)
        if self._audio.voiced and silent_for > HOLE_SECONDS:
            self._audio.break_off()
            self._do(self._machine.voice_ended(tick.now, silent_for))
        self._do(self._machine.tick(tick.now))
        patience = self.connection.patience
        if silent_for > patience:
            self.end(f"no media came for {patience:g} s")

    def _on_audio(self, frame: HeardFrame) -> None:
        now = self._clock()
        if self.on_heard is not None:
            self.on_heard(frame)
        heard = self._audio.take(frame, now)
        if heard.utterance is not None:
            self._agent.utterance_heard(heard.utterance)
        for event in heard.voice:
            match event:
                case VoiceStarted(at):
                    self._do(self._machine.voice_started(now, heard.end - at))
                case VoiceEnded(at, last_voice_at):
                    self._do(self._machine.voice_ended(now, at - last_voice_at))
                    if self._machine.hearing is Hearing.PAUSE:
                        self._agent.utterance_paused()
                case _:
                    assert_never(event)

    def _on_reply_finished(self) -> None:
        self._do(self._machine.reply_finished(self._clock()))
        self._agent.reply_finished()

    def _tell_subtitle(self, piece: ToldPiece, sentence_id: int) -> None:
        self.publish(AgentSubtitleReceived(piece.text, piece.end, sentence_id))

    # --- messages ----------------------------------------------------------------------------

    def _on_channel_open(self) -> None:
        self._do(self._machine.channel_opened(self._clock()))
        if not self._greeted:
            self._greeted = True
            self._agent.call_begun()

    def _on_message(self, data: str | bytes) -> None:
        self._do(self._commands.take(data, self._clock()))

    # --- what the turn machine decides -------------------------------------------------------

    def _do(self, actions: Sequence[Action]) -> None:
        for action in actions:
            refusal = self._performer.perform(action)
            if refusal is not None:
                self.ignore(refusal)
