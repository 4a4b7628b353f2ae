"""AICallKit's latency statistics: a media extension message of payload type 99.

::

    {"AIAgent": {"aiasrcost": 120, "aillmcost": 410, "aittscost": 95, "aimutecost": 400,
                 "aiagenttotalcost": 1025, "aiagentextraavatarcost": 0},
     "AIPub": {"aAIClientEncoderCost": 3, …}, "AISub": {…}}

Milliseconds; each figure may be absent, and a report without any of the agent's is none. It
is not of the message table and has no envelope. A transport without media extension
messages, as the built-in one, carries it on the data channel as it is.
"""

from collections.abc import Mapping
from typing import Final

from aicall_cli.engine.agent_events import LatencyReported
from aicall_cli.engine.events import MessageIgnored
from aicall_cli.engine.json_value import well_formed
from aicall_cli.protocol.json_object import JsonObject, dump_object, parse_object
from aicall_cli.protocol.message_kind import bounded

MAX_REPORT: Final = 4096
"""Bytes of a media extension message (ARTC)."""

_AGENT: Final = "AIAgent"
_PUBLISHING: Final = "AIPub"
_SUBSCRIBING: Final = "AISub"
_FIGURES: Final[Mapping[str, str]] = {
    "asr": "aiasrcost",
    "llm": "aillmcost",
    "tts": "aittscost",
    "mute": "aimutecost",
    "total": "aiagenttotalcost",
    "extra_avatar": "aiagentextraavatarcost",
}


def encode_latency(report: LatencyReported) -> str:
    """Return ``report`` as it is sent; raise ValueError where it is longer than a message."""
    figures = {name: getattr(report, field) for field, name in _FIGURES.items()}
    return bounded(
        dump_object(
            {
                _AGENT: {name: figure for name, figure in figures.items() if figure is not None},
                _PUBLISHING: dict(report.publishing),
                _SUBSCRIBING: dict(report.subscribing),
            }
        ),
        MAX_REPORT,
    )


def decode_latency(data: str | bytes) -> LatencyReported | MessageIgnored:
    """Read a media extension message; raise RemoteProtocolError on what is none."""
    return read_latency(parse_object(data, name="latency report", limit=MAX_REPORT))


def is_latency(message: JsonObject) -> bool:
    """Whether an object of the data channel, which has no type, is a report."""
    return message.raw("type") is None and message.raw(_AGENT) is not None


def read_latency(message: JsonObject) -> LatencyReported | MessageIgnored:
    """Read a report; raise RemoteProtocolError where a figure is no number."""
    agent = message.nested(_AGENT)
    if not agent.keys():
        return MessageIgnored(None, "a latency report without figures of the agent")
    return LatencyReported(
        **{field: _figure(agent, name) for field, name in _FIGURES.items()},
        publishing=_figures(message.nested(_PUBLISHING)),
        subscribing=_figures(message.nested(_SUBSCRIBING)),
    )


def _figure(data: JsonObject, name: str) -> float | None:
    return None if data.raw(name) is None else data.number(name)


def _figures(data: JsonObject) -> Mapping[str, float]:
    names = data.keys()
    return {well_formed(name): data.number(name) for name in names}
