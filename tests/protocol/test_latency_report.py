import json

import pytest

from aicall_cli.engine.agent_events import LatencyReported
from aicall_cli.engine.events import MessageIgnored
from aicall_cli.errors import RemoteProtocolError
from aicall_cli.protocol.aicallkit import decode_event
from aicall_cli.protocol.latency_report import MAX_REPORT, decode_latency, encode_latency

_WHOLE = LatencyReported(1, 2, 3, 4, 10, 0, {"aAIClientPacerCost": 5}, {"aAILinuxPlayCost": 6})


def test_every_figure_has_its_name() -> None:
    text = encode_latency(_WHOLE)
    assert json.loads(text) == {
        "AIAgent": {
            "aiasrcost": 1,
            "aillmcost": 2,
            "aittscost": 3,
            "aimutecost": 4,
            "aiagenttotalcost": 10,
            "aiagentextraavatarcost": 0,
        },
        "AIPub": {"aAIClientPacerCost": 5},
        "AISub": {"aAILinuxPlayCost": 6},
    }
    assert decode_latency(text.encode()) == _WHOLE
    assert decode_event(text) == _WHOLE


def test_a_report_without_the_agents_figures_is_ignored() -> None:
    ignored = MessageIgnored(None, "a latency report without figures of the agent")
    for text in ("{}", '{"AIAgent":{}}', '{"AIAgent":null,"AIPub":{"x":1}}'):
        assert decode_latency(text) == ignored


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"AIAgent":7}', '{"AIAgent":{"aiasrcost":1},"AIPub":{"x":"1"}}', " " * 5000],
    ids=range(5),
)
def test_what_is_no_report_is_refused(text: str) -> None:
    with pytest.raises(RemoteProtocolError, match="latency report: "):
        decode_latency(text)


def test_what_does_not_fit_is_not_written() -> None:
    for report in (
        LatencyReported(publishing={"x" * MAX_REPORT: 1.0}),
        LatencyReported(asr=float("nan")),
    ):
        with pytest.raises(ValueError):
            encode_latency(report)
