"""The states of a call, and everything that moves it from one to another.

A call is made of two things that change: the call itself, here, and the agent's own state,
which the agent tells and which the call only repeats while it is connected.

- ``NONE``: made, not begun. Nothing can be received and nothing sent.
- ``CONNECTING``: signaling, ICE, DTLS. The agent's messages may already arrive, because the
  data channel can open before the first packet of audio; commands are refused.
- ``CONNECTED``: the agent's audio has arrived (``callBegin`` in AICallKit, which does not
  count joining as the beginning either). Commands are sent once the data channel is open.
- ``OVER``: ended in good order by either side. Final.
- ``ERROR``: ended because something failed. Final.

What ends a call is decided by the first reason that is known; whatever comes later, such as
the transport closing after the agent's goodbye, changes nothing. That rule is the machine's;
in the table a final state has no way out. A transition that the table does not have raises
and leaves the call as it was.

Rules: every change of ``CallState`` is an entry of ``TRANSITIONS``; no other file knows
which state follows which.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Final

from aicall_cli.engine.enums import CallState
from aicall_cli.errors import CommandRefused


class Trigger(Enum):
    """What can move a call to another state."""

    BEGIN = "begin"
    """Our side starts to connect."""
    AUDIO = "audio"
    """The agent's first audio arrived."""
    END = "end"
    """Either side ended the call in good order."""
    FAIL = "fail"
    """The agent or the connection failed."""


TRANSITIONS: Final[Mapping[CallState, Mapping[Trigger, CallState]]] = {
    CallState.NONE: {
        Trigger.BEGIN: CallState.CONNECTING,
    },
    CallState.CONNECTING: {
        Trigger.AUDIO: CallState.CONNECTED,
        Trigger.END: CallState.OVER,
        Trigger.FAIL: CallState.ERROR,
    },
    CallState.CONNECTED: {
        Trigger.END: CallState.OVER,
        Trigger.FAIL: CallState.ERROR,
    },
    CallState.OVER: {},
    CallState.ERROR: {},
}


def next_state(state: CallState, trigger: Trigger) -> CallState:
    """Return the state that follows; raise CommandRefused where the table has none."""
    try:
        return TRANSITIONS[state][trigger]
    except KeyError:
        raise CommandRefused(
            f"{trigger.value} is not possible while the call is {state.name.lower()}"
        ) from None
