"""``aicall call``: talk to an agent."""

from contextlib import nullcontext
from typing import Annotated

import typer

from aicall_cli.cli.call_settings import on_command_line, remember_devices, settings_of
from aicall_cli.cli.call_setup import begin_setup, call_options
from aicall_cli.cli.early_interrupt import interrupt_ends_at_once
from aicall_cli.cli.log import LogLevel
from aicall_cli.cli.options import (
    AgentConfigText,
    AgentId,
    AgentOptions,
    AgentSettings,
    AppServer,
    AsJson,
    AsrModel,
    AsrUrl,
    ChatModel,
    ChatUrl,
    Debug,
    Endpoint,
    IceServers,
    Language,
    Level,
    LogFile,
    MediaTimeout,
    Quiet,
    Record,
    RecordDir,
    Region,
    Server,
    Share,
    Timeout,
    Token,
    TtsModel,
    TtsUrl,
    UserId,
    Voice,
)
from aicall_cli.tui.keyboard.talk_key import TalkMode

_SOUND = "Microphone and speaker"
_TALK = "Push-to-talk"


def call(
    context: typer.Context,
    agent_id: AgentId = None,
    input_device: Annotated[
        str | None,
        typer.Option(help="Microphone: index or part of its name.", rich_help_panel=_SOUND),
    ] = None,
    output_device: Annotated[
        str | None,
        typer.Option(help="Speaker: index or part of its name.", rich_help_panel=_SOUND),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(
            "--input",
            help="Instead of the microphone: an audio file, - for standard input, tone, noise "
            "or silence.",
            rich_help_panel=_SOUND,
        ),
    ] = None,
    say: Annotated[
        str | None,
        typer.Option(help="Speak this text instead of a microphone.", rich_help_panel=_SOUND),
    ] = None,
    output: Annotated[
        str | None,
        typer.Option(
            help="Instead of the speaker: null, or a WAV file to write.", rich_help_panel=_SOUND
        ),
    ] = None,
    rate: Annotated[
        int | None,
        typer.Option(help="--input is raw PCM of this rate in Hz.", rich_help_panel=_SOUND),
    ] = None,
    channels: Annotated[
        int | None, typer.Option(help="Its channels.", show_default="1", rich_help_panel=_SOUND)
    ] = None,
    sample_format: Annotated[
        str | None,
        typer.Option("--format", help="Its samples.", show_default="s16le", rich_help_panel=_SOUND),
    ] = None,
    enable_3a: Annotated[
        bool | None,
        typer.Option(
            "--3a/--no-3a",
            help="Echo cancellation, noise suppression and gain control. Default: on where "
            "both ends are devices and the extra aec is there; off is best with a headset.",
            show_default=False,
            rich_help_panel=_SOUND,
        ),
    ] = None,
    ptt: Annotated[
        bool,
        typer.Option("--ptt/--no-ptt", help="Begin in push-to-talk mode.", rich_help_panel=_TALK),
    ] = False,
    ptt_mode: Annotated[
        TalkMode | None,
        typer.Option(
            help="Hold the talk key, or press it to begin and to end. Default: hold where the "
            "terminal tells when a key is let go.",
            show_default=False,
            rich_help_panel=_TALK,
        ),
    ] = None,
    ptt_key: Annotated[
        str | None,
        typer.Option(help="The talk key.", show_default="space", rich_help_panel=_TALK),
    ] = None,
    ptt_preroll: Annotated[
        int,
        typer.Option(
            metavar="MS",
            min=0,
            max=200,
            help="Audio from before the talk key that is sent; 0 is off.",
            rich_help_panel=_TALK,
        ),
    ] = 200,
    control: Annotated[
        bool,
        typer.Option(
            "--control", help="Read commands from standard input, one JSON object a line."
        ),
    ] = False,
    server: Server = None,
    token: Token = None,
    app_server: AppServer = None,
    share: Share = None,
    region: Region = None,
    endpoint: Endpoint = None,
    user_id: UserId = "caller",
    ice_server: IceServers = None,
    agent_option: AgentOptions = None,
    agent_config: AgentConfigText = None,
    agent_setting: AgentSettings = None,
    media_timeout: MediaTimeout = 5.0,
    timeout: Timeout = None,
    voice: Voice = None,
    language: Language = None,
    asr_url: AsrUrl = None,
    asr_model: AsrModel = None,
    chat_url: ChatUrl = None,
    chat_model: ChatModel = None,
    tts_url: TtsUrl = None,
    tts_model: TtsModel = None,
    record_dir: RecordDir = None,
    record: Record = True,
    as_json: AsJson = False,
    quiet: Quiet = False,
    log_file: LogFile = None,
    log_level: Level = LogLevel.WARNING,
    debug: Debug = False,
) -> None:
    """Talk to an agent: microphone, speaker, subtitles, keys.

    In the call: Space talks (push-to-talk), Esc forgets it, p switches that
    mode, m mutes, i interrupts the agent, t types to it, s silences it,
    + and - are its volume, r records, ? shows all keys, q hangs up.

    Examples:

      aicall call --agent-id assistant

      aicall call --ptt --input-device USB

      aicall call --input question.wav --output answer.wav --json

      echo '{"command": "send_text", "text": "hello"}' | aicall call --control
    """
    with interrupt_ends_at_once():
        setup = begin_setup(context)
    with setup.agent or nullcontext():
        with interrupt_ends_at_once():
            from aicall_cli.cli.call_job import CallJob, run_call
            from aicall_cli.cli.device_choice import DeviceChoice
            from aicall_cli.cli.input_source import InputOptions, parse_raw_format

        job = CallJob(
            call=call_options(context, setup),
            source=InputOptions(
                path=source, text=say, raw=parse_raw_format(rate, channels, sample_format)
            )
            if source is not None or say is not None
            else None,
            output=output,
            input_device=DeviceChoice(input_device, not on_command_line(context, "input_device")),
            output_device=DeviceChoice(
                output_device, not on_command_line(context, "output_device")
            ),
            enable_3a=enable_3a,
            push_to_talk=ptt,
            talk_mode=ptt_mode,
            keys={**settings_of(context).keys, **({"talk": (ptt_key,)} if ptt_key else {})},
            pre_roll_ms=ptt_preroll,
            control=control,
            as_json=as_json,
            quiet=quiet,
            timeout=timeout,
        )
        opened: dict[str, str] = {}
        try:
            status = run_call(job, setup.environment, setup.agent, opened)
        finally:
            remember_devices(context, opened)
        raise typer.Exit(status)
