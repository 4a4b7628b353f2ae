"""An application server that starts calls for its users, as AICallKit's samples have it.

``POST URL/api/v2/aiagent/…`` with the user's token in ``Authorization``; JSON both ways, in
which ``code`` is 200 or an ``error_code`` says what is wrong. Its answers are hostile:
read up to a limit, without redirects, and quoted short and escaped.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Self

import httpx

from aicall_cli.engine.limits import MAX_ID
from aicall_cli.errors import (
    AicallError,
    ConnectError,
    CredentialError,
    RemoteProtocolError,
    SubscriptionError,
    UnknownAgentError,
)
from aicall_cli.http_server import HttpServer, body_of, check_header
from aicall_cli.protocol.agent_config import AgentConfig
from aicall_cli.protocol.agent_info import AgentInfo, parse_agent_info
from aicall_cli.protocol.call_config import CallConfig, generate_call_parameters
from aicall_cli.protocol.json_object import JsonObject, parse_object
from aicall_cli.protocol.rtc_token import RtcToken, parse_rtc_token
from aicall_cli.protocol.share_token import ShareToken
from aicall_cli.protocol.token_text import MAX_TOKEN
from aicall_cli.secret import Secret
from aicall_cli.text import escape

ANSWER_SECONDS: Final = 20.0
"""How long the server may make us wait for an answer's head, and again for its body."""
MAX_ANSWER: Final = 256 * 1024
"""Bytes of an answer."""
_PATH: Final = "api/v2/aiagent/"
_NAME: Final = "the application server's answer"
_SHOWN: Final = 200
_OK: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentCallRequest:
    """Which agent is to be called, for whom and how; what is None is not said."""

    agent_id: str = field(repr=False)
    """For a shared agent a secret: whoever knows it can call."""
    shared: bool = False
    """Whether ``agent_id`` is such a secret."""
    user_id: str
    agent_config: str | None = None
    """The agent's settings, a JSON object."""
    template_config: str | None = None
    """The same for an agent that was made of a template."""
    user_data: str | None = None
    region: str | None = None
    session_id: str | None = None
    chat_sync_config: str | None = None
    """Into which chat what is said is written, a JSON object."""

    @classmethod
    def of(cls, config: CallConfig) -> Self:
        """Return what a configured call asks for; raise UsageError where no agent is named."""
        said = generate_call_parameters(config)
        texts = {name: value for name, value in said.items() if isinstance(value, str)}
        return cls(
            agent_id=texts["AIAgentId"],
            user_id=texts.get("UserId", ""),
            agent_config=texts.get("AgentConfig"),
            template_config=texts.get("TemplateConfig"),
            user_data=texts.get("UserData"),
            region=config.region,
            session_id=texts.get("SessionId"),
            chat_sync_config=texts.get("ChatSyncConfig"),
        )

    @classmethod
    def of_share(cls, share: ShareToken, user_id: str, config: AgentConfig | None = None) -> Self:
        """Return what a call of a shared agent asks for (AICallKit ``generateShareAgentCall``)."""
        return cls(
            agent_id=share.agent_id.reveal(),
            shared=True,
            user_id=user_id,
            agent_config=config.as_json() if config and config.as_plain() else None,
            template_config=share.template_config,
            user_data=share.user_data,
            region=share.region,
        )

    def fields(self) -> dict[str, str]:
        """Return the request as the server reads it."""
        said = {
            "ai_agent_id": self.agent_id,
            "user_id": self.user_id,
            "agent_config": self.agent_config,
            "template_config": self.template_config,
            "user_data": self.user_data,
            "region": self.region,
            "session_id": self.session_id,
            "chat_sync_config": self.chat_sync_config,
        }
        return {name: value for name, value in said.items() if value is not None}


@dataclass(frozen=True, slots=True)
class AppServer:
    """Where the server is, and the token that it knows its user by.

    Made before the loop runs: the system's certificates are read for ``https``.
    """

    url: str
    token: Secret | None = None
    _http: HttpServer = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.token is not None:
            check_header(self.token, "user's token", words=True)
        http = HttpServer(
            self.url,
            ConnectError,
            described="application server's address",
            example="such as https://host:port",
        )
        object.__setattr__(self, "_http", http)

    @property
    def name(self) -> str:
        """The server's host, to be shown."""
        return self._http.name

    async def start_call(self, request: AgentCallRequest) -> AgentInfo:
        """Have an agent called; return where it is.

        Raises ConnectError, CredentialError, UnknownAgentError and RemoteProtocolError.
        """
        hidden = request.agent_id if request.shared else None
        return parse_agent_info(
            await self._post("generateAIAgentCall", request.fields(), hidden=hidden)
        )

    async def rtc_token(self, user_id: str, channel_id: str) -> RtcToken:
        """Return a new token for a channel; the old one may be about to expire."""
        fields = {"user_id": user_id, "channel_id": channel_id}
        answer = await self._post("getRtcAuthToken", fields)
        return parse_rtc_token(answer.text("rtc_auth_token", limit=MAX_TOKEN))

    async def _post(
        self, operation: str, fields: Mapping[str, str], *, hidden: str | None = None
    ) -> JsonObject:
        """Return a good answer; ``hidden`` is not told where another quotes it."""
        authorization = self.token.reveal() if self.token else None
        async with (
            self._http.client(authorization, ANSWER_SECONDS) as client,
            self._http.post(
                client,
                _PATH + operation,
                seconds=ANSWER_SECONDS,
                late=f"within {ANSWER_SECONDS:g} s",
                json=dict(fields),
            ) as response,
        ):
            body = await body_of(response, MAX_ANSWER, ANSWER_SECONDS)
        return self._good(response.status_code, body, hidden)

    def _good(self, status: int, body: bytes, hidden: str | None) -> JsonObject:
        """Return a good answer; raise what any other means."""
        if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            raise CredentialError(
                f"{self.name} refuses the token", hint="give the user's token of this server"
            )
        try:
            answer = parse_object(body, name=_NAME, limit=MAX_ANSWER)
            code = answer.text("error_code", "", limit=MAX_ID)
            good = answer.integer("code", _OK) == _OK
        except RemoteProtocolError as error:
            raise ConnectError(
                f"{self.name} answered {status}, and not as an application server does",
                hint="see whether its address is right",
            ) from error
        if code or not good or status != _OK:
            raise self._refusal(status, code, answer, hidden)
        return answer

    def _refusal(
        self, status: int, code: str, answer: JsonObject, hidden: str | None
    ) -> AicallError:
        said = answer.raw("message")
        if hidden and isinstance(said, str):
            said = said.replace(hidden, "***")
        what = f": {escape(said, limit=_SHOWN)}" if isinstance(said, str) and said else ""
        message = f"{self.name} answered {escape(code, limit=_SHOWN) or status}{what}"
        if code == "AgentNotFound":
            return UnknownAgentError(message, hint="see whether --agent-id and --region are right")
        if code == "Forbidden.SubscriptionRequired":
            return SubscriptionError(
                message,
                hint="the account has to subscribe to such agents first; an `aicall serve` has "
                "none with a picture",
            )
        return ConnectError(message, hint="its own log may say why")
