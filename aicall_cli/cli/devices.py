"""``aicall devices``: the microphones and speakers of this machine."""

from typing import Annotated

import typer

from aicall_cli.cli.environment import Environment
from aicall_cli.control.settings import Settings

_TEST = "The test"


def devices(
    context: typer.Context,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a line, a device each.")
    ] = False,
    test: Annotated[
        bool, typer.Option("--test", help="Record two seconds and play them back.")
    ] = False,
    input_device: Annotated[
        str | None,
        typer.Option(
            envvar="AICALL_INPUT_DEVICE",
            help="Microphone of the test: index or part of its name.",
            show_default=False,
            rich_help_panel=_TEST,
        ),
    ] = None,
    output_device: Annotated[
        str | None,
        typer.Option(
            envvar="AICALL_OUTPUT_DEVICE",
            help="Speaker of the test: index or part of its name.",
            show_default=False,
            rich_help_panel=_TEST,
        ),
    ] = None,
) -> None:
    """List the devices that --input-device and --output-device take, or test two of them.

    Examples:

      aicall devices

      aicall devices --test --input-device USB
    """
    from aicall_cli.cli.devices_job import run_list, run_test

    environment = context.ensure_object(Environment)
    if not test:
        raise typer.Exit(run_list(environment, as_json=as_json))
    settings = Settings.read(environment.variables)
    microphone = settings.resolve("input_device", input_device).value
    speaker = settings.resolve("output_device", output_device).value
    raise typer.Exit(
        run_test(
            environment,
            str(microphone) if microphone is not None else None,
            str(speaker) if speaker is not None else None,
            as_json=as_json,
        )
    )
