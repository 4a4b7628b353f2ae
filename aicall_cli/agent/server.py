"""The agent's server: one Starlette application whose WebSocket route is the signaling.

Each socket is one call. A caller that breaks the protocol is refused and its socket closed;
nothing that one caller sends reaches another's call. Beside it are the routes of the control
plane: whoever has a token of theirs enters the call of an instance by it.
"""

import asyncio
import logging
import secrets
from contextlib import suppress
from functools import partial
from ipaddress import ip_address
from typing import Final

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from aicall_cli.agent.admission import Admitted, admit
from aicall_cli.agent.agent_call import AgentCall
from aicall_cli.agent.app_server_routes import AppServerRoutes
from aicall_cli.agent.call_ending import Ending
from aicall_cli.agent.control_plane import ControlPlane, require_enterable
from aicall_cli.agent.entrance import Entrance
from aicall_cli.agent.instance import Instance
from aicall_cli.agent.openapi_route import OpenApiRoute
from aicall_cli.agent.options import ServeOptions
from aicall_cli.agent.registry import Registry
from aicall_cli.agent.signaling_socket import (
    CallerGone,
    Refusal,
    SignalingSocket,
    bad_request,
)
from aicall_cli.clock import Clock, perf_clock
from aicall_cli.engine.enums import ByeReason
from aicall_cli.errors import RemoteProtocolError, UsageError
from aicall_cli.protocol.signaling import (
    SIGNALING_PATH,
    SIGNALING_VERSION,
    SUBPROTOCOL,
    Answer,
    Bye,
    Join,
    Joined,
    Offer,
    RefusalCode,
    Refused,
)
from aicall_cli.rtc.aiortc_hooks import HostAddresses
from aicall_cli.rtc.peer import Peer
from aicall_cli.text import escape

JOIN_TIMEOUT_SECONDS: Final = 10.0
OFFER_TIMEOUT_SECONDS: Final = 10.0
ANSWER_TIMEOUT_SECONDS: Final = 15.0
"""How long our own candidates may take to gather."""
MAX_BAD_MESSAGES: Final = 20
"""Signaling messages without sense that a call in progress survives."""

_log = logging.getLogger(__name__)


