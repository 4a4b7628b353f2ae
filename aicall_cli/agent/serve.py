"""Runs the agent's server until it is told to end."""

import asyncio
import logging
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

import uvicorn

from aicall_cli.agent.catalogue import build_registry
from aicall_cli.agent.http_connection import HttpConnection
from aicall_cli.agent.options import ServeOptions
from aicall_cli.agent.server import AgentServer
from aicall_cli.agent.websocket_connection import WebSocketConnection
from aicall_cli.errors import UsageError
from aicall_cli.protocol.signaling import MAX_SIGNALING, SIGNALING_PATH

_BACKLOG: Final = 64
_PING_SECONDS: Final = 10.0
_GOODBYE_SECONDS: Final = 3.0
"""How long the calls get to say goodbye when the server ends."""

_log = logging.getLogger(__name__)


class _Server(uvicorn.Server):
    """uvicorn's server, which leaves the process's signals alone."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none: who runs the server decides what a signal means."""
        yield


@dataclass(frozen=True, slots=True)
class _Prepared:
    """What serving needs that may block while it is made."""

    agents: AgentServer
    listener: socket.socket
    config: uvicorn.Config


async def serve(options: ServeOptions, *, on_ready: Callable[[str], None]) -> None:
    """Serve calls until cancelled; then every caller hears goodbye.

    ``on_ready`` gets the signaling's URL once callers can connect. Raise UsageError when the
    port is in use, a certificate cannot be read, or an agent is not to be had.
    """
    prepared = await asyncio.to_thread(_prepare, options)
    server = _Server(prepared.config)
    url = _url(options, prepared.listener)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(server.serve(sockets=[prepared.listener]))
        try:
            _log.info("serving at %s", url)
            if options.token is None and not _is_loopback(prepared.listener):
                _log.warning("there is no token: whoever reaches %s can call", url)
            on_ready(url)
            await asyncio.shield(running)
        finally:
            await _say_goodbye(prepared.agents)
            server.should_exit = True
            await running


def _prepare(options: ServeOptions) -> _Prepared:
    """Read scripts and certificates and take the port."""
    agents = AgentServer(build_registry(options), options)
    config = _config(agents, options)
    return _Prepared(agents, _listen(options.host, options.port), config)


async def _say_goodbye(agent_server: AgentServer) -> None:
    try:
        async with asyncio.timeout(_GOODBYE_SECONDS):
            await agent_server.close_calls("the server ends")
    except TimeoutError:
        _log.warning("some calls did not end within %g s", _GOODBYE_SECONDS)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        # On Windows this option would let two servers share the port.
        if not hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
        listener.setblocking(False)
    except (OSError, OverflowError) as error:
        listener.close()
        raise UsageError(
            f"cannot listen on {host} port {port} ({getattr(error, 'strerror', None) or error})",
            hint="choose another --host or --port; port 0 takes a free one",
        ) from error
    return listener


def _config(agent_server: AgentServer, options: ServeOptions) -> uvicorn.Config:
    config = uvicorn.Config(
        agent_server.application(),
        http=HttpConnection,
        ws=WebSocketConnection,
        ws_max_size=MAX_SIGNALING,
        ws_ping_interval=_PING_SECONDS,
        ws_ping_timeout=_PING_SECONDS,
        ws_per_message_deflate=False,
        lifespan="off",
        log_config=None,
        # At DEBUG it would write the callers' headers, and with them the token, into the log.
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
        ssl_certfile=options.tls_cert,
        ssl_keyfile=options.tls_key,
    )
    try:
        config.load()
    except (OSError, ssl.SSLError) as error:
        raise UsageError(
            f"the certificate {options.tls_cert} or its key cannot be used ({error})",
            hint="give PEM files with --tls-cert and --tls-key",
        ) from error
    return config


def _is_loopback(listener: socket.socket) -> bool:
    return ip_address(listener.getsockname()[0]).is_loopback


def _url(options: ServeOptions, listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    scheme = "wss" if options.tls_cert else "ws"
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}{SIGNALING_PATH}"
