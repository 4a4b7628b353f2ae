"""``aicall serve``: the built-in agent for others to call."""

from pathlib import Path
from typing import Annotated

import typer

from aicall_cli.cli.environment import Environment
from aicall_cli.cli.log import LogLevel, set_up_log
from aicall_cli.secret import Secret


def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8765,
    token: Annotated[
        str | None,
        typer.Option(envvar="AICALL_TOKEN", help="What callers must show. None lets all in."),
    ] = None,
    tls_cert: Annotated[Path | None, typer.Option(help="Certificate chain (PEM).")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="Its private key (PEM).")] = None,
    agent: Annotated[
        list[str] | None,
        typer.Option(help="Agent to offer: echo, assistant or script:FILE. Repeatable."),
    ] = None,
    log_file: Annotated[
        Path | None, typer.Option(help="Write a log there instead of warnings to stderr.")
    ] = None,
    log_level: Annotated[LogLevel, typer.Option(help="What the log holds.")] = LogLevel.WARNING,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
    child: Annotated[bool, typer.Option("--child", hidden=True)] = False,
) -> None:
    """Serve the built-in agent.

    Examples:

      aicall serve --token secret

      aicall serve --host 0.0.0.0 --tls-cert cert.pem --tls-key key.pem --agent echo
    """
    environment = context.ensure_object(Environment)
    environment.debug = debug
    set_up_log(environment, log_file, log_level)
    from aicall_cli.agent.options import ServeOptions
    from aicall_cli.cli.serve_job import run

    options = ServeOptions(
        host=host,
        port=0 if child else port,
        token=Secret(token) if token else None,
        tls_cert=tls_cert,
        tls_key=tls_key,
        agents=tuple(agent or ()),
    )
    raise typer.Exit(run(options, environment, child=child))
