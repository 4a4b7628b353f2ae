"""``aicall serve``: the built-in agent for others to call."""

from pathlib import Path
from typing import Annotated

import typer

from aicall_cli.cli.assistant_servers import AssistantServers
from aicall_cli.cli.early_interrupt import interrupt_ends_at_once
from aicall_cli.cli.environment import Environment
from aicall_cli.cli.log import LogLevel, set_up_log
from aicall_cli.cli.options import (
    AsrModel,
    AsrUrl,
    ChatModel,
    ChatUrl,
    Debug,
    Language,
    Level,
    LogFile,
    TtsModel,
    TtsUrl,
    Voice,
)
from aicall_cli.errors import UsageError
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
    endpointing_ms: Annotated[
        int, typer.Option(min=100, max=5000, help="Silence that ends what a caller says.")
    ] = 400,
    idle_timeout: Annotated[
        float, typer.Option(min=1, help="Seconds without a word after which the agent leaves.")
    ] = 600,
    max_calls: Annotated[int, typer.Option(min=1, help="Calls at once.")] = 16,
    ice_server: Annotated[
        list[str] | None,
        typer.Option(help="stun:HOST:PORT or turn:USER:SECRET@HOST:PORT. Repeatable."),
    ] = None,
    voice: Voice = None,
    language: Language = None,
    asr_url: AsrUrl = None,
    asr_model: AsrModel = None,
    chat_url: ChatUrl = None,
    chat_model: ChatModel = None,
    tts_url: TtsUrl = None,
    tts_model: TtsModel = None,
    log_file: LogFile = None,
    log_level: Level = LogLevel.WARNING,
    debug: Debug = False,
    child: Annotated[bool, typer.Option("--child", hidden=True)] = False,
) -> None:
    """Serve the built-in agent.

    Beside calls it answers the two interfaces by which AICallKit's agents are
    called. An application server's: POST /api/v2/aiagent/generateAIAgentCall,
    getRtcAuthToken and describeAIAgentInstance, for whoever has --token. And
    Alibaba Cloud's OpenAPI (POST /, version 2020-11-09), for whoever signs with
    the access key in AICALL_SERVE_KEY_ID and AICALL_SERVE_KEY_SECRET, or in the
    settings serve_key_id and serve_key_secret; without one, nobody. What needs
    a telephone, a picture, a voiceprint or a chat is refused.

    Examples:

      aicall serve --token secret

      aicall serve --host 0.0.0.0 --tls-cert cert.pem --tls-key key.pem --agent echo

      AICALL_SERVE_KEY_ID=mine AICALL_SERVE_KEY_SECRET=secret aicall serve

      aicall config set serve_key_id mine; aicall config set serve_key_secret
    """
    environment = context.ensure_object(Environment)
    environment.debug = debug
    set_up_log(environment, log_file, log_level)
    with interrupt_ends_at_once():
        from aicall_cli.agent.options import ServeOptions
        from aicall_cli.cli.serve_job import run
        from aicall_cli.cli.serve_keys import find_key_pair
        from aicall_cli.control.settings import Settings
        from aicall_cli.protocol.ice_server import parse_ice_server

    if tls_key is not None and tls_cert is None:
        raise UsageError("--tls-key has no certificate to go with", hint="give --tls-cert too")
    servers = AssistantServers.of(context)
    options = ServeOptions(
        host=host,
        port=0 if child else port,
        token=Secret(token) if token else None,
        # Its owner calls a child itself, and nobody may wait for a keyring there.
        key_pair=None if child else find_key_pair(Settings.read(environment.variables)),
        tls_cert=tls_cert,
        tls_key=tls_key,
        agents=tuple(agent or ()),
        endpointing_ms=endpointing_ms,
        idle_timeout=idle_timeout,
        max_calls=max_calls,
        ice_servers=tuple(parse_ice_server(text) for text in ice_server or ()),
        asr=servers.endpoint("asr", environment.variables),
        chat=servers.endpoint("chat", environment.variables),
        tts=servers.endpoint("tts", environment.variables),
        voice=voice,
        language=language,
    )
    raise typer.Exit(run(options, environment, child=child))
