"""Whose turn it is: what the agent makes of the caller's voice, keys and commands.

No I/O and no clock: each input carries ``now`` in seconds, on any axis that only grows, and
returns the actions that follow, in order. ``deadline`` says when ``tick`` must be called at
the latest; calling it more often changes nothing.

What is heard goes by the table of ``hearing``.
"""

import math
from collections.abc import Iterator
from typing import Final, assert_never

from aicall_cli.agent.hearing import HEARING, Hearing, Input, Step
from aicall_cli.agent.sentence_hold import SentenceHold
from aicall_cli.agent.turn_actions import (
    Action,
    Announce,
    BeginUtterance,
    ChangeState,
    DiscardUtterance,
    EndSentence,
    EndUtterance,
    FinishSentence,
    HangUp,
    Leave,
    Origin,
    RefuseCommand,
    StopSpeaking,
    TakeText,
)
from aicall_cli.agent.turn_settings import TurnSettings
from aicall_cli.engine.enums import AgentState, InterruptedReason, LeaveReason
from aicall_cli.engine.events import (
    AgentStateChanged,
    PushToTalkChanged,
    VoiceInterruptChanged,
)

KEY_TAIL_SECONDS: Final = 0.060
"""How long audio is taken after push-to-talk's finish: it travels beside the command."""
SPENT_SECONDS: Final = 0.8
"""A voice that goes on for longer than this after a word ended its turn begins the next one.

The word is understood before it is said to its end, and a silence takes 200 ms to be one.
"""
MAX_FAREWELL_SECONDS: Final = 10.0
"""How long the sentence may be that an agent which is stopped still finishes."""
MAX_UTTERANCE_SECONDS: Final = 60.0
"""A longer utterance is cut there, and what follows is the next one."""


