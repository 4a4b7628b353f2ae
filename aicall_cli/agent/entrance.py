"""Who may come in: whoever shows the server's token, or a token of an instance's channel."""

from aicall_cli.agent.control_plane import ControlPlane
from aicall_cli.agent.http_body import as_sent
from aicall_cli.errors import UsageError
from aicall_cli.protocol.rtc_token import RtcToken
from aicall_cli.secret import Secret


class Entrance:
    """Reads what a caller shows; ``token`` is the server's, None where everybody may call."""

    def __init__(self, plane: ControlPlane, token: Secret | None) -> None:
        self._plane = plane
        self._token = token

    def token_of(self, authorization: str) -> RtcToken | None:
        """Return the channel token in the header ``Authorization``; None for another caller.

        Raises UsageError, which repeats nothing of it, for a caller who may not call.
        """
        scheme, _, shown = authorization.partition(" ")
        shown = shown.strip() if scheme.lower() == "bearer" else ""
        sent = as_sent(shown)
        if self._token is not None and Secret(sent) == self._token:
            return None
        found = self._plane.read_token(sent) if sent else None
        if found is None and self._token is not None:
            raise UsageError("the token is wrong or missing")
        return found
