"""The cloud's operations that start, show, change and end calls of agents."""

from typing import Final

from aicall_cli.control.cloud_kinds import IsoTime, Json, Text, Truth, Whole
from aicall_cli.control.cloud_operation import Operation
from aicall_cli.control.cloud_parameters import (
    AGENT,
    AGENT_CONFIG,
    CHAT_SYNC,
    INSTANCE,
    MAX_EXPIRE,
    NUMBER,
    SESSION,
    TEMPLATE,
    USER_DATA,
    USER_ID,
    argument,
    option,
    pages,
)

_BILLED: Final = "It runs, and is billed, until it is stopped or its caller leaves."

GENERATE_CALL: Final = Operation(
    action="GenerateAIAgentCall",
    command=("generate",),
    about="Start an agent and get what a caller needs to join it.",
    more=f"{_BILLED} The token, by which anybody could join, is shown with --json only.",
    parameters=(
        AGENT,
        option("UserId", "user-id", "Who will call. Default: one is made up.", USER_ID),
        option(
            "Expire",
            "expire",
            "Seconds that the token is valid, up to 604800. Default: 3600.",
            Whole(0, MAX_EXPIRE),
        ),
        AGENT_CONFIG,
        TEMPLATE,
        USER_DATA,
        SESSION,
        CHAT_SYNC,
    ),
    examples=(
        "aicall cloud generate a1b2c3d4 --user-id alice --json",
        """aicall cloud generate a1b2c3d4 --agent-config '{"Greeting": "Hello"}'""",
    ),
    starts=True,
)
START_INSTANCE: Final = Operation(
    action="StartAIAgentInstance",
    command=("instances", "start"),
    about="Start an agent in a channel that is yours.",
    more=f"{_BILLED} The channel's token is a secret: give --runtime-config as a file.",
    parameters=(
        AGENT,
        option(
            "RuntimeConfig",
            "runtime-config",
            "ChannelId, AgentUserId and AuthToken of the channel to join; JSON or a file.",
            Json(),
            required=True,
            secret=True,
        ),
        AGENT_CONFIG,
        TEMPLATE,
        USER_DATA,
        SESSION,
        CHAT_SYNC,
    ),
    examples=("aicall cloud instances start a1b2c3d4 --runtime-config channel.json",),
    starts=True,
)
STOP_INSTANCE: Final = Operation(
    action="StopAIAgentInstance",
    command=("instances", "stop"),
    about="Stop a running agent, which ends its call.",
    parameters=(INSTANCE,),
    examples=("aicall cloud instances stop 39f8e0bc005e4f30",),
    done="stopped",
)
UPDATE_INSTANCE: Final = Operation(
    action="UpdateAIAgentInstance",
    command=("instances", "update"),
    about="Change a running agent's settings.",
    more="What can change: VoiceId, EnableVoiceInterrupt, Greeting, Volume, EnablePushToTalk, "
    "UseVoiceprint, BailianAppParams, AsrMaxSilence.",
    parameters=(INSTANCE, AGENT_CONFIG, TEMPLATE, USER_DATA),
    any_of=("AgentConfig", "TemplateConfig", "UserData"),
    examples=(
        """aicall cloud instances update 39f8e0bc005e4f30 --agent-config '{"Volume": 200}'""",
    ),
    done="updated",
)
DESCRIBE_INSTANCE: Final = Operation(
    action="DescribeAIAgentInstance",
    command=("instances", "show"),
    about="Show an agent's call: status, times, settings, log.",
    parameters=(INSTANCE,),
    examples=(
        "aicall cloud instances show 39f8e0bc005e4f30",
        "aicall cloud instances show 39f8e0bc005e4f30 --json",
    ),
)
LIST_INSTANCES: Final = Operation(
    action="ListAIAgentInstance",
    command=("instances", "list"),
    about="List the calls of an agent.",
    parameters=(
        AGENT,
        option("StartTime", "start", "From when on, as 2026-11-21T08:00:00Z.", IsoTime()),
        option("EndTime", "end", "Until when.", IsoTime()),
        *pages(100, 100, "up to 100. Default: 10"),
    ),
    examples=(
        "aicall cloud instances list a1b2c3d4",
        "aicall cloud instances list a1b2c3d4 --start 2026-11-21T08:00:00Z --json",
    ),
    rows="Instances",
    columns=(
        "InstanceId",
        "Status",
        "GmtCreate",
        "RuntimeConfig.ChannelId",
        "RuntimeConfig.VoiceChat.ChannelId",
        "UserData",
        "CallLogUrl",
    ),
)
TAKEOVER_CALL: Final = Operation(
    action="TakeoverAIAgentCall",
    command=("takeover",),
    about="Let a person take over a running agent's call.",
    more="`aicall takeover` asks for it and joins. The token, by which anybody could join, is "
    "shown with --json only.",
    parameters=(
        INSTANCE,
        option("HumanAgentUserId", "user-id", "Who takes over. Default: one is made up.", USER_ID),
        option("RequireToken", "require-token", "Whether a token is wanted.", Truth()),
    ),
    examples=("aicall cloud takeover 39f8e0bc005e4f30 --user-id bob --require-token --json",),
)
FORWARD_CALL: Final = Operation(
    action="ForwardAIAgentCall",
    command=("forward",),
    about="Transfer a telephone call to another number.",
    parameters=(
        INSTANCE,
        option("CalledNumber", "called-number", "Whom to call.", NUMBER, required=True),
        option("CallerNumber", "caller-number", "The number that is shown there.", NUMBER),
        option("TransferPrompt", "transfer-prompt", "What is said before.", Text()),
        option("ErrorPrompt", "error-prompt", "What is said where it fails.", Text()),
    ),
    examples=(
        "aicall cloud forward 39f8e0bc --called-number 138… --transfer-prompt 'Please hold'",
    ),
    done="transferred",
)
START_OUTBOUND_CALL: Final = Operation(
    action="StartAIAgentOutboundCall",
    command=("outbound",),
    about="Let an agent call a telephone number.",
    more="Numbers are of mainland China. The call is billed.",
    parameters=(
        AGENT,
        argument("CalledNumber", "called-number", "Whom it calls.", NUMBER),
        option(
            "CallerNumber",
            "caller-number",
            "The number that is shown there.",
            NUMBER,
            required=True,
        ),
        option("Config", "config", "Settings of the call: JSON or a file.", Json()),
        SESSION,
        USER_DATA,
    ),
    examples=("aicall cloud outbound a1b2c3d4 13800000000 --caller-number 05710000000",),
    starts=True,
)
GET_CONCURRENCY: Final = Operation(
    action="GetAIAgentConcurrency",
    command=("concurrency",),
    about="Show how many calls of an agent are running.",
    parameters=(AGENT,),
    examples=("aicall cloud concurrency a1b2c3d4",),
)
