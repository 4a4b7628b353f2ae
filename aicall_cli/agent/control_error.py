"""What is wrong with a request to the control plane, by Alibaba Cloud's names where it has one.

Codes of its gateway: ``IncompleteSignature``, ``InvalidAccessKeyId.NotFound``,
``InvalidAction.NotFound``, ``InvalidParameter``, ``InvalidTimeStamp.Expired`` and ``.Format``,
``InvalidVersion``, ``MissingParameter``, ``SignatureDoesNotMatch``, ``SignatureNonceUsed``,
``Throttling.User``; AICallKit's clients know ``AgentNotFound`` and
``Forbidden.SubscriptionRequired``. The rest are ours.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from aicall_cli.errors import AicallError
from aicall_cli.text import escape

SUBSCRIPTION_REQUIRED: Final = "Forbidden.SubscriptionRequired"
_SHOWN = 80


class ControlError(Exception):
    """Raised for a request that is refused: a code, one sentence and an HTTP status of 4xx."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status


def missing(name: str) -> ControlError:
    """Return the refusal of a request without the parameter ``name``."""
    return ControlError("MissingParameter", f"The parameter {name} is not supplied.")


def invalid(name: str, why: str) -> ControlError:
    """Return the refusal of the parameter ``name``, which ``why`` says: "is no number"."""
    return ControlError("InvalidParameter", f"The parameter {name} {why}.")


def no_agent(agent_id: str) -> ControlError:
    """Return the refusal of an agent that is not served."""
    shown = escape(agent_id, limit=_SHOWN)
    return ControlError("AgentNotFound", f"There is no agent {shown}.", 404)


def no_subscription(name: str) -> ControlError:
    """Return the refusal of the setting ``name``, which asks for a picture."""
    return ControlError(
        SUBSCRIPTION_REQUIRED,
        f"{name} asks for an agent with a picture; those of this server are only heard.",
        403,
    )


def no_instance(instance_id: str) -> ControlError:
    """Return the refusal of an instance that was never made, or is forgotten."""
    shown = escape(instance_id, limit=_SHOWN)
    return ControlError("InstanceNotFound", f"There is no instance {shown}.", 404)


@contextmanager
def refusing(name: str) -> Iterator[None]:
    """Turn an error of ours about the parameter ``name`` into its refusal."""
    try:
        yield
    except AicallError as error:
        hint = f" ({error.hint})" if error.hint else ""
        raise ControlError("InvalidParameter", f"{name}: {error.message}{hint}") from error
