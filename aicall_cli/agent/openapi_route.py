"""``POST /``: Alibaba Cloud's OpenAPI in its RPC form, version 2020-11-09, for our own agents.

An answer is a JSON object with ``RequestId``; of a request that is refused it is ``Code``,
``Message`` and ``RequestId`` with a status of 4xx.
"""

import logging
import uuid
from collections.abc import Mapping
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from aicall_cli.agent.control_error import ControlError
from aicall_cli.agent.control_plane import ControlPlane
from aicall_cli.agent.http_body import read_body, signaling_address
from aicall_cli.agent.operations import Operations
from aicall_cli.agent.options import KeyPair
from aicall_cli.agent.rpc_request import MAX_BODY, read_rpc_request
from aicall_cli.agent.rpc_signature import SignatureCheck
from aicall_cli.text import escape

OPENAPI_VERSION: Final = "2020-11-09"
_SHOWN: Final = 80
_log = logging.getLogger(__name__)


class OpenApiRoute:
    """Answers the OpenAPI's requests."""

    def __init__(self, plane: ControlPlane, key_pair: KeyPair | None) -> None:
        self._plane = plane
        self._check = SignatureCheck(key_pair)
        self._operations = Operations(plane)
        self._has_keys = key_pair is not None

    async def serve(self, request: Request) -> JSONResponse:
        """Answer one request; what is no POST is not found here, as anywhere else."""
        if request.method != "POST":
            raise HTTPException(404)
        request_id = str(uuid.uuid4()).upper()
        try:
            answer = await self._answer(request)
        except ControlError as error:
            _log.warning("a request of the OpenAPI is refused: %s", error.code)
            if not self._has_keys:
                _log.warning("there is no key pair that a request could be signed with")
            told = {"Code": error.code, "Message": error.message, "RequestId": request_id}
            return JSONResponse(told, error.status)
        return JSONResponse({"RequestId": request_id, **answer})

    async def _answer(self, request: Request) -> Mapping[str, Any]:
        body = await read_body(request, MAX_BODY)
        rpc = read_rpc_request(
            request.method,
            request.url.path,
            request.scope["query_string"],
            request.scope["headers"],
            body,
        )
        signed = self._check.check(rpc, self._plane.now())
        if signed.version != OPENAPI_VERSION:
            raise ControlError("InvalidVersion", f"The version is not {OPENAPI_VERSION}.")
        _log.info("%s is asked for", escape(signed.action, limit=_SHOWN))
        return await self._operations.run(
            signed.action, signed.parameters, signaling_address(request)
        )
