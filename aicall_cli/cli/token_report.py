"""What tokens say, for people and as JSON: never the token itself, nor what it opens doors with."""

from collections.abc import Sequence
from math import floor
from typing import Any, Final

from aicall_cli.cli.environment import Environment
from aicall_cli.control.display import plain, shown
from aicall_cli.protocol.expiry import Expiry
from aicall_cli.protocol.rtc_token import RtcToken
from aicall_cli.protocol.share_token import ShareToken
from aicall_cli.recording.json_text import json_text
from aicall_cli.secret import Secret
from aicall_cli.text import escape
from aicall_cli.tui.figure_rows import ABSENT, Mark, Row, print_rows, row_lines
from aicall_cli.tui.line_output import LineOutput
from aicall_cli.tui.terminal_console import terminal_console

SCHEMA: Final = 1
"""Version of the JSON objects; it grows when a field changes its meaning or goes."""

_BEGINNING: Final = 6
_UNITS: Final = (("d", 86400), ("h", 3600), ("min", 60), ("s", 1))


def print_share_token(token: ShareToken, now: float, environment: Environment) -> None:
    """Print whom one can call, where and until when."""
    kind = token.agent_type.name.lower() if token.agent_type is not None else "unknown"
    agent = _beginning(token.agent_id)
    rows = [
        Row("agent", f"{escape(token.name)} ({agent})" if token.name else agent),
        Row("type", f"{kind} ({escape(token.workflow)})", _mark(token.agent_type is None)),
        Row("region", token.region or ABSENT),
        _expiry_row(token.expiry, now),
    ]
    if token.template_config is not None:
        rows.append(Row("settings", "the token has some for the agent"))
    if token.user_data is not None:
        rows.append(Row("user data", "the token has some for the agent"))
    _print(rows, environment)


def print_share_token_json(token: ShareToken, now: float, environment: Environment) -> None:
    """Print the same as one JSON object; of the agent's id only the beginning."""
    document = {
        "schema": SCHEMA,
        "agent": _beginning(token.agent_id),
        "name": token.name,
        "type": token.agent_type.name.lower() if token.agent_type is not None else None,
        "workflow": token.workflow,
        "region": token.region,
        **_expiry_fields(token.expiry, now),
        "has_settings": token.template_config is not None,
        "has_user_data": token.user_data is not None,
    }
    LineOutput(environment.stdout).line(json_text(document))


def print_rtc_token(
    token: RtcToken, now: float, environment: Environment, *, signed: bool | None
) -> None:
    """Print who can join what until when; ``signed`` is None where nobody checked."""
    rows = [
        Row("app", escape(token.app_id)),
        Row("channel", escape(token.channel_id)),
        Row("user", escape(token.user_id)),
        _expiry_row(token.expiry, now),
    ]
    rows += [Row("servers" * (not n), shown(it)) for n, it in enumerate(token.gslb)]
    if signed is not None:
        said = "made with this app key" if signed else "not made with this app key"
        rows.append(Row("signature", said, Mark.GOOD if signed else Mark.POOR))
    _print(rows, environment)


def print_rtc_token_json(
    token: RtcToken, now: float, environment: Environment, *, signed: bool | None
) -> None:
    """Print the same as one JSON object."""
    fields = {**_rtc_fields(token, now), "signed": signed}
    LineOutput(environment.stdout).line(json_text(fields))


def print_made_token(token: RtcToken, environment: Environment) -> None:
    """Print the token itself, for who made it, and nothing else."""
    LineOutput(environment.stdout).line(token.encode().reveal())


def print_made_token_json(token: RtcToken, now: float, environment: Environment) -> None:
    """Print the token itself, for who made it, and what it says as one JSON object."""
    fields = {**_rtc_fields(token, now), "token": token.encode().reveal()}
    LineOutput(environment.stdout).line(json_text(fields))


def _rtc_fields(token: RtcToken, now: float) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "app_id": token.app_id,
        "channel_id": token.channel_id,
        "user_id": token.user_id,
        "nonce": token.nonce,
        **_expiry_fields(token.expiry, now),
        "gslb": plain(token.gslb),
    }


def _expiry_fields(expiry: Expiry, now: float) -> dict[str, Any]:
    return {
        "expires": expiry.utc.isoformat(),
        "seconds_left": floor(expiry.left(now)),
        "expired": expiry.is_past(now),
    }


def _expiry_row(expiry: Expiry, now: float) -> Row:
    left = expiry.left(now)
    if expiry.is_past(now):
        return Row("expired", f"{expiry} UTC, {_span(-left)} ago", Mark.POOR)
    return Row("expires", f"{expiry} UTC, {_span(left)} left")


def _span(seconds: float) -> str:
    """Return a time in its two greatest units, as ``23 h 59 min``; rounded down."""
    rest = floor(seconds)
    parts: list[str] = []
    for unit, size in _UNITS:
        number, rest = divmod(rest, size)
        if number or parts:
            parts.append(f"{number} {unit}")
    return " ".join(parts[:2]) or "0 s"


def _beginning(secret: Secret) -> str:
    """Return enough of an id to know it again, and not enough to use it."""
    text = secret.reveal()
    return escape(text[: min(_BEGINNING, len(text) // 4)]) + "…"


def _mark(poor: bool) -> Mark:
    return Mark.POOR if poor else Mark.PLAIN


def _print(rows: Sequence[Row], environment: Environment) -> None:
    console = terminal_console(environment.stdout, environment.variables)
    if console is not None:
        print_rows(console, rows)
        return
    output = LineOutput(environment.stdout)
    for line in row_lines(rows):
        output.line(line)
