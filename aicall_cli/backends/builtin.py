"""Calls aicall's own agent: JSON signaling over a WebSocket, media over WebRTC."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TypeVar

from aiortc import RTCPeerConnection
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from aicall_cli.audio.format import Pcm
from aicall_cli.backends.base import BackendListener, Connected
from aicall_cli.backends.signaling_socket import open_signaling
from aicall_cli.clock import Clock, perf_clock
from aicall_cli.engine.commands import Command
from aicall_cli.engine.connection import INTERRUPTED, RESUMED
from aicall_cli.engine.events import (
    ByeReceived,
    DataChannelOpened,
    MessageIgnored,
    RtcEngineCreated,
)
from aicall_cli.errors import (
    ConnectError,
    ConnectionLostError,
    RemoteProtocolError,
    UnknownAgentError,
    UsageError,
)
from aicall_cli.protocol import aicallkit, signaling
from aicall_cli.protocol.signaling import (
    Answer,
    Bye,
    IceServer,
    Join,
    Joined,
    Leave,
    Offer,
    RefusalCode,
    Refused,
)
from aicall_cli.rtc.aiortc_hooks import HostAddresses
from aicall_cli.rtc.network_statistics import NetworkStatistics
from aicall_cli.rtc.peer import Peer, PeerHandlers
from aicall_cli.secret import Secret

LEAVE_SECONDS = 2.0
"""How long the server has to take our leave."""
GOODBYE_SECONDS = 1.0
"""How long the agent's goodbye may come after the end of the media, which may overtake it."""
HEARTBEAT_SECONDS = 1.0
"""How long nothing may come of the agent's audio, which is silence where it says nothing, until
the connection counts as interrupted."""
LOOK_AGAIN_SECONDS = 0.1
"""After a pause of our own process what came meanwhile is read first; then silence counts."""

_Reply = TypeVar("_Reply", Joined, Answer)


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltinOptions:
    """Where the agent is and how to call it; times in seconds."""

    server: str
    """``ws://`` or ``wss://`` URL of ``aicall serve``."""
    agent_id: str
    user_id: str
    token: Secret | None = None
    agent_options: Mapping[str, signaling.Option] = field(default_factory=dict)
    ice_servers: Sequence[IceServer] = ()
    connect_timeout: float = 15.0
    media_timeout: float = 5.0


