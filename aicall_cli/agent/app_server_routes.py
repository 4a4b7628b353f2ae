"""What an application server of AICallKit's samples answers, for our own agents.

``POST /api/v2/aiagent/…`` with the server's token in ``Authorization`` and JSON both ways:
``code`` is 200, or ``code``, ``error_code`` and ``message`` say what is wrong, ``code`` being
the HTTP status too. 403 is a wrong token and nothing else.
"""

import logging
import uuid
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, TypeAlias

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from aicall_cli.agent.call_request import CallRequest
from aicall_cli.agent.control_error import (
    SUBSCRIPTION_REQUIRED,
    ControlError,
    invalid,
    missing,
    no_instance,
)
from aicall_cli.agent.control_plane import (
    MAX_EXPIRE,
    MAX_USER_DATA,
    ControlPlane,
)
from aicall_cli.agent.http_body import as_sent, read_body, signaling_address
from aicall_cli.agent.instance_operations import describe
from aicall_cli.agent.requested_config import MAX_CONFIG
from aicall_cli.agent.rpc_request import MAX_BODY
from aicall_cli.engine.limits import MAX_ID
from aicall_cli.errors import RemoteProtocolError
from aicall_cli.protocol.json_object import JsonObject, dump_object, parse_object
from aicall_cli.secret import Secret

APP_SERVER_PATH: Final = "/api/v2/aiagent/"
_NAME: Final = "the request"
_log = logging.getLogger(__name__)

_Operation: TypeAlias = Callable[[JsonObject, str], Awaitable[dict[str, Any]]]


class AppServerRoutes:
    """Answers the application server's requests; ``token`` is what it asks for, if anything."""

    def __init__(self, plane: ControlPlane, token: Secret | None) -> None:
        self._plane = plane
        self._token = token

    def routes(self) -> Sequence[Route]:
        """Return its routes."""
        return [
            self._route("generateAIAgentCall", self._generate),
            self._route("getRtcAuthToken", self._renew),
            self._route("describeAIAgentInstance", self._describe),
        ]

    def _route(self, name: str, operation: _Operation) -> Route:
        async def serve(request: Request) -> JSONResponse:
            return await self._serve(request, operation)

        return Route(APP_SERVER_PATH + name, serve, methods=["POST"])

    async def _serve(self, request: Request, operation: _Operation) -> JSONResponse:
        request_id = str(uuid.uuid4()).upper()
        try:
            self._require_token(request)
            _require_json(request)
            body = await read_body(request, MAX_BODY)
            answer = await operation(_parsed(body), signaling_address(request))
        except ControlError as error:
            _log.warning("a request of the application server is refused: %s", error.code)
            # 403 is a wrong token here.
            status = 400 if error.code == SUBSCRIPTION_REQUIRED else error.status
            told = {
                "code": status,
                "error_code": error.code,
                "message": error.message,
                "request_id": request_id,
            }
            return JSONResponse(told, status)
        return JSONResponse({"code": 200, "message": "success", "request_id": request_id, **answer})

    def _require_token(self, request: Request) -> None:
        if self._token is None:
            return
        shown = request.headers.get("authorization", "").strip()
        scheme, _, rest = shown.partition(" ")
        if scheme.lower() == "bearer":
            shown = rest.strip()
        if Secret(as_sent(shown)) != self._token:
            raise ControlError("InvalidToken", "The token is wrong or missing.", 403)

    async def _generate(self, said: JsonObject, address: str) -> dict[str, Any]:
        request = CallRequest(
            agent_id=_required(said, "ai_agent_id"),
            user_id=_required(said, "user_id"),
            agent_config=_text(said, "agent_config", MAX_CONFIG),
            template_config=_text(said, "template_config", MAX_CONFIG),
            session_id=_text(said, "session_id"),
            user_data=_text(said, "user_data", MAX_USER_DATA),
            expire=_seconds(said, "expire"),
        )
        instance, token = await self._plane.generate(request, address)
        return {
            "ai_agent_instance_id": instance.instance_id,
            "channel_id": instance.channel_id,
            "ai_agent_user_id": instance.agent_user_id,
            "rtc_auth_token": token.encode().reveal(),
        }

    async def _renew(self, said: JsonObject, address: str) -> dict[str, Any]:
        token = self._plane.channel_token(
            _required(said, "user_id"), _text(said, "channel_id"), address
        )
        return {
            "rtc_auth_token": token.encode().reveal(),
            "channel_id": token.channel_id,
            "timestamp": token.expiry.seconds,
        }

    async def _describe(self, said: JsonObject, address: str) -> dict[str, Any]:
        instance_id = _required(said, "ai_agent_instance_id")
        instance = self._plane.instances.find(instance_id, self._plane.now())
        if instance.user_id != _required(said, "user_id"):
            raise no_instance(instance_id)
        told = describe(instance)
        return {
            "status": told["Status"],
            "agent_config": dump_object(told["AgentConfig"]),
            "runtime_config": dump_object(told["RuntimeConfig"]),
            "user_data": told["UserData"],
        }


def _require_json(request: Request) -> None:
    # A page in a browser can send anything else to any server, and without asking it first.
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise ControlError("InvalidParameter", "The body is not application/json.", 415)


def _parsed(body: bytes) -> JsonObject:
    try:
        return parse_object(body, name=_NAME, limit=MAX_BODY)
    except RemoteProtocolError as error:
        raise ControlError("InvalidParameter", f"The body is unusable: {error.message}.") from error


def _required(said: JsonObject, name: str) -> str:
    value = _text(said, name)
    if not value.strip():
        raise missing(name)
    return value


def _text(said: JsonObject, name: str, limit: int = MAX_ID) -> str:
    try:
        return said.text(name, "", limit=limit)
    except RemoteProtocolError as error:
        raise invalid(name, f"is unusable: {error.message}") from error


def _seconds(said: JsonObject, name: str) -> int:
    try:
        return said.integer(name, 0, low=0, high=MAX_EXPIRE)
    except RemoteProtocolError as error:
        raise invalid(name, f"is unusable: {error.message}") from error
