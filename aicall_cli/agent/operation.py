"""What the operations of the OpenAPI share: how each is run, and which instance it is about."""

from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeAlias

from aicall_cli.agent.agent_call import AgentCall
from aicall_cli.agent.control_error import ControlError
from aicall_cli.agent.control_plane import ControlPlane
from aicall_cli.agent.instance import Instance
from aicall_cli.agent.parameters import Parameters

MAX_PAGE: Final = 100

Answer: TypeAlias = dict[str, Any]
Operation: TypeAlias = Callable[[Parameters, str], Awaitable[Answer]]
"""Does what its parameters say, for callers who find us at an address; raises ControlError."""


def named_instance(plane: ControlPlane, said: Parameters) -> Instance:
    """Return the instance that is meant, be it over."""
    return plane.instances.find(said.required("InstanceId"), plane.now())


def executing_instance(plane: ControlPlane, said: Parameters) -> Instance:
    """Return the instance that is meant, which is not over."""
    instance = named_instance(plane, said)
    if instance.finished:
        raise ControlError("InstanceFinished", "The instance is over.")
    return instance


def connected_call(instance: Instance) -> AgentCall:
    """Return the call of an instance whose user is there."""
    if instance.call is None or not instance.call.connection.connected:
        raise ControlError("InstanceNotConnected", "The instance's user has not joined it.")
    return instance.call


def page_of(found: list[Answer], said: Parameters) -> list[Answer]:
    """Return the page that is asked for."""
    number = said.integer("PageNumber", 1, 1, MAX_PAGE)
    size = said.integer("PageSize", 10, 1, MAX_PAGE)
    return found[(number - 1) * size : number * size]
