"""The instances that a server has made: found by id or channel, bounded, forgotten in time.

Time is an argument, in seconds of Unix time, and nothing happens by itself: an instance whose
user did not come in time is finished when somebody next looks.
"""

import secrets
from collections import OrderedDict
from typing import Final

from aicall_cli.agent.control_error import ControlError, no_instance
from aicall_cli.agent.instance import Instance
from aicall_cli.protocol.agent_config import AgentConfig

MAX_KEPT: Final = 200
"""Instances that are remembered; of more, those that finished first are forgotten."""
KEPT_SECONDS: Final = 24 * 3600.0
"""How long a finished instance can be looked up."""


class Instances:
    """Makes and finds instances; ``limit`` of them can be executing at a time."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._all: OrderedDict[str, Instance] = OrderedDict()

    def make(
        self,
        *,
        agent_id: str,
        user_id: str,
        config: AgentConfig,
        address: str,
        now: float,
        token_lifetime: int = 0,
        session_id: str = "",
        user_data: str = "",
        channel_id: str = "",
        agent_user_id: str = "",
    ) -> Instance:
        """Make an instance for a user; raise ControlError when too many are executing.

        Its channel and its agent's id there are new unless they are given.
        """
        if self.executing(now) >= self._limit:
            raise ControlError(
                "Throttling.User", f"{self._limit} instances are executing: no more can be.", 429
            )
        instance_id = secrets.token_hex(16)
        instance = Instance(
            instance_id=instance_id,
            agent_id=agent_id,
            channel_id=channel_id or secrets.token_hex(16),
            user_id=user_id,
            agent_user_id=agent_user_id or f"agent-{instance_id}",
            config=config,
            session_id=session_id or secrets.token_hex(16),
            user_data=user_data,
            address=address,
            token_lifetime=token_lifetime,
            created=now,
            modified=now,
        )
        self._all[instance_id] = instance
        self._forget(now)
        return instance

    def find(self, instance_id: str, now: float) -> Instance:
        """Return an instance, be it finished; raise ControlError for one that is not known."""
        self._finish_unused(now)
        try:
            return self._all[instance_id]
        except KeyError:
            raise no_instance(instance_id) from None

    def of_channel(self, channel_id: str, now: float) -> Instance | None:
        """Return the latest instance of a channel; None when none is known."""
        self._finish_unused(now)
        found = (each for each in reversed(self._all.values()) if each.channel_id == channel_id)
        return next(found, None)

    def listed(self, now: float) -> list[Instance]:
        """Return all that are remembered, the newest first."""
        self._finish_unused(now)
        return list(reversed(self._all.values()))

    def executing(self, now: float, agent_id: str = "") -> int:
        """Return how many are executing, of one agent or of all."""
        self._finish_unused(now)
        return sum(
            not instance.finished and agent_id in ("", instance.agent_id)
            for instance in self._all.values()
        )

    def finish(self, instance: Instance, now: float) -> None:
        """Note that an instance is over; a second time changes nothing."""
        if instance.ended is None:
            instance.ended = instance.modified = now

    def _finish_unused(self, now: float) -> None:
        for instance in self._all.values():
            if instance.began is None and now >= instance.waits_until:
                self.finish(instance, instance.waits_until)

    def _forget(self, now: float) -> None:
        finished = sorted(
            (each.ended, key) for key, each in self._all.items() if each.ended is not None
        )
        for ended, key in finished:
            if len(self._all) > MAX_KEPT or now - ended > KEPT_SECONDS:
                del self._all[key]
