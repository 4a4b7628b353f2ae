"""Where whoever joins is led: to a call, and to a line of it."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from math import inf
from typing import Final

from aicall_cli.agent.admission import admit
from aicall_cli.agent.agent_call import AgentCall
from aicall_cli.agent.call_options import CallOptions
from aicall_cli.agent.caller_connection import MakePeer
from aicall_cli.agent.caller_line import CallerLine
from aicall_cli.agent.control_plane import ControlPlane
from aicall_cli.agent.instance import Instance
from aicall_cli.agent.options import ServeOptions
from aicall_cli.agent.registry import Registry
from aicall_cli.agent.signaling_socket import Refusal, bad_request
from aicall_cli.agent.takeover import Takeover
from aicall_cli.agent.takeover_agent import TakeoverAgent
from aicall_cli.agent.turn_settings import TurnSettings, turn_settings_of
from aicall_cli.clock import Clock
from aicall_cli.engine.enums import TakeoverMode
from aicall_cli.errors import UsageError
from aicall_cli.protocol.rtc_token import RtcToken
from aicall_cli.protocol.signaling import SIGNALING_VERSION, Join, RefusalCode, Refused

TAKEOVER_VOICES: Final = {
    "own": TakeoverMode.HUMAN_VOICE,
    "agent": TakeoverMode.AGENT_VOICE,
}
"""What ``takeover_voice``, an option of a person's Join, can be; without it ``own``."""


@dataclass(frozen=True, slots=True)
class Place:
    """A call, and one line of it."""

    call: AgentCall
    line: CallerLine
    instance: Instance | None
    begins: bool
    """Whether the call begins with this line: then whoever holds it runs the call."""


class Reception:
    """Makes the calls of one server; ``require_room`` raises Refusal where none can be added."""

    def __init__(
        self,
        plane: ControlPlane,
        registry: Registry,
        options: ServeOptions,
        clock: Clock,
        require_room: Callable[[], None],
    ) -> None:
        self._plane = plane
        self._registry = registry
        self._options = options
        self._clock = clock
        self._require_room = require_room

    async def receive(self, join: Join, token: RtcToken | None, make_peer: MakePeer) -> Place:
        """Return where a Join leads, with the channel token of its caller; raise Refusal.

        A token leads to its instance: to its call for the instance's user, also where the user
        comes back, or beside it for a person who takes that call over.
        """
        if token is None or join.version != SIGNALING_VERSION:
            return await self._receive(join, make_peer)
        instance = self._plane.instance_of(token, join)
        if token.user_id == instance.person:
            return self._receive_person(join, instance, make_peer)
        if instance.call is not None:
            return _receive_again(instance.call, instance, make_peer)
        return await self._receive_user(join, instance, make_peer)

    async def _receive(self, join: Join, make_peer: MakePeer) -> Place:
        admitted = await admit(join, self._registry, self._options)
        self._require_room()
        call = AgentCall(
            secrets.token_hex(8),
            join.user_id,
            admitted.build_agent,
            admitted.settings,
            make_peer,
            self._clock,
        )
        return _begun(call, None)

    async def _receive_user(self, join: Join, instance: Instance, make_peer: MakePeer) -> Place:
        wanted = self._plane.wanted(instance, join)
        admitted = await admit(wanted, self._registry, self._options)
        self._require_room()
        if instance.finished or instance.call is not None:  # meanwhile
            raise Refusal(Refused(RefusalCode.BUSY, "the instance's call has begun, or is over"))
        call = AgentCall(
            instance.instance_id,
            join.user_id,
            admitted.build_agent,
            admitted.settings,
            make_peer,
            self._clock,
            agent_user_id=instance.agent_user_id,
            renew_token=partial(self._plane.renew, instance, join.user_id),
            on_published=partial(self._plane.note, instance),
            resumable=True,
        )
        self._plane.joined(instance, call)
        return _begun(call, instance)

    def _receive_person(self, join: Join, instance: Instance, make_peer: MakePeer) -> Place:
        if instance.takeover is not None:
            raise Refusal(Refused(RefusalCode.BUSY, "a person has taken the call over"))
        if instance.call is None or instance.call.over:
            raise bad_request("there is no call to take over")
        mode, settings = self._takeover_options(join)
        recogniser = instance.call.new_recogniser() if mode is TakeoverMode.AGENT_VOICE else None
        if mode is TakeoverMode.AGENT_VOICE and recogniser is None:
            raise _bad_option(f"the agent {instance.agent_id} has no voice that a person could use")
        self._require_room()
        takeover = Takeover(instance.call, join.user_id, mode)
        person = AgentCall(
            secrets.token_hex(8),
            join.user_id,
            partial(TakeoverAgent, takeover=takeover, recogniser=recogniser),
            settings,
            make_peer,
            self._clock,
            agent_user_id=instance.agent_user_id,
            renew_token=partial(self._plane.renew, instance, join.user_id),
        )
        takeover.join(person)
        instance.takeover = takeover
        return _begun(person, instance)

    def _takeover_options(self, join: Join) -> tuple[TakeoverMode, TurnSettings]:
        wanted = CallOptions(join.options)
        try:
            voice = wanted.word("takeover_voice", tuple(TAKEOVER_VOICES))
            settings = turn_settings_of(wanted, self._options, False)
            wanted.finish()
        except UsageError as error:
            raise _bad_option(error.message) from error
        # A person who only listens is there as well.
        return TAKEOVER_VOICES[voice], replace(settings, idle_timeout=inf)


def _receive_again(call: AgentCall, instance: Instance, make_peer: MakePeer) -> Place:
    if call.over:
        raise bad_request("the instance is over")
    if not call.running:
        raise Refusal(Refused(RefusalCode.BUSY, "the instance's call is being set up"))
    return Place(call, call.rejoin(make_peer), instance, begins=False)


def _begun(call: AgentCall, instance: Instance | None) -> Place:
    return Place(call, call.connection.line, instance, begins=True)


def _bad_option(message: str) -> Refusal:
    return Refusal(Refused(RefusalCode.BAD_OPTION, message))