class BuiltinBackend:
    """One call to an ``aicall serve``."""

    def __init__(self, options: BuiltinOptions, clock: Clock = perf_clock) -> None:
        self._options = options
        self._clock = clock
        self._socket: ClientConnection | None = None
        self._peer: Peer | None = None
        self._listener: BackendListener | None = None
        self._agent_user_id = ""
        self._sequence = 0
        loop = asyncio.get_running_loop()
        self._channel_open: asyncio.Future[None] = loop.create_future()
        self._media_closed: asyncio.Future[str] = loop.create_future()
        self._began = 0.0

    async def connect(self, listener: BackendListener) -> Connected:
        """Join the agent and wait until audio and messages can flow."""
        self._listener = listener
        timeout = self._options.connect_timeout
        try:
            async with asyncio.timeout(timeout):
                joined = await self._join()
                await self._connect_media(joined)
        except TimeoutError:
            raise ConnectError(
                f"no call with {self._options.server} after {timeout:g} s: {self._progress()}",
                hint="check the server's address, that UDP can pass, and --ice-server",
            ) from None
        except ConnectionClosed as error:
            raise ConnectError(
                f"{self._options.server} closed the connection while the call was set up ({error})",
                hint="look at the server's log",
            ) from error
        self._began = self._clock()
        return Connected(joined.call_id, joined.agent_user_id, joined.refuses)

    @property
    def rtc_engine(self) -> RTCPeerConnection | None:
        """aiortc's connection; None before it is made."""
        return None if self._peer is None else self._peer.connection

    async def watch(self) -> None:
        """Run until the agent says goodbye; raise ConnectionLostError when it is lost."""
        assert self._socket is not None, "watch() follows connect()"
        async with asyncio.TaskGroup() as tasks:
            signaling_ends = tasks.create_task(self._read_until_bye(self._socket))
            media_ends = tasks.create_task(self._watch_media())
            watches = (signaling_ends, media_ends)
            await asyncio.wait(watches, return_when=asyncio.FIRST_COMPLETED)
            for watch in watches:
                watch.cancel()
        first = media_ends if signaling_ends.cancelled() else signaling_ends
        if (reason := first.result()) is not None:
            raise ConnectionLostError(
                f"the call was lost: {reason}",
                hint="check the server and the network between",
            )

    def send_audio(self, pcm: Pcm, timestamp: int) -> None:
        """Send one tick of audio."""
        if self._peer is not None:
            self._peer.send_audio(pcm, timestamp)

    def send_command(self, command: Command) -> bool:
        """Send a command in AICallKit's envelope on the data channel."""
        if self._peer is None:
            return False
        self._sequence += 1
        text = aicallkit.encode_command(
            command,
            sequence=self._sequence,
            sender=self._options.user_id,
            receiver=self._agent_user_id,
        )
        return self._peer.send_message(text)

    def set_reorder_wait(self, seconds: float) -> None:
        """Wait so long for missing packets."""
        if self._peer is not None:
            self._peer.set_reorder_wait(seconds)

    async def statistics(self) -> NetworkStatistics | None:
        """Return what the network did to the call so far; None when there is no connection."""
        return await self._peer.statistics() if self._peer is not None else None

    async def close(self, *, stop_agent: bool = True) -> None:
        """Leave the call, close the media and the socket."""
        socket, self._socket = self._socket, None
        peer, self._peer = self._peer, None
        # Each is given back even where the one before it was cancelled or failed.
        async with AsyncExitStack() as stack:
            if socket is not None:
                stack.push_async_callback(socket.close)
            if peer is not None:
                stack.push_async_callback(peer.close)
            if socket is not None and stop_agent:
                await _say_leave(socket)

    def _progress(self) -> str:
        if self._socket is None:
            return "the server does not answer"
        if self._peer is None:
            return "the server does not answer the request to join"
        if not self._peer.connected.is_set():
            return "no media connection comes about"
        return "the message channel does not open"

    async def _join(self) -> Joined:
        options = self._options
        self._socket = await open_signaling(options.server, options.token)
        await self._socket.send(_encode_join(options))
        joined = await self._receive(self._socket, Joined)
        self._agent_user_id = joined.agent_user_id
        return joined

    async def _connect_media(self, joined: Joined) -> None:
        assert self._socket is not None
        assert self._listener is not None
        self._peer = Peer(
            PeerHandlers(
                on_audio=self._listener.on_audio,
                on_message=self._on_message,
                on_channel_open=self._on_channel_open,
                on_closed=self._on_closed,
            ),
            self._clock,
            ice_servers=self._options.ice_servers or joined.ice_servers,
            host_addresses=_host_addresses(self._socket),
        )
        self._listener.on_event(RtcEngineCreated())
        await self._socket.send(signaling.encode(Offer(await self._peer.offer())))
        answer = await self._receive(self._socket, Answer)
        await self._peer.accept_answer(answer.sdp)
        await self._wait_for_channel(self._socket)

    async def _wait_for_channel(self, socket: ClientConnection) -> None:
        """Wait until messages can pass, which needs the media connection below them."""
        async with asyncio.TaskGroup() as tasks:
            socket_closed = tasks.create_task(socket.wait_closed())
            either = (self._channel_open, self._media_closed, socket_closed)
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            socket_closed.cancel()
        if self._channel_open.done():
            return
        if not self._media_closed.done():
            await self._receive(socket, Answer)  # which tells why
        raise ConnectError(
            "no media connection with the agent comes about",
            hint="check that UDP can pass between both ends, or give --ice-server",
        )

    async def _receive(self, socket: ClientConnection, kind: type[_Reply]) -> _Reply:
        """Return the next message, which must be a ``kind``."""
        message = signaling.decode_server(await socket.recv())
        if isinstance(message, kind):
            return message
        match message:
            case Refused():
                raise _refusal(message, self._options.agent_id)
            case Bye():
                raise ConnectError(f"the agent left before the call began ({message.reason})")
            case _:
                raise RemoteProtocolError(
                    f"{self._options.server} sent {type(message).__name__.lower()} "
                    f"where {kind.__name__.lower()} belongs"
                )

    async def _read_until_bye(self, socket: ClientConnection) -> str | None:
        """Return None after the agent's goodbye, or why the call was lost."""
        try:
            async for text in socket:
                try:
                    message = signaling.decode_server(text)
                except RemoteProtocolError as error:
                    self._publish_ignored(str(error))
                    continue
                if isinstance(message, Bye):
                    self._publish_bye(message)
                    return None
                self._publish_ignored(f"unexpected {type(message).__name__} while in the call")
        except ConnectionClosed:
            pass
        return "the server closed the connection without a word"

    async def _watch_media(self) -> str:
        """Return why the media stopped; never return while it flows."""
        assert self._peer is not None
        assert self._listener is not None
        limit = self._options.media_timeout
        pause = min(HEARTBEAT_SECONDS, limit)
        looked_again = interrupted = False
        while True:
            silent_for = self._clock() - (self._peer.last_arrival or self._began)
            pauses = silent_for >= pause
            if looked_again and silent_for >= limit:
                return f"nothing was heard from the agent's end for {limit:g} s"
            if pauses is not interrupted and (looked_again or not pauses):
                interrupted = pauses
                self._listener.on_event(INTERRUPTED if pauses else RESUMED)
            looked_again = pauses
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_AGAIN_SECONDS if pauses else pause - silent_for):
                    reason = await asyncio.shield(self._media_closed)
                await asyncio.sleep(GOODBYE_SECONDS)
                return reason

    def _on_message(self, data: str | bytes) -> None:
        try:
            event = aicallkit.decode_event(data, sender=self._agent_user_id)
        except RemoteProtocolError as error:
            self._publish_ignored(str(error))
        else:
            assert self._listener is not None
            self._listener.on_event(event)

    def _publish_bye(self, bye: Bye) -> None:
        """Tell that we were put out of the call, if that is what a goodbye means."""
        if bye.code is not None:
            assert self._listener is not None
            self._listener.on_event(ByeReceived(bye.code, bye.reason))

    def _publish_ignored(self, reason: str) -> None:
        assert self._listener is not None
        self._listener.on_event(MessageIgnored(None, reason))

    def _on_channel_open(self) -> None:
        if not self._channel_open.done():
            self._channel_open.set_result(None)
        assert self._listener is not None
        self._listener.on_event(DataChannelOpened())

    def _on_closed(self, reason: str) -> None:
        if not self._media_closed.done():
            self._media_closed.set_result(reason)


