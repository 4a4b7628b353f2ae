"""A person who talks with an agent's caller in the agent's place, from a call of the own.

The caller is told when the person joins (1012) and when the person can be heard (1013). From
then on the agent answers nothing, and either the caller hears the person, or the agent's voice
says what the person says. The person hears the caller, and reads what the caller says. When
the person leaves the agent does, with 2002; when the caller leaves the person's call is over.
"""

import logging

from aicall_cli.agent.agent_call import AgentCall
from aicall_cli.agent.relay import Relay
from aicall_cli.engine.enums import LeaveReason, TakeoverMode
from aicall_cli.engine.events import (
    AgentEvent,
    AgentStateChanged,
    AgentSubtitleReceived,
    HumanTakeoverConnected,
    HumanTakeoverWillStart,
    SpeakingInterrupted,
    UserSubtitleReceived,
)
from aicall_cli.rtc.receive_path import HeardFrame

CALLER_LEFT = "the caller left"
PERSON_LEFT = "the person who had taken over left"
_log = logging.getLogger(__name__)


class Takeover:
    """Joins the call of ``caller`` and that of a person, ``user_id``."""

    def __init__(self, caller: AgentCall, user_id: str, mode: TakeoverMode) -> None:
        self._caller = caller
        self._user_id = user_id
        self.mode = mode
        self._person: AgentCall | None = None
        self._to_person = Relay()
        self._to_caller = Relay()
        self._connected = False

    @property
    def agent_speaks(self) -> bool:
        """Whether the agent has a voice that can say any text."""
        return self._caller.speaks

    def join(self, person: AgentCall) -> None:
        """Take the person's call, which has not begun."""
        self._person = person
        person.on_heard = self._hear_person
        person.beside = self._to_person

    async def run(self) -> None:
        """Tell the caller who comes; when the caller leaves, end the person's call."""
        self._caller.publish(HumanTakeoverWillStart(self._user_id, self.mode))
        await self._caller.until_over()
        if self._person is not None:
            self._person.leave(LeaveReason.OTHER, CALLER_LEFT)

    def say(self, text: str) -> None:
        """Have the agent's voice say what the person said or typed."""
        if self._caller.over or self._caller.broadcast(text, False) is None:
            _log.warning("call %s: a person's words are not spoken", self._caller.call_id)

    def note(self, event: AgentEvent) -> None:
        """Tell the person what the caller is told, as far as it concerns the person.

        To the person the caller is who the agent is to the caller.
        """
        if not self._connected or self._person is None or not self._person.connection.connected:
            return
        match event:
            case UserSubtitleReceived(text, True, sentence_id) if text:
                self._person.publish(AgentSubtitleReceived(text, True, sentence_id))
            case AgentStateChanged() | SpeakingInterrupted():
                self._person.publish(event)

    def end(self) -> None:
        """The person left: so does the agent, if the person has talked with the caller."""
        if self._connected:
            self._caller.on_heard = self._caller.beside = None
            self._caller.leave(LeaveReason.TAKEOVER_ENDED, PERSON_LEFT)

    def _hear_person(self, frame: HeardFrame) -> None:
        if not self._connected:
            self._connect()
        self._to_caller.hear(frame)

    def _connect(self) -> None:
        self._connected = True
        self._caller.hand_over()
        self._caller.on_heard = self._to_person.hear
        if self.mode is TakeoverMode.HUMAN_VOICE:
            self._caller.beside = self._to_caller
        self._caller.publish(HumanTakeoverConnected(self._user_id))