class AgentServer:
    """The calls of one server."""

    def __init__(
        self, registry: Registry, options: ServeOptions, clock: Clock = perf_clock
    ) -> None:
        self._registry = registry
        self._options = options
        self._clock = clock
        self._plane = ControlPlane(registry, options)
        self._entrance = Entrance(self._plane, options.token)
        self._calls: set[AgentCall] = set()
        self._all_over = asyncio.Event()
        self._all_over.set()
        self._closing = False

    def application(self) -> Starlette:
        """Return the ASGI application."""
        openapi = OpenApiRoute(self._plane, self._options.key_pair)
        return Starlette(
            routes=[
                WebSocketRoute(SIGNALING_PATH, self._serve_socket),
                Route("/", openapi.serve, methods=["GET", "POST"]),
                *AppServerRoutes(self._plane, self._options.token).routes(),
            ]
        )

    async def close_calls(self, reason: str) -> None:
        """Say goodbye to every caller, take no new one, and wait until all calls are over."""
        self._closing = True
        for call in self._calls:
            call.put_out(ByeReason.BY_SYSTEM, reason)
        await self._all_over.wait()

    async def _serve_socket(self, websocket: WebSocket) -> None:
        denial = self._denial(websocket)
        if denial is not None:
            _log.warning("a caller is turned away: %s", bytes(denial.body).decode())
            await websocket.send_denial_response(denial)
            return
        await websocket.accept(subprotocol=SUBPROTOCOL)
        socket = SignalingSocket(websocket)
        with suppress(CallerGone):
            try:
                await self._serve_caller(socket, websocket)
            except Refusal as refusal:
                _log.warning("a caller is refused: %s", refusal.refused.message)
                await socket.send(refusal.refused)
        await socket.close()

    def _denial(self, websocket: WebSocket) -> PlainTextResponse | None:
        try:
            self._entrance.token_of(websocket.headers.get("authorization", ""))
        except UsageError as error:
            return PlainTextResponse(
                error.message, status_code=401, headers={"WWW-Authenticate": "Bearer"}
            )
        if SUBPROTOCOL not in websocket.scope.get("subprotocols", ()):
            return PlainTextResponse(f"this server speaks {SUBPROTOCOL} only", status_code=400)
        return None

    async def _serve_caller(self, socket: SignalingSocket, websocket: WebSocket) -> None:
        join = await socket.expect(Join, JOIN_TIMEOUT_SECONDS)
        instance, join = self._enter(websocket, join)
        admitted = await admit(join, self._registry, self._options)
        if self._closing:
            raise Refusal(Refused(RefusalCode.BUSY, "the server ends"))
        if len(self._calls) >= self._options.max_calls:
            raise Refusal(Refused(RefusalCode.BUSY, f"{len(self._calls)} calls are in progress"))
        if instance is not None:
            require_enterable(instance)
        call = self._make_call(join, admitted, websocket, instance)
        self._calls.add(call)
        self._all_over.clear()
        try:
            await self._serve_call(socket, call, join.agent_id, instance)
        finally:
            self._calls.discard(call)
            if instance is not None:
                self._plane.left(instance)
            try:
                await call.close()
            finally:
                if not self._calls:
                    self._all_over.set()

    def _enter(self, websocket: WebSocket, join: Join) -> tuple[Instance | None, Join]:
        try:
            token = self._entrance.token_of(websocket.headers.get("authorization", ""))
        except UsageError as error:  # it expired meanwhile
            raise bad_request(error.message) from error
        if token is None or join.version != SIGNALING_VERSION:
            return None, join
        return self._plane.enter(token, join)

    def _make_call(
        self, join: Join, admitted: Admitted, websocket: WebSocket, instance: Instance | None
    ) -> AgentCall:
        loopback = _is_loopback(websocket)
        make_peer = partial(
            Peer,
            clock=self._clock,
            ice_servers=self._options.ice_servers,
            host_addresses=HostAddresses.LOOPBACK if loopback else HostAddresses.ALL,
        )
        if instance is None:
            return AgentCall(
                secrets.token_hex(8),
                join.user_id,
                admitted.build_agent,
                admitted.settings,
                make_peer,
                self._clock,
            )
        call = AgentCall(
            instance.instance_id,
            instance.user_id,
            admitted.build_agent,
            admitted.settings,
            make_peer,
            self._clock,
            renew_token=partial(self._plane.renew, instance),
            on_published=partial(self._plane.note, instance),
        )
        self._plane.joined(instance, call)
        return call

    async def _serve_call(
        self, socket: SignalingSocket, call: AgentCall, agent_id: str, instance: Instance | None
    ) -> None:
        _log.info("call %s: %s joins %s", call.call_id, escape(call.user_id, limit=80), agent_id)
        ice_servers = self._options.ice_servers
        await socket.send(Joined(call.call_id, call.agent_user_id, ice_servers, call.refuses))
        offer = await socket.expect(Offer, OFFER_TIMEOUT_SECONDS)
        try:
            async with asyncio.timeout(ANSWER_TIMEOUT_SECONDS):
                answer = await call.answer(offer.sdp)
        except RemoteProtocolError as error:
            raise bad_request(error.message) from error
        except TimeoutError:
            raise bad_request("no candidates can be gathered for the media") from None
        await socket.send(Answer(answer))
        async with asyncio.TaskGroup() as tasks:
            side_tasks = [
                tasks.create_task(_read_until_over(socket, call)),
                tasks.create_task(_forward_raw(socket, call)),
            ]
            if instance is not None:
                side_tasks.append(tasks.create_task(self._plane.end_at_expiry(instance, call)))
            reason = await call.run()
            for task in side_tasks:
                task.cancel()
        _log.info("call %s is over: %s", call.call_id, reason)
        if call.ending is Ending.GOODBYE:
            await socket.send(Bye(reason, call.bye_reason))


async def _read_until_over(socket: SignalingSocket, call: AgentCall) -> None:
    """Read what the caller sends during the call, which can only be its leaving."""
    for _ in range(MAX_BAD_MESSAGES):
        try:
            message = await socket.receive()
        except CallerGone:
            call.end("the caller left")
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


def _is_loopback(websocket: WebSocket) -> bool:
    """Whether the caller is on this machine, so that no other address needs to be offered."""
    with suppress(ValueError):
        return websocket.client is not None and ip_address(websocket.client.host).is_loopback
    return False
