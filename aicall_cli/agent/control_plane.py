"""What both control interfaces do: make instances, their tokens, and the entrance by them."""

import asyncio
import logging
import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from aicall_cli.agent.admission import admit
from aicall_cli.agent.agent_call import AgentCall
from aicall_cli.agent.call_request import CallRequest, ChannelRequest
from aicall_cli.agent.channel_tokens import ChannelTokens
from aicall_cli.agent.control_error import (
    ControlError,
    invalid,
    no_agent,
    no_subscription,
    refusing,
)
from aicall_cli.agent.instance import Instance
from aicall_cli.agent.instances import Instances
from aicall_cli.agent.options import ServeOptions
from aicall_cli.agent.registry import Registry
from aicall_cli.agent.requested_config import read_config
from aicall_cli.agent.signaling_socket import Refusal, bad_request
from aicall_cli.backends.builtin_agent_config import builtin_settings, picture_of
from aicall_cli.clock import unix_time
from aicall_cli.engine.enums import ByeReason
from aicall_cli.engine.events import AgentEvent
from aicall_cli.protocol.agent_config import AgentConfig
from aicall_cli.protocol.rtc_token import ARTC_ID, RtcToken
from aicall_cli.protocol.signaling import Join
from aicall_cli.secret import Secret

MAX_EXPIRE: Final = 604_800
"""Seconds that a token may be asked to live."""
MAX_USER_DATA: Final = 8192
LEFT: Final = "the instance was stopped"
EXPIRED: Final = "the token expired"
_LOOK_AGAIN_SECONDS: Final = 60.0
"""How soon a wall clock that was put right is noticed."""

_DEFAULTS: Final = {"online_timeout": 60, "offline_timeout": 5}
"""How long an instance waits for its user's media, and for a user whose connection is lost."""
_log = logging.getLogger(__name__)