class TurnMachine:
    """One call's turns. Inputs must not go back in time."""

    def __init__(self, settings: TurnSettings, now: float) -> None:
        self._settings = settings
        self._endpointing = settings.endpointing
        self._voice_interrupt = settings.voice_interrupt
        self._idle_timeout = settings.idle_timeout
        self._hearing = Hearing.GATED if settings.push_to_talk else Hearing.QUIET
        self._hearing_deadline: float | None = None
        self._voice_onset = now
        self._last_voice = now
        self._voice_active = False
        self._sentence_id = 0
        self._utterance_id = 0
        self._utterance_limit = 0.0
        self._heeded = True
        self._hold = SentenceHold()
        self._reply = AgentState.LISTENING
        self._ending: Leave | HangUp | None = None
        """How the call ends once the present sentence is spoken."""
        self._ends_at = math.inf
        self._opened = False
        self._idle_since = now

    @property
    def hearing(self) -> Hearing:
        """What is being done with the caller's audio."""
        return self._hearing

    @property
    def state(self) -> AgentState:
        """What the agent is doing."""
        return self._reply

    @property
    def deadline(self) -> float:
        """When ``tick`` must be called at the latest; infinity while there is no need."""
        if self._hearing_deadline is not None:
            return min(self._hearing_deadline, self._hold.until, self._ends_at)
        idle = self._idle_since + self._idle_timeout if self._opened else math.inf
        return min(idle, self._hold.until, self._ends_at)

    # --- the caller's audio and keys ---------------------------------------------------------

    def voice_started(self, now: float, voiced_for: float = 0.0) -> list[Action]:
        """The caller's voice was detected, which began ``voiced_for`` seconds ago."""
        self._voice_active = True
        self._voice_onset = now - voiced_for
        return self._hear(self._voice_input(now), now)

    def voice_ended(self, now: float, silent_for: float) -> list[Action]:
        """The caller's voice ended ``silent_for`` seconds ago."""
        self._voice_active = False
        self._last_voice = now - silent_for
        return self._hear(Input.VOICE_ENDED, now)

    def enable_push_to_talk(self, enabled: bool, now: float) -> list[Action]:
        """Command 1105, answered by 1007."""
        actions = list(self._let_go())
        actions += self._hear(Input.PTT_ENABLED if enabled else Input.PTT_DISABLED, now)
        actions.append(Announce(PushToTalkChanged(enabled)))
        if self._hearing is Hearing.QUIET and self._voice_active:
            actions += self._hear(self._voice_input(now), now)
        return actions

    def start_push_to_talk(self, now: float) -> list[Action]:
        """Command 1106."""
        return self._key(Input.PTT_STARTED, now)

    def finish_push_to_talk(self, now: float) -> list[Action]:
        """Command 1107."""
        return self._key(Input.PTT_FINISHED, now)

    def cancel_push_to_talk(self, now: float) -> list[Action]:
        """Command 1108."""
        return self._key(Input.PTT_CANCELLED, now)

    # --- the sentence ------------------------------------------------------------------------

    def end_turn(self, sentence_id: int, now: float) -> list[Action]:
        """A word ends the caller's turn, if it is sentence ``sentence_id`` that it is saying."""
        if sentence_id != self._utterance_id:
            return []
        return self._hear(Input.TURN_ENDED, now)

    def hold_sentence(self, sentence_id: int, seconds: float, now: float) -> bool:
        """See ``Conversation.hold_sentence``."""
        over = self._hearing in (Hearing.QUIET, Hearing.SPENT)
        if sentence_id != self._utterance_id or not over:
            return False
        self._hold.hold(now + seconds)
        return True

    # --- commands ----------------------------------------------------------------------------

    def text(self, text: str, interrupt: bool, now: float) -> list[Action]:
        """Command 1111: ``text`` counts as said; with ``interrupt`` it ends the reply first."""
        if self._ending is not None:
            return [RefuseCommand("text while the agent finishes its last sentence")]
        self._idle_since = now
        actions = list(self._let_go())
        if interrupt:
            actions += self._stop_reply(InterruptedReason.BY_LLM_QUERY)
        actions.append(TakeText(self._next_sentence(), text))
        return actions

    def broadcast(self, interrupt: bool, now: float) -> tuple[int, list[Action]]:
        """The agent is told what to say, which with ``interrupt`` ends the reply first.

        Return the id of the sentence that it will be, and what is to be done before it.
        """
        self._idle_since = now
        actions = list(self._stop_reply(InterruptedReason.BY_SPEECH_BROADCAST)) if interrupt else []
        return self._next_sentence(), actions

    def interrupt(
        self, now: float, reason: InterruptedReason = InterruptedReason.BY_INTERRUPT_SPEAKING
    ) -> list[Action]:
        """Command 1101, or another ``reason`` to stop the reply."""
        self._idle_since = now
        self._hold.answered()
        return list(self._stop_reply(reason))

    def stop(self, ending: Leave | HangUp, now: float) -> list[Action]:
        """The call is to end: at once, or once the sentence that is being spoken is.

        What is said and typed meanwhile counts no more; to stop it again ends it at once.
        """
        graceful = self._settings.graceful_shutdown and self._reply is AgentState.SPEAKING
        if not graceful or self._ending is not None:
            return [ending]
        self._ending = ending
        self._ends_at = now + MAX_FAREWELL_SECONDS
        self._hearing_deadline = None
        self._hold.let_go()
        return [FinishSentence()]

    def enable_voice_interrupt(self, enabled: bool) -> list[Action]:
        """Command 1102, answered by 1004."""
        self._voice_interrupt = enabled
        return [Announce(VoiceInterruptChanged(enabled))]

    def set_endpointing(self, seconds: float) -> None:
        """Command 1118: from the next pause on so much silence ends an utterance."""
        self._endpointing = seconds

    def query_state(self) -> list[Action]:
        """Command 1119, answered by 1001."""
        return [Announce(AgentStateChanged(self._reply))]

    def channel_opened(self, now: float) -> list[Action]:
        """The caller can be told things: the state, and push-to-talk where it is on.

        Idleness counts from here.
        """
        self._opened = True
        self._idle_since = now
        actions = self.query_state()
        if self._hearing is Hearing.GATED:
            actions.append(Announce(PushToTalkChanged(True)))
        return actions

    def never_idle(self) -> None:
        """Somebody else talks with the caller too: the agent does not leave for idleness."""
        self._idle_timeout = math.inf

    # --- the agent's own reply ---------------------------------------------------------------

    def reply_started(self, now: float) -> list[Action]:
        """An answer is being made."""
        self._idle_since = now
        if self._reply is AgentState.SPEAKING:
            return []
        return list(self._change(AgentState.THINKING))

    def speech_started(self, now: float) -> list[Action]:
        """The answer can be heard."""
        self._idle_since = now
        self._hold.answered()
        return list(self._change(AgentState.SPEAKING))

    def reply_finished(self, now: float) -> list[Action]:
        """The answer, and every other that was waiting, is over."""
        self._idle_since = now
        self._hold.answered()
        return list(self._change(AgentState.LISTENING))

    # --- time --------------------------------------------------------------------------------

    def tick(self, now: float) -> list[Action]:
        """Do what is due."""
        if self._ending is not None and now >= self._ends_at:
            self._ends_at = math.inf
            return [self._ending]
        if now >= self._hold.until:
            return list(self._let_go())
        if self._hearing_deadline is not None:
            if now >= self._hearing_deadline:
                return self._hear(Input.TIME_UP, now)
            return []
        if self._reply is not AgentState.LISTENING:
            self._idle_since = now
        if now < self.deadline:
            return []
        self._idle_since = now
        timeout = self._idle_timeout
        return [Leave(LeaveReason.IDLE, f"nothing was said for {timeout:g} s")]

    def _voice_input(self, now: float) -> Input:
        """Return what the voice that is there is: one over the agent's must last to stop it."""
        over_agent = self._reply is AgentState.SPEAKING and self._voice_interrupt
        lasting = now - self._voice_onset >= self._settings.vad_duration
        return Input.MURMUR_STARTED if over_agent and not lasting else Input.VOICE_STARTED

    def _key(self, key: Input, now: float) -> list[Action]:
        if (self._hearing, key) not in HEARING:
            name = key.name.lower().replace("ptt_", "push-to-talk ")
            return [RefuseCommand(f"{name} while {self._hearing.name.lower()}")]
        return self._hear(key, now)

    def _hear(self, event: Input, now: float) -> list[Action]:
        found = HEARING.get((self._hearing, event))
        if found is None or self._ending is not None:
            return []
        hearing, steps = found
        self._idle_since = now
        actions = [action for step in steps for action in self._do(step, now)]
        self._enter(hearing, now)
        return actions

    def _enter(self, hearing: Hearing, now: float) -> None:
        self._hearing = hearing
        match hearing:
            case Hearing.QUIET | Hearing.GATED:
                self._hearing_deadline = None
            case Hearing.PAUSE:
                self._hearing_deadline = self._last_voice + self._endpointing
            case Hearing.TAIL:
                self._hearing_deadline = now + KEY_TAIL_SECONDS
            case Hearing.SPENT:
                self._hearing_deadline = now + SPENT_SECONDS
            case Hearing.MURMUR:
                self._hearing_deadline = self._voice_onset + self._settings.vad_duration
            case Hearing.SPEECH | Hearing.KEYED:
                self._hearing_deadline = self._utterance_limit
            case _:
                assert_never(hearing)

    def _do(self, step: Step, now: float) -> Iterator[Action]:
        match step:
            case Step.BEGIN_AT_ONSET:
                yield from self._begin(Origin.ONSET, now)
            case Step.BEGIN_AT_KEY:
                yield from self._begin(Origin.KEY, now)
            case Step.BEGIN_AT_LAST_END:
                yield from self._begin(Origin.LAST_END, now)
            case Step.END:
                paused = self._hearing is Hearing.PAUSE
                silence = now - self._last_voice if paused else 0.0
                if self._heeded:
                    yield EndUtterance(self._utterance_id, silence)
                else:
                    yield DiscardUtterance(self._utterance_id)
            case Step.DISCARD:
                yield DiscardUtterance(self._utterance_id)
            case Step.BARGE_IN:
                if self._voice_interrupt:
                    yield from self._stop_reply(InterruptedReason.BY_VOICE)
            case _:
                assert_never(step)

    def _begin(self, origin: Origin, now: float) -> Iterator[Action]:
        self._utterance_limit = now + MAX_UTTERANCE_SECONDS
        listening = self._reply is AgentState.LISTENING
        if not self._hold.goes_on(answer_given_up=listening):
            self._utterance_id = self._next_sentence()
        self._heeded = self._settings.keeps_unheeded or listening
        yield BeginUtterance(self._utterance_id, origin, self._heeded)

    def _let_go(self) -> Iterator[Action]:
        """Hold no sentence any more; one that was waited for is over."""
        if self._hold.let_go():
            yield EndSentence(self._utterance_id)

    def _next_sentence(self) -> int:
        self._sentence_id += 1
        return self._sentence_id

    def _stop_reply(self, reason: InterruptedReason) -> Iterator[Action]:
        self._heeded = True
        if self._reply is not AgentState.LISTENING:
            yield StopSpeaking(reason, audible=self._reply is AgentState.SPEAKING)
            yield from self._change(AgentState.LISTENING)

    def _change(self, state: AgentState) -> Iterator[Action]:
        if state is not self._reply:
            self._reply = state
            yield ChangeState(state)
            if self._ending is not None:
                yield self._ending
