"""The signaling of one line of a call: joined, offer, answer, and what comes until its end."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from aicall_cli.agent.agent_call import AgentCall
from aicall_cli.agent.caller_line import CallerLine
from aicall_cli.agent.signaling_socket import (
    CallerGone,
    CallerLeft,
    SignalingSocket,
    bad_request,
)
from aicall_cli.errors import RemoteProtocolError
from aicall_cli.protocol.signaling import Answer, IceServer, Joined, Offer

OFFER_TIMEOUT_SECONDS: Final = 10.0
ANSWER_TIMEOUT_SECONDS: Final = 15.0
"""How long our own candidates may take to gather."""
MAX_BAD_MESSAGES: Final = 20
"""Signaling messages without sense that a call in progress survives."""


async def set_up(
    socket: SignalingSocket, call: AgentCall, line: CallerLine, ice_servers: Sequence[IceServer]
) -> None:
    """Tell the caller that it joined, and agree on the media; raise Refusal or CallerGone."""
    await socket.send(Joined(call.call_id, call.agent_user_id, tuple(ice_servers), call.refuses))
    offer = await socket.expect(Offer, OFFER_TIMEOUT_SECONDS)
    try:
        async with asyncio.timeout(ANSWER_TIMEOUT_SECONDS):
            answer = await line.peer.answer(offer.sdp)
    except RemoteProtocolError as error:
        raise bad_request(error.message) from error
    except TimeoutError:
        raise bad_request("no candidates can be gathered for the media") from None
    await socket.send(Answer(answer))


async def hold(socket: SignalingSocket, call: AgentCall, line: CallerLine) -> None:
    """Serve a line that is set up until it is over, say goodbye, and close it.

    The call may go on by another line.
    """
    try:
        async with asyncio.TaskGroup() as tasks:
            side_tasks = (
                tasks.create_task(_read_until_over(socket, call, line)),
                tasks.create_task(_forward_raw(socket, call)),
            )
            goodbye = await line.over()
            for task in side_tasks:
                task.cancel()
        if goodbye is not None:
            with suppress(CallerGone):
                await socket.send(goodbye)
        await socket.close()
    finally:
        await line.peer.close()


async def _read_until_over(socket: SignalingSocket, call: AgentCall, line: CallerLine) -> None:
    """Read what the caller sends during the call, which can only be its leaving."""
    for _ in range(MAX_BAD_MESSAGES):
        try:
            message = await socket.receive()
        except CallerLeft:
            call.end("the caller left")
            return
        except CallerGone:
            call.connection.lose(line, "the caller left")
            return
        except RemoteProtocolError as error:
            call.ignore(error.message)
        else:
            call.ignore(f"{type(message).__name__.lower()} during the call")
    call.end("too many signaling messages without sense")


async def _forward_raw(socket: SignalingSocket, call: AgentCall) -> None:
    """Send what a script wants to have sent."""
    with suppress(CallerGone):
        while True:
            await socket.send_raw(await call.raw_signaling.get())
