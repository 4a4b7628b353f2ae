"""``aicall takeover``: a person talks with an agent's caller in the agent's place."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from aicall_cli.cli.call_agent import choose_recordings
from aicall_cli.cli.call_settings import settings_of, use_settings
from aicall_cli.cli.cloud_host import cloud_host
from aicall_cli.cli.early_interrupt import interrupt_ends_at_once
from aicall_cli.cli.environment import Environment
from aicall_cli.cli.log import LogLevel, set_up_log
from aicall_cli.cli.options import (
    AsJson,
    Debug,
    IceServers,
    Level,
    LogFile,
    MediaTimeout,
    Quiet,
    Record,
    RecordDir,
    Timeout,
)
from aicall_cli.cli.voice_options import (
    Channels,
    Control,
    Enable3a,
    Input,
    InputDevice,
    Output,
    OutputDevice,
    Ptt,
    PttKey,
    PttMode,
    PttPreroll,
    Rate,
    SampleFormat,
    Say,
)

if TYPE_CHECKING:
    from aicall_cli.client.options import CallOptions
    from aicall_cli.control.cloud_endpoint import CloudEndpoint

_TAKEOVER = "The takeover"


class SpokenAs(StrEnum):
    """In whose voice the caller hears the person."""

    OWN = "own"
    AGENT = "agent"


def _use_settings(context: typer.Context, instance: str) -> str:
    use_settings(context, None)
    return instance


def takeover(
    context: typer.Context,
    instance: Annotated[
        str,
        typer.Argument(
            metavar="INSTANCE",
            help="The agent's instance, as `aicall cloud instances list` has it.",
            # First of all: the settings are the defaults of the other options.
            is_eager=True,
            callback=_use_settings,
            show_default=False,
        ),
    ],
    spoken_as: Annotated[
        SpokenAs,
        typer.Option(
            "--voice",
            help="Be heard in your own voice, or have the agent's say what you say.",
            rich_help_panel=_TAKEOVER,
        ),
    ] = SpokenAs.OWN,
    person: Annotated[
        str | None,
        typer.Option(
            "--user-id",
            help="Who takes over. Default: an id is made up.",
            show_default=False,
            rich_help_panel=_TAKEOVER,
        ),
    ] = None,
    region: Annotated[
        str | None,
        typer.Option(
            envvar="AICALL_REGION",
            help="The agent's region. Default: cn-shanghai.",
            show_default=False,
            rich_help_panel=_TAKEOVER,
        ),
    ] = None,
    endpoint: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            envvar="AICALL_ENDPOINT",
            help="http:// or https:// address of the API, such as that of an `aicall serve`.",
            show_default=False,
            rich_help_panel=_TAKEOVER,
        ),
    ] = None,
    input_device: InputDevice = None,
    output_device: OutputDevice = None,
    source: Input = None,
    say: Say = None,
    output: Output = None,
    rate: Rate = None,
    channels: Channels = None,
    sample_format: SampleFormat = None,
    enable_3a: Enable3a = None,
    ptt: Ptt = False,
    ptt_mode: PttMode = None,
    ptt_key: PttKey = None,
    ptt_preroll: PttPreroll = 200,
    control: Control = False,
    ice_server: IceServers = None,
    media_timeout: MediaTimeout = 5.0,
    timeout: Timeout = None,
    record_dir: RecordDir = None,
    record: Record = True,
    as_json: AsJson = False,
    quiet: Quiet = False,
    log_file: LogFile = None,
    log_level: Level = LogLevel.WARNING,
    debug: Debug = False,
) -> None:
    """Take a running agent's call over: talk with its caller yourself.

    Asks for TakeoverAIAgentCall with the credentials that `aicall cloud` uses,
    and joins the call. From then on the agent answers nothing; what the caller
    says is shown as the agent's words are in a call. Hanging up ends the call:
    the agent leaves with you.

    Examples:

      aicall takeover 39f8e0bc005e4f30 --endpoint http://127.0.0.1:8765

      aicall takeover 39f8e0bc005e4f30 --voice agent --ptt

      aicall takeover 39f8e0bc005e4f30 --input answer.wav --output caller.wav
    """
    environment = context.ensure_object(Environment)
    environment.debug = debug
    set_up_log(environment, log_file, log_level)
    with interrupt_ends_at_once():
        from aicall_cli.cli.voice_call import hold_call

        at = cloud_host(settings_of(context), region, endpoint, environment)
        options = _call_options(context, environment, at)
    raise typer.Exit(hold_call(context, options, environment, url=at.url))


def _call_options(
    context: typer.Context, environment: Environment, endpoint: "CloudEndpoint"
) -> "CallOptions":
    from aicall_cli.client.options import CallOptions
    from aicall_cli.client.takeover_starter import TakeoverStarter
    from aicall_cli.protocol.ice_server import parse_ice_server

    options = context.params
    return CallOptions(
        agent_id="takeover",
        starter=TakeoverStarter.of_user(
            endpoint, options["instance"], options["person"], environment.variables
        ),
        agent_options={"takeover_voice": options["spoken_as"].value},
        media_timeout=options["media_timeout"],
        ice_servers=tuple(parse_ice_server(text) for text in options["ice_server"] or ()),
        recordings=choose_recordings(options["record_dir"], environment),
        record_from_start=options["record"],
    )
