"""``aicall share``: the tokens by which AICallKit's agents are shared."""

from typing import Annotated

import typer

from aicall_cli.cli.environment import Environment
from aicall_cli.exit_status import ExitStatus

share = typer.Typer(
    help="Share tokens: agents to call without a cloud account.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)


@share.command("show")
def show(
    context: typer.Context,
    token: Annotated[
        str,
        typer.Argument(
            metavar="TOKEN",
            help="The token, or - for standard input, where no shell keeps it.",
            show_default=False,
        ),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show what a share token says: agent, type, region, expiry; status 1 if it is expired.

    Nobody is contacted. Of the agent's id, by which anybody can call, only
    the beginning is shown.

    Examples:

      aicall share show - < token.txt

      aicall share show eyJUZW1wb3JhcnlBSUFnZW50SWQi… --json
    """
    from aicall_cli.cli.token_input import read_token_argument
    from aicall_cli.cli.token_report import print_share_token, print_share_token_json
    from aicall_cli.clock import unix_time
    from aicall_cli.protocol.share_token import parse_share_token

    environment = context.ensure_object(Environment)
    said = parse_share_token(read_token_argument(token))
    now = unix_time()
    (print_share_token_json if as_json else print_share_token)(said, now, environment)
    if said.expiry.is_past(now):
        raise typer.Exit(ExitStatus.CHECK_FAILED)