class ControlPlane:
    """The instances of one server and the way into them."""

    def __init__(
        self, registry: Registry, options: ServeOptions, now: Callable[[], float] = unix_time
    ) -> None:
        self.instances = Instances(options.max_calls)
        self.now = now
        self._tokens = ChannelTokens()
        self._registry = registry
        self._options = options

    async def generate(self, request: CallRequest, address: str) -> tuple[Instance, RtcToken]:
        """Make an instance and its user's token; raise ControlError.

        ``address`` is where the token's holder finds us.
        """
        user_id = request.user_id or f"user-{secrets.token_hex(8)}"
        _require_user_id("UserId", user_id)
        instance = await self._make(replace(request, user_id=user_id), address)
        return instance, self.make_token(instance, user_id)

    async def start(self, request: CallRequest, channel: ChannelRequest, address: str) -> Instance:
        """Let an agent into a channel of ours that nobody else's agent is in; raise ControlError.

        The first who comes in by a token of the channel is its user.
        """
        with refusing("RuntimeConfig.AuthToken"):
            token = self.read_token(channel.auth_token.reveal())
        if (
            token is None
            or token.channel_id != channel.channel_id
            or token.user_id != channel.agent_user_id
        ):
            raise invalid("RuntimeConfig.AuthToken", "is no token of AgentUserId in ChannelId")
        occupant = self.instances.of_channel(channel.channel_id, self.now())
        if occupant is not None and not occupant.finished:
            raise ControlError("ChannelOccupied", "An agent is in the channel already.", 409)
        return await self._make(request, address, channel)

    async def _make(
        self, request: CallRequest, address: str, channel: ChannelRequest | None = None
    ) -> Instance:
        config = read_config(request.agent_config, request.template_config)
        if request.agent_id not in self._registry:
            raise no_agent(request.agent_id)
        await self.require_usable(config, request.agent_id)
        return self.instances.make(
            agent_id=request.agent_id,
            user_id=request.user_id,
            config=config,
            session_id=request.session_id,
            user_data=request.user_data,
            address=address,
            token_lifetime=request.expire,
            now=self.now(),
            channel_id=channel.channel_id if channel else "",
            agent_user_id=channel.agent_user_id if channel else "",
        )

    async def require_usable(self, config: AgentConfig, agent_id: str) -> None:
        """Raise ControlError when an agent cannot be called with a configuration."""
        wanted = self._wanted(config, agent_id, "")
        try:
            await admit(wanted, self._registry, self._options)
        except Refusal as refusal:
            raise invalid("AgentConfig", f"is refused: {refusal.refused.message}") from refusal

    def make_token(self, instance: Instance, user_id: str) -> RtcToken:
        """Return a new token for a user in an instance's channel; each lives as long."""
        token = self._tokens.make(
            instance.channel_id,
            user_id,
            self.now(),
            address=instance.address,
            lifetime=instance.token_lifetime,
        )
        instance.note(token)
        return token

    def channel_token(self, user_id: str, channel_id: str, address: str) -> RtcToken:
        """Return a token for a user in a channel, a new one if none is named; raise ControlError.

        Into a channel with an agent come its users only; into another that we opened, whoever
        knows it.
        """
        _require_user_id("user_id", user_id)
        instance = self.instances.of_channel(channel_id, self.now())
        if instance is not None and not instance.finished and instance.admits(user_id):
            return self.make_token(instance, user_id)
        if channel_id and (instance is not None or not self._tokens.knows(channel_id)):
            raise ControlError("ChannelNotFound", "The user has no such channel.", 404)
        channel_id = channel_id or self._tokens.open_channel()
        return self._tokens.make(channel_id, user_id, self.now(), address=address)

    def invite(self, instance: Instance, user_id: str) -> RtcToken:
        """Ask a person to take an instance's call over, instead of whoever was; raise ControlError.

        Return the person's token. The agent goes on until the person comes.
        """
        if instance.takeover is not None:
            raise ControlError("TakeoverInProgress", "A person has taken the call over.", 409)
        if user_id in (instance.user_id, instance.agent_user_id):
            raise invalid("HumanAgentUserId", "is the id of somebody who is in the call")
        _require_user_id("HumanAgentUserId", user_id)
        instance.person = user_id
        return self.make_token(instance, user_id)

    def read_token(self, text: str) -> RtcToken | None:
        """Return one of our tokens; None for what is no token at all.

        Raises UsageError for a token of another server, and for one that is expired.
        """
        return self._tokens.read(text, self.now())

    def instance_of(self, token: RtcToken, join: Join) -> Instance:
        """Return the instance that a token leads its user to; raise Refusal."""
        instance = self.instances.of_channel(token.channel_id, self.now())
        if instance is None and self._tokens.knows(token.channel_id):
            raise bad_request("there is no agent in the channel")
        if instance is None or instance.finished:
            raise bad_request("the instance is over")
        if token.user_id != join.user_id or not instance.admits(token.user_id):
            raise bad_request("the token is another user's")
        if join.agent_id not in ("", instance.agent_id):
            raise bad_request("the token is for another agent")
        instance.note(token)
        return instance

    def wanted(self, instance: Instance, join: Join) -> Join:
        """Return what an instance's user joins: its agent, as it is configured.

        The Join's own options stand where the AgentConfig says something else.
        """
        wanted = self._wanted(instance.config, instance.agent_id, join.user_id)
        options = {**_DEFAULTS, **wanted.options, **join.options}
        return Join(instance.agent_id, join.user_id, options, join.version)

    def joined(self, instance: Instance, call: AgentCall) -> None:
        """Note that an instance's call began."""
        instance.call = call
        instance.user_id = call.user_id
        instance.dialogues.greeting = instance.config.greeting or ""
        instance.began = instance.modified = self.now()

    def left(self, instance: Instance, call: AgentCall) -> None:
        """Note that the call of an instance's user is over, and the instance with it.

        Or that of a person who had taken it over.
        """
        if call is not instance.call:
            instance.takeover = None
            return
        instance.call = None
        self.instances.finish(instance, self.now())

    def note(self, instance: Instance, event: AgentEvent) -> None:
        """Note what an instance's user is told."""
        instance.dialogues.note(event, self.now())
        if instance.takeover is not None:
            instance.takeover.note(event)

    def renew(self, instance: Instance, user_id: str) -> Secret:
        """Return a new token that lives as long as the user's first."""
        return self.make_token(instance, user_id).encode()

    async def end_at_expiry(self, instance: Instance, call: AgentCall) -> None:
        """End an instance's call when the last token of its user expires."""
        while True:
            left = instance.token_expiries[call.user_id] - self.now()
            if left <= 0:
                break
            await asyncio.sleep(min(left, _LOOK_AGAIN_SECONDS))
        call.put_out(ByeReason.CHANNEL_TERMINATED, EXPIRED)

    def _wanted(self, config: AgentConfig, agent_id: str, user_id: str) -> Join:
        if (picture := picture_of(config)) is not None:
            raise no_subscription(f"AgentConfig.{picture}")
        settings = builtin_settings(config, agent_id)
        if settings.unused:
            _log.warning("agent %s does not use %s", agent_id, ", ".join(settings.unused))
        return Join(agent_id, user_id, settings.options)


def _require_user_id(name: str, user_id: str) -> None:
    if not ARTC_ID.fullmatch(user_id):
        raise invalid(name, "is not 1 to 64 of the characters 0-9, A-Z, a-z, _ and -")
