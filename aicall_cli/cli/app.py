"""The commands of ``aicall`` and what they share."""

from typing import Annotated

import typer

from aicall_cli._version import __version__
from aicall_cli.cli.agents import agents
from aicall_cli.cli.call import call
from aicall_cli.cli.cloud import cloud
from aicall_cli.cli.config import config
from aicall_cli.cli.devices import devices
from aicall_cli.cli.doctor import doctor
from aicall_cli.cli.push_file import push_file
from aicall_cli.cli.recordings import recordings
from aicall_cli.cli.rtc_tokens import token
from aicall_cli.cli.serve import serve
from aicall_cli.cli.share_tokens import share
from aicall_cli.cli.takeover import takeover

app = typer.Typer(
    name="aicall",
    help="Call AI voice agents from a terminal.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"aicall {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Call AI voice agents from a terminal: talk to them, push recordings, measure them."""


app.command("call")(call)
app.command("push-file")(push_file)
app.command("takeover")(takeover)
app.command("serve")(serve)
app.command("agents")(agents)
app.add_typer(config, name="config")
app.add_typer(recordings, name="recordings")
app.add_typer(share, name="share")
app.add_typer(token, name="token")
app.add_typer(cloud, name="cloud")
app.command("devices")(devices)
app.command("doctor")(doctor)
