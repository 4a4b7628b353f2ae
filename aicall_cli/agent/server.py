"""The agent's server: one Starlette application whose WebSocket route is the signaling.

Each socket is one call. A caller that breaks the protocol is refused and its socket closed;
nothing that one caller sends reaches another's call. Beside it are the routes of the control
plane: whoever has a token of theirs enters the call of an instance by it.
"""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from ipaddress import ip_address
from typing import Final

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from aicall_cli.agent.agent_call import AgentCall
from aicall_cli.agent.app_server_routes import AppServerRoutes
from aicall_cli.agent.caller_connection import MakePeer
from aicall_cli.agent.control_plane import ControlPlane
from aicall_cli.agent.entrance import Entrance
from aicall_cli.agent.line_signaling import hold, set_up
from aicall_cli.agent.openapi_route import OpenApiRoute
from aicall_cli.agent.options import ServeOptions
from aicall_cli.agent.reception import Place, Reception
from aicall_cli.agent.registry import Registry
from aicall_cli.agent.signaling_socket import CallerGone, Refusal, SignalingSocket
from aicall_cli.clock import Clock, perf_clock
from aicall_cli.engine.enums import ByeReason
from aicall_cli.errors import UsageError
from aicall_cli.protocol.rtc_token import RtcToken
from aicall_cli.protocol.signaling import (
    SIGNALING_PATH,
    SUBPROTOCOL,
    Join,
    RefusalCode,
    Refused,
)
from aicall_cli.rtc.aiortc_hooks import HostAddresses
from aicall_cli.rtc.peer import Peer
from aicall_cli.text import escape

JOIN_TIMEOUT_SECONDS: Final = 10.0

_log = logging.getLogger(__name__)


class AgentServer:
    """The calls of one server."""

    def __init__(
        self, registry: Registry, options: ServeOptions, clock: Clock = perf_clock
    ) -> None:
        self._options = options
        self._clock = clock
        self._plane = ControlPlane(registry, options)
        self._reception = Reception(self._plane, registry, options, clock, self._require_room)
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
        try:
            token = self._let_in(websocket)
        except _Denial as denial:
            _log.warning("a caller is turned away: %s", denial)
            await websocket.send_denial_response(denial.response)
            return
        await websocket.accept(subprotocol=SUBPROTOCOL)
        socket = SignalingSocket(websocket)
        with suppress(CallerGone):
            try:
                join = await socket.expect(Join, JOIN_TIMEOUT_SECONDS)
                make_peer = self._peer_maker(websocket)
                place = await self._reception.receive(join, token, make_peer)
                _log_arrival(join, place.call)
                await (self._run_call if place.begins else self._hold_line)(socket, place)
            except Refusal as refusal:
                _log.warning("a caller is refused: %s", refusal.refused.message)
                await socket.send(refusal.refused)
        await socket.close()

    def _let_in(self, websocket: WebSocket) -> RtcToken | None:
        """Return the channel token that a caller shows, if that is what it has; raise _Denial."""
        try:
            token = self._entrance.token_of(websocket.headers.get("authorization", ""))
        except UsageError as error:
            raise _Denial(error.message, 401, {"WWW-Authenticate": "Bearer"}) from error
        if SUBPROTOCOL not in websocket.scope.get("subprotocols", ()):
            raise _Denial(f"this server speaks {SUBPROTOCOL} only", 400)
        return token

    def _peer_maker(self, websocket: WebSocket) -> MakePeer:
        loopback = _is_loopback(websocket)
        return partial(
            Peer,
            clock=self._clock,
            ice_servers=self._options.ice_servers,
            host_addresses=HostAddresses.LOOPBACK if loopback else HostAddresses.ALL,
        )

    def _require_room(self) -> None:
        if self._closing:
            raise Refusal(Refused(RefusalCode.BUSY, "the server ends"))
        if len(self._calls) >= self._options.max_calls:
            raise Refusal(Refused(RefusalCode.BUSY, f"{len(self._calls)} calls are in progress"))

    async def _run_call(self, socket: SignalingSocket, place: Place) -> None:
        """Run a call from its first line to its end, which may be another line's."""
        call, instance = place.call, place.instance
        self._calls.add(call)
        self._all_over.clear()
        try:
            await self._set_up(socket, place)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(hold(socket, call, place.line))
                expiring = None
                if instance is not None:
                    expiring = tasks.create_task(self._plane.end_at_expiry(instance, call))
                reason = await call.run()
                if expiring is not None:
                    expiring.cancel()
            _log.info("call %s is over: %s", call.call_id, reason)
        finally:
            self._calls.discard(call)
            if instance is not None:
                self._plane.left(instance, call)
            try:
                await call.close()
            finally:
                if not self._calls:
                    self._all_over.set()

    async def _hold_line(self, socket: SignalingSocket, place: Place) -> None:
        """Serve a line by which a caller came back to a call."""
        try:
            await self._set_up(socket, place)
        except (Refusal, CallerGone):
            place.call.connection.lose(place.line, "the caller did not come back")
            await place.line.peer.close()
            raise
        await hold(socket, place.call, place.line)

    async def _set_up(self, socket: SignalingSocket, place: Place) -> None:
        await set_up(socket, place.call, place.line, self._options.ice_servers)


def _log_arrival(join: Join, call: AgentCall) -> None:
    who, agent = (escape(name, limit=80) for name in (call.user_id, join.agent_id))
    _log.info("call %s: %s joins %s", call.call_id, who, agent)


class _Denial(Exception):  # noqa: N818 - the answer to a request, not an error of ours
    """Raised for a caller who may not open a socket."""

    def __init__(self, message: str, status: int, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.response = PlainTextResponse(message, status_code=status, headers=headers)


def _is_loopback(websocket: WebSocket) -> bool:
    """Whether the caller is on this machine, so that no other address needs to be offered."""
    with suppress(ValueError):
        return websocket.client is not None and ip_address(websocket.client.host).is_loopback
    return False
