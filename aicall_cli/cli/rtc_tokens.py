"""``aicall token``: the tokens by which one joins a channel of ARTC."""

from typing import Annotated

import typer

from aicall_cli.cli.environment import Environment
from aicall_cli.control.settings import Settings
from aicall_cli.errors import UsageError
from aicall_cli.exit_status import ExitStatus

token = typer.Typer(
    help="RTC tokens: show what one says, make one.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)

_HOUR = 3600


@token.command("show")
def show(
    context: typer.Context,
    text: Annotated[
        str,
        typer.Argument(
            metavar="TOKEN",
            help="The token, or - for standard input, where no shell keeps it.",
            show_default=False,
        ),
    ],
    verify: Annotated[
        bool,
        typer.Option(
            "--verify",
            help="Check the signature too. The app key is taken as for `aicall token make`.",
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show what an RTC token says: channel, user, time left; status 1 if it is expired.

    Nobody is contacted, and the signature is not shown. With --verify it is
    status 1 too where another key made it.

    Examples:

      aicall token show - < token.txt

      aicall token show eyJhcHBpZCI6… --verify
    """
    from aicall_cli.cli.token_input import find_app_key, read_token_argument
    from aicall_cli.cli.token_report import print_rtc_token, print_rtc_token_json
    from aicall_cli.clock import unix_time
    from aicall_cli.protocol.rtc_token import parse_rtc_token

    environment = context.ensure_object(Environment)
    said = parse_rtc_token(read_token_argument(text))
    signed: bool | None = None
    if verify:
        settings = Settings.read(environment.variables)
        signed = said.is_signed_by(find_app_key(said.app_id, settings))
    now = unix_time()
    (print_rtc_token_json if as_json else print_rtc_token)(said, now, environment, signed=signed)
    if said.expiry.is_past(now) or signed is False:
        raise typer.Exit(ExitStatus.CHECK_FAILED)


@token.command("make")
def make(
    context: typer.Context,
    channel: Annotated[
        str, typer.Argument(metavar="CHANNEL", help="The channel to join.", show_default=False)
    ],
    user: Annotated[str, typer.Argument(metavar="USER", help="Who joins it.", show_default=False)],
    app_id: Annotated[
        str | None,
        typer.Option(
            envvar="AICALL_RTC_APP_ID",
            help="The ARTC application. Default: rtc_app_id of the settings.",
            show_default=False,
        ),
    ] = None,
    lifetime: Annotated[
        int, typer.Option(help="Seconds from now until it expires, up to 86400 (24 hours).")
    ] = _HOUR,
    nonce: Annotated[str, typer.Option(help="What else is signed.", show_default=False)] = "",
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object, with what the token says.")
    ] = False,
) -> None:
    """Make an RTC token for one user and one channel, and print it.

    The app key is no option, which others could see: it is taken from the
    variable AICALL_RTC_APP_KEY, or from the keyring, or asked for.

    Examples:

      aicall config set rtc_app_key

      aicall token make room1 alice --app-id a1b2c3d4

      aicall token make room1 alice --lifetime 60 --json
    """
    from aicall_cli.cli.token_input import find_app_key
    from aicall_cli.cli.token_report import print_made_token, print_made_token_json
    from aicall_cli.clock import unix_time
    from aicall_cli.protocol.rtc_token import make_rtc_token

    environment = context.ensure_object(Environment)
    settings = Settings.read(environment.variables)
    chosen = settings.resolve("rtc_app_id", app_id).value
    if not isinstance(chosen, str):
        raise UsageError(
            "there is no app id", hint="give --app-id, or: aicall config set rtc_app_id ID"
        )
    now = unix_time()
    made = make_rtc_token(
        app_id=chosen,
        app_key=find_app_key(chosen, settings),
        channel_id=channel,
        user_id=user,
        lifetime=lifetime,
        now=now,
        nonce=nonce,
    )
    if as_json:
        print_made_token_json(made, now, environment)
    else:
        print_made_token(made, environment)
