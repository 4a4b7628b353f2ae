"""``aicall doctor``: looks at all that calls need, and says what to do about what it finds."""

from typing import Annotated

import typer

from aicall_cli.cli.environment import Environment


def doctor(
    context: typer.Context,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a line, a finding each.")
    ] = False,
    listen: Annotated[
        bool, typer.Option("--listen/--no-listen", help="Open the microphone for a second.")
    ] = True,
) -> None:
    """Check Python, extras, sound, terminal, timing and WebRTC; status 1 if no call is possible.

    Examples:

      aicall doctor

      aicall doctor --json | grep '"broken"'
    """
    # What is imported here would block the running loop.
    from aicall_cli.cli.doctor_job import run_doctor

    environment = context.ensure_object(Environment)
    raise typer.Exit(run_doctor(environment, as_json=as_json, listen=listen))
