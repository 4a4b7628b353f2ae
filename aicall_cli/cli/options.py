"""Options that several commands share: each one's name, variable and help, once."""

from pathlib import Path
from typing import Annotated

import typer

from aicall_cli.cli.call_settings import use_settings
from aicall_cli.cli.completion import complete_agent
from aicall_cli.cli.log import LogLevel

_CALL = "The call"
_ASSISTANT = "The assistant"
_OUTPUT = "What is shown and kept"

AgentId = Annotated[
    str | None,
    typer.Option(
        help="Agent to call: assistant, echo or script:FILE; on a server, whatever it has; or "
        "the name of one in the settings. Default: assistant, or echo without the extra.",
        envvar="AICALL_AGENT_ID",
        show_default=False,
        # First of all: the agent's settings are the defaults of the other options.
        is_eager=True,
        callback=use_settings,
        autocompletion=complete_agent,
        rich_help_panel=_CALL,
    ),
]
Server = Annotated[
    str | None,
    typer.Option(
        help="ws:// or wss:// address of a running `aicall serve`. Without it, or "
        "where it is empty, the built-in agent is started for this call.",
        envvar="AICALL_SERVER",
        show_default=False,
        rich_help_panel=_CALL,
    ),
]
Token = Annotated[
    str | None,
    typer.Option(
        help="The server's token; better kept in the variable.",
        envvar="AICALL_TOKEN",
        show_default=False,
        rich_help_panel=_CALL,
    ),
]
AppServer = Annotated[
    str | None,
    typer.Option(
        "--app-server",
        metavar="URL",
        help="http:// or https:// address of an application server that starts the agent "
        "(AICallKit's generateAIAgentCall). The user's token for it is taken from "
        "AICALL_APP_SERVER_TOKEN or the settings.",
        envvar="AICALL_APP_SERVER",
        show_default=False,
        rich_help_panel=_CALL,
    ),
]
Share = Annotated[
    str | None,
    typer.Option(
        "--share",
        metavar="TOKEN",
        help="Call the agent of a share token, which --app-server starts; - reads the token "
        "from standard input.",
        show_default=False,
        rich_help_panel=_CALL,
    ),
]
AgentInfoFile = Annotated[
    str | None,
    typer.Option(
        "--agent-info",
        metavar="FILE",
        help="Join an agent that runs already: what generateAIAgentCall answered whoever had it "
        "started, one JSON object.",
        show_default=False,
        rich_help_panel=_CALL,
    ),
]
Region = Annotated[
    str | None,
    typer.Option(
        help="Have Alibaba Cloud's API start the agent, with the credentials that `aicall cloud` "
        "uses; this is its region.",
        show_default=False,
        rich_help_panel=_CALL,
    ),
]
Endpoint = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help="Have the API at this address start the agent, such as that of an `aicall serve`.",
        show_default=False,
        rich_help_panel=_CALL,
    ),
]
UserId = Annotated[str, typer.Option(help="Who is calling.", rich_help_panel=_CALL)]
IceServers = Annotated[
    list[str] | None,
    typer.Option(
        "--ice-server",
        show_default=False,
        help="stun:HOST:PORT or turn:USER:SECRET@HOST:PORT. Repeatable.",
        rich_help_panel=_CALL,
    ),
]
AgentOptions = Annotated[
    list[str] | None,
    typer.Option(
        "--agent-option",
        metavar="NAME=VALUE",
        show_default=False,
        help="A setting of the agent for this call, as endpointing_ms=600, idle_timeout=60 or "
        "voice_interrupt=true. Repeatable.",
        rich_help_panel=_CALL,
    ),
]
AgentConfigText = Annotated[
    str | None,
    typer.Option(
        "--agent-config",
        metavar="FILE|JSON",
        show_default=False,
        help="AICallKit's AgentConfig for this call: a file of TOML or JSON, or the JSON itself.",
        rich_help_panel=_CALL,
    ),
]
AgentSettings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        show_default=False,
        help="One setting of the AgentConfig, as AsrConfig.AsrMaxSilence=600 or "
        "InterruptConfig.EnableVoiceInterrupt=false. Repeatable.",
        rich_help_panel=_CALL,
    ),
]
MediaTimeout = Annotated[
    float,
    typer.Option(
        min=0.5,
        help="Seconds without a packet from the agent after which the call is lost.",
        rich_help_panel=_CALL,
    ),
]
Timeout = Annotated[
    float | None,
    typer.Option(
        min=0.1,
        help="End the call with status 1 after so many seconds.",
        rich_help_panel=_CALL,
    ),
]

Voice = Annotated[
    str | None,
    typer.Option(help="Its voice, as en-us or de.", rich_help_panel=_ASSISTANT),
]
Language = Annotated[
    str | None,
    typer.Option(help="What the caller speaks, as en or de.", rich_help_panel=_ASSISTANT),
]
AsrUrl = Annotated[
    str | None,
    typer.Option(
        envvar="AICALL_ASR_URL",
        show_default=False,
        help="OpenAI-compatible server that recognises, as https://HOST/v1; "
        "its key in AICALL_ASR_KEY.",
        rich_help_panel=_ASSISTANT,
    ),
]
AsrModel = Annotated[
    str | None,
    typer.Option(envvar="AICALL_ASR_MODEL", help="Its model.", rich_help_panel=_ASSISTANT),
]
ChatUrl = Annotated[
    str | None,
    typer.Option(
        envvar="AICALL_CHAT_URL",
        show_default=False,
        help="OpenAI-compatible server that answers; its key in AICALL_CHAT_KEY.",
        rich_help_panel=_ASSISTANT,
    ),
]
ChatModel = Annotated[
    str | None,
    typer.Option(envvar="AICALL_CHAT_MODEL", help="Its model.", rich_help_panel=_ASSISTANT),
]
TtsUrl = Annotated[
    str | None,
    typer.Option(
        envvar="AICALL_TTS_URL",
        show_default=False,
        help="OpenAI-compatible server that speaks; its key in AICALL_TTS_KEY.",
        rich_help_panel=_ASSISTANT,
    ),
]
TtsModel = Annotated[
    str | None,
    typer.Option(envvar="AICALL_TTS_MODEL", help="Its model.", rich_help_panel=_ASSISTANT),
]

RecordDir = Annotated[
    Path | None,
    typer.Option(
        help="Folder that gets a folder for this call's recording. Default: ./recordings where "
        "it exists, or the user's data folder.",
        envvar="AICALL_RECORD_DIR",
        show_default=False,
        rich_help_panel=_OUTPUT,
    ),
]
Record = Annotated[
    bool, typer.Option("--record/--no-record", help="Record the call.", rich_help_panel=_OUTPUT)
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print one JSON object a line.", rich_help_panel=_OUTPUT)
]
Quiet = Annotated[
    bool, typer.Option("--quiet", help="Print nothing but errors.", rich_help_panel=_OUTPUT)
]
LogFile = Annotated[
    Path | None,
    typer.Option(help="Write a log there instead of warnings to stderr.", rich_help_panel=_OUTPUT),
]
Level = Annotated[
    LogLevel, typer.Option("--log-level", help="What the log holds.", rich_help_panel=_OUTPUT)
]
Debug = Annotated[bool, typer.Option("--debug", help="Show tracebacks.", rich_help_panel=_OUTPUT)]
