"""``aicall push-file``: push a recording through a call, as a microphone would."""

from contextlib import nullcontext
from enum import Enum
from typing import Annotated

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

_MAX_PUSH_MS = 40


class Retry(Enum):
    """The names of ``capture.retry.RetryPolicy``, which is imported when a call is made."""

    WAIT = "wait"
    ANDROID = "android"
    IOS = "ios"


def push_file(
    context: typer.Context,
    source: Annotated[
        str | None,
        typer.Argument(
            metavar="INPUT",
            help="Audio file of any kind, - for standard input, or a sound to generate: "
            "tone:HZ:SECONDS, noise:SECONDS, silence:SECONDS (5 unless given).",
            show_default=False,
        ),
    ] = None,
    say: Annotated[str | None, typer.Option(help="Speak this text instead of an input.")] = None,
    rate: Annotated[int | None, typer.Option(help="INPUT is raw PCM of this rate in Hz.")] = None,
    channels: Annotated[int | None, typer.Option(help="Its channels.", show_default="1")] = None,
    sample_format: Annotated[
        str | None,
        typer.Option(
            "--format",
            help="Its samples: u8, s16le, s16be, s24le, s32le, f32le, f64le, alaw or mulaw.",
            show_default="s16le",
        ),
    ] = None,
    repeat: Annotated[int, typer.Option(min=1, help="Push the input so many times.")] = 1,
    gain: Annotated[float, typer.Option(help="Change its level by so many dB.")] = 0.0,
    lead_silence: Annotated[
        float, typer.Option(min=0.0, help="Seconds of silence before it.")
    ] = 0.0,
    tail_silence: Annotated[
        float, typer.Option(min=0.0, help="Seconds of silence after it.")
    ] = 0.0,
    ptt: Annotated[
        bool,
        typer.Option(
            "--ptt/--no-ptt", help="Push to talk: start before the audio, finish after it."
        ),
    ] = False,
    wait_reply: Annotated[
        float,
        typer.Option(min=0.0, help="Seconds to wait for the answer; 0 hangs up at once."),
    ] = 15.0,
    expect_reply: Annotated[
        bool, typer.Option("--expect-reply", help="Fail with status 6 if the agent never speaks.")
    ] = False,
    push_size: Annotated[
        int, typer.Option(metavar="MS", min=1, max=_MAX_PUSH_MS, help="Audio in one push.")
    ] = 20,
    retry_policy: Annotated[
        Retry,
        typer.Option(help="When the queue is full: wait, or give up after 20 × 10 or 30 ms."),
    ] = Retry.WAIT,
    agent_id: AgentId = None,
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
    """Push a recording to an agent and show what it hears and answers.

    Examples:

      aicall push-file question.wav

      aicall push-file question.mp3 --agent-id echo --expect-reply --json

      ffmpeg -i talk.mkv -f s16le -ar 16000 -ac 1 - | aicall push-file - --rate 16000

      aicall push-file --say "What time is it?" --server wss://agent.example:8765 --token SECRET
    """
    with interrupt_ends_at_once():
        setup = begin_setup(context)
    with setup.agent or nullcontext():
        with interrupt_ends_at_once():
            from aicall_cli.capture.retry import RetryPolicy
            from aicall_cli.cli.input_source import InputOptions, parse_raw_format
            from aicall_cli.cli.push_job import PushJob, run_push
            from aicall_cli.client.push_file import PushOptions

        job = PushJob(
            source=InputOptions(
                path=source,
                text=say,
                raw=parse_raw_format(rate, channels, sample_format),
                repeat=repeat,
                gain_db=gain,
                lead_silence=lead_silence,
                tail_silence=tail_silence,
            ),
            call=call_options(context, setup),
            push=PushOptions(
                policy=RetryPolicy(retry_policy.value),
                push_ms=push_size,
                push_to_talk=ptt,
                wait_reply=wait_reply,
            ),
            as_json=as_json,
            quiet=quiet,
            expect_reply=expect_reply,
            timeout=timeout,
        )
        raise typer.Exit(run_push(job, setup.environment, setup.agent))
