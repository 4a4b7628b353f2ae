"""``aicall call``: talk to an agent."""

from contextlib import nullcontext

import typer

from aicall_cli.cli.call_setup import begin_setup, call_options
from aicall_cli.cli.early_interrupt import interrupt_ends_at_once
from aicall_cli.cli.log import LogLevel
from aicall_cli.cli.options import (
    AgentConfigText,
    AgentId,
    AgentInfoFile,
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


def call(
    context: typer.Context,
    agent_id: AgentId = None,
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
    server: Server = None,
    token: Token = None,
    app_server: AppServer = None,
    share: Share = None,
    agent_info: AgentInfoFile = None,
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
            from aicall_cli.cli.voice_call import hold_call

        options = call_options(context, setup)
        url = None if options.is_built_in else setup.joined or endpoint or app_server
        raise typer.Exit(hold_call(context, options, setup.environment, url=url, agent=setup.agent))
