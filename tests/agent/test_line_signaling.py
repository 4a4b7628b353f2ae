"""The signaling of a line over a fake socket; over real ones in tests/integration."""

import asyncio
from typing import Any

import pytest

from aicall_cli.agent.echo import EchoAgent
from aicall_cli.agent.line_signaling import MAX_BAD_MESSAGES, hold, set_up
from aicall_cli.agent.signaling_socket import CallerGone, Refusal
from aicall_cli.protocol.signaling import Answer, Bye, Joined, Leave, Offer, decode_server
from tests.agent.fake_peer import RunningCall, running_call
from tests.agent.test_signaling_socket import Wire, accepted, text

GONE = {"type": "websocket.disconnect", "code": 1006}


def told(wire: Wire) -> list[Any]:
    """What was sent after the handshake."""
    return [decode_server(frame["text"]) for frame in wire.sent if "text" in frame]


async def held(running: RunningCall, *frames: dict[str, Any]) -> Wire:
    """Serve the call's line until it is over."""
    wire = Wire(*frames)
    async with asyncio.timeout(5):
        await hold(await accepted(wire), running.call, running.call.connection.line)
    return wire


async def test_who_joined_gets_an_answer_to_the_offer() -> None:
    async with running_call(EchoAgent) as running:
        wire = Wire(text(Offer("v=0")))
        call = running.call
        await set_up(await accepted(wire), call, call.connection.line, ())
        assert told(wire) == [
            Joined(call.call_id, call.agent_user_id, (), call.refuses),
            Answer("answer to v=0"),
        ]
        bad, gone = await accepted(Wire(text(Offer("bad")))), await accepted(Wire(GONE))
        with pytest.raises(Refusal, match="a bad offer"):
            await set_up(bad, call, call.connection.line, ())
        with pytest.raises(CallerGone):
            await set_up(gone, call, call.connection.line, ())


@pytest.mark.parametrize("frame", [text(Leave()), GONE], ids=["says so", "is gone"])
async def test_the_callers_leaving_is_the_end_of_a_call(frame: dict[str, Any]) -> None:
    async with running_call(EchoAgent) as running:
        wire = await held(running, frame)
        assert told(wire) == [Bye("the caller left")]
        assert running.reason == "the caller left"
        assert running.peer.closed


async def test_nonsense_is_borne_for_a_while() -> None:
    async with running_call(EchoAgent) as running:
        nonsense = {"type": "websocket.receive", "text": "nonsense"}
        wire = await held(running, *[nonsense, text(Offer("again"))] * MAX_BAD_MESSAGES)
        assert told(wire) == [Bye("too many signaling messages without sense")]


async def test_what_a_script_sends_goes_out_before_the_goodbye() -> None:
    async with running_call(EchoAgent) as running:
        running.call.send_raw_signaling('{"type": "bye", "reason": "by hand"}')
        asyncio.get_running_loop().call_later(0.1, running.call.end, "enough")
        assert told(await held(running)) == [Bye("by hand"), Bye("enough")]