def _encode_join(options: BuiltinOptions) -> str:
    join = Join(options.agent_id, options.user_id, dict(options.agent_options))
    try:
        return signaling.encode(join)
    except ValueError as error:
        raise UsageError(
            f"the agent's id, the user's id and the agent's options cannot be sent ({error})",
            hint="make them shorter, and plain text",
        ) from error


async def _say_leave(socket: ClientConnection) -> None:
    with suppress(ConnectionClosed, TimeoutError):
        async with asyncio.timeout(LEAVE_SECONDS):
            await socket.send(signaling.encode(Leave()))


def _host_addresses(socket: ClientConnection) -> HostAddresses:
    """Gather loopback only for an agent on this machine, so that no firewall is asked."""
    address = socket.remote_address
    local = address is not None and ip_address(address[0]).is_loopback
    return HostAddresses.LOOPBACK if local else HostAddresses.ALL


def _refusal(refused: Refused, agent_id: str) -> UnknownAgentError | UsageError | ConnectError:
    match refused.code:
        case RefusalCode.UNKNOWN_AGENT:
            return UnknownAgentError(
                f"the server has no agent {agent_id!r}",
                hint=f"it has: {', '.join(refused.known_agents) or 'none'}",
            )
        case RefusalCode.BAD_OPTION:
            return UsageError(f"the agent refused an option: {refused.message}")
        case _:
            return ConnectError(f"the server refused the call: {refused.message}")
