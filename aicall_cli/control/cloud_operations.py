"""Every operation of the cloud's API (IMS, version 2020-11-09) that concerns agents.

One table: what each is asked with and what its command is called. Bounds are the API's own
where it tells them.
"""

from typing import Final

from aicall_cli.control.cloud_call_operations import (
    DESCRIBE_INSTANCE,
    FORWARD_CALL,
    GENERATE_CALL,
    GET_CONCURRENCY,
    LIST_INSTANCES,
    START_INSTANCE,
    START_OUTBOUND_CALL,
    STOP_INSTANCE,
    TAKEOVER_CALL,
    UPDATE_INSTANCE,
)
from aicall_cli.control.cloud_kinds import Json, Text, Truth, UnixMilliseconds, Whole, Word
from aicall_cli.control.cloud_operation import Operation
from aicall_cli.control.cloud_parameters import (
    AGENT,
    ID,
    INSTANCE,
    MAX_EXPIRE,
    NUMBER,
    USER_DATA,
    USER_ID,
    argument,
    option,
    pages,
)

_SPEECH: Final = 1024
_MESSAGE: Final = 8192

SEND_SPEECH: Final = Operation(
    action="SendAIAgentSpeech",
    command=("speech",),
    about="Let a running agent say something.",
    parameters=(
        INSTANCE,
        argument("Text", "text", "What it says, or an audio file's URL.", Text(_SPEECH)),
        option("Type", "type", "Text or AudioUrl. Default: Text.", Word(("Text", "AudioUrl"))),
        option(
            "EnableInterrupt",
            "enable-interrupt",
            "Whether it may break off what the agent is saying. Default: yes.",
            Truth(),
        ),
    ),
    examples=(
        "aicall cloud speech 39f8e0bc005e4f30 'One moment, please.'",
        "aicall cloud speech 39f8e0bc005e4f30 https://example.com/a.wav --type AudioUrl",
    ),
    done="sent",
)
SEND_TEXT: Final = Operation(
    action="SendAIAgentText",
    command=("text",),
    about="Send text to a running agent, as if the caller had said it.",
    parameters=(INSTANCE, argument("Text", "text", "What it is told.", Text())),
    examples=("aicall cloud text 39f8e0bc005e4f30 'What is the time?'",),
    done="sent",
)
SEND_DATA_MESSAGE: Final = Operation(
    action="SendAIAgentDataChannelMessage",
    command=("data-message",),
    about="Send a message of your own to the caller's program.",
    parameters=(
        INSTANCE,
        argument(
            "Message",
            "message",
            f"A JSON object of at most {_MESSAGE} characters, or a file that has one.",
            Json(_MESSAGE),
        ),
    ),
    examples=("""aicall cloud data-message 39f8e0bc005e4f30 '{"page": 3}'""",),
    done="sent",
)
LIST_DIALOGUES: Final = Operation(
    action="ListAIAgentDialogues",
    command=("dialogues", "list"),
    about="List what was said in a session.",
    parameters=(
        argument("SessionId", "session-id", "The conversation."),
        option(
            "StartTime",
            "start",
            "From when on, as 2026-11-21T08:00:00Z or milliseconds since 1970.",
            UnixMilliseconds(),
            required=True,
        ),
        option("EndTime", "end", "Until when.", UnixMilliseconds(), required=True),
        option("Order", "order", "ASC or DESC. Default: DESC.", Word(("ASC", "DESC"))),
        option("RoundLimit", "rounds", "Only so many of the latest rounds.", Whole(1)),
        *pages(None, 100, "up to 100. Default: 20"),
    ),
    examples=(
        "aicall cloud dialogues list session-1 --start 2026-11-21T08:00Z --end 2026-11-21T09:00Z",
    ),
    rows="Dialogues",
    columns=("Time", "Producer", "Type", "Text", "DialogueId"),
)
DELETE_DIALOGUE: Final = Operation(
    action="DeleteAIAgentDialogue",
    command=("dialogues", "delete"),
    about="Delete what was said, for good.",
    parameters=(
        argument("SessionId", "session-id", "The conversation."),
        argument("DialogueId", "dialogue-id", "What of it, as the list names it."),
        option("NodeId", "node-id", "Only what this node of the workflow said.", ID),
    ),
    examples=("aicall cloud dialogues delete session-1 19de81b3b3d94abda22",),
    done="deleted",
)
LIST_PHONE_NUMBERS: Final = Operation(
    action="ListAIAgentPhoneNumber",
    command=("phone-numbers",),
    about="List the telephone numbers of agents.",
    more="Status: 1 is being activated, 2 normal, 3 is being deactivated, 4 deactivated.",
    parameters=(
        option("Number", "number", "Only this one.", NUMBER),
        option("Status", "status", "Only those of this status, 1 to 4.", Whole(1, 4)),
        *pages(None, 100, "up to 100. Default: 50"),
    ),
    examples=("aicall cloud phone-numbers", "aicall cloud phone-numbers --status 2 --json"),
    rows="Data",
    columns=("PhoneNumber", "Status"),
)
SET_VOICEPRINT: Final = Operation(
    action="SetAIAgentVoiceprint",
    command=("voiceprints", "set"),
    about="Register a voice, so that an agent knows it again.",
    parameters=(
        argument("VoiceprintId", "voiceprint-id", "The name you give it.", Text(127)),
        argument("Input.Data", "url", "Where the WAV file is: http(s):// or oss://.", Text(4096)),
        option(
            "Input.Type",
            "type",
            "url or oss: how it is reached.",
            Word(("url", "oss")),
            required=True,
        ),
        option("Input.Format", "format", "wav is the only one.", Word(("wav",))),
    ),
    examples=("aicall cloud voiceprints set alice https://example.com/alice.wav --type url",),
)
CLEAR_VOICEPRINT: Final = Operation(
    action="ClearAIAgentVoiceprint",
    command=("voiceprints", "clear"),
    about="Forget a voice.",
    parameters=(
        argument("VoiceprintId", "voiceprint-id", "Which one.", Text(127)),
        option("RegistrationMode", "mode", "How it was registered. Default: Explicit.", Text(32)),
    ),
    examples=("aicall cloud voiceprints clear alice",),
    done="cleared",
)
LIST_VOICEPRINTS: Final = Operation(
    action="ListAIAgentVoiceprints",
    command=("voiceprints", "list"),
    about="List the voices that are registered.",
    parameters=(
        option("VoiceprintId", "voiceprint-id", "Only this one.", Text(127)),
        option(
            "RegistrationMode", "mode", "How they were registered. Default: Explicit.", Text(32)
        ),
        *pages(None, 100, "up to 100"),
    ),
    examples=("aicall cloud voiceprints list",),
    rows="Voiceprints",
    columns=("VoiceprintId", "GmtCreate", "GmtModified"),
)
AUDIT_VIDEO: Final = Operation(
    action="SubmitAIAgentVideoAuditTask",
    command=("video-audit",),
    about="Let an agent look through a video.",
    parameters=(
        AGENT,
        argument("Input.Media", "url", "The video's address in OSS.", Text(4096)),
        option(
            "CapturePolicies",
            "capture-policies",
            "Which frames it sees: a JSON array, or a file that has one.",
            Json(array=True),
            required=True,
        ),
        option("Input.Type", "type", "OSS is the only one.", Word(("OSS",)), required=True),
        option(
            "AuditInterval",
            "interval",
            "Milliseconds between frames, up to 5000; 0 sends all at once. Default: 3000.",
            Whole(0, 5000),
        ),
        option(
            "CallbackConfig",
            "callback-config",
            "Url and Token of who is told the result; JSON or a file.",
            Json(),
            secret=True,
        ),
        USER_DATA,
    ),
    examples=(
        "aicall cloud video-audit a1b2c3d4 https://… --type OSS --capture-policies policies.json",
    ),
)
CHAT_TOKEN: Final = Operation(
    action="GenerateMessageChatToken",
    command=("chat-token",),
    about="Get a token for an agent's chat.",
    more="The token and its signature are shown with --json only.",
    parameters=(
        AGENT,
        argument("UserId", "user-id", "Who chats.", USER_ID),
        option("Role", "role", "admin may manage it. Default: none.", Text(32)),
        option(
            "Expire", "expire", "Seconds that it is valid. Default: 3600.", Whole(0, MAX_EXPIRE)
        ),
    ),
    examples=("aicall cloud chat-token a1b2c3d4 alice --json",),
)
ACTIVATE_LICENSE: Final = Operation(
    action="ActiveAiRtcLicense",
    command=("license",),
    about="Activate a device's license.",
    more="The license is shown with --json only.",
    parameters=(
        argument("DeviceId", "device-id", "The device."),
        option("LicenseItemId", "batch", "The batch of licenses.", ID, required=True),
        option(
            "AuthCode",
            "auth-code",
            "A file with the authorization code, which is a secret.",
            Text(4096),
            required=True,
            secret=True,
        ),
    ),
    examples=("aicall cloud license device-1 --batch b1 --auth-code code.txt --json",),
)

OPERATIONS: Final = (
    GENERATE_CALL,
    LIST_INSTANCES,
    DESCRIBE_INSTANCE,
    START_INSTANCE,
    UPDATE_INSTANCE,
    STOP_INSTANCE,
    SEND_SPEECH,
    SEND_TEXT,
    SEND_DATA_MESSAGE,
    LIST_DIALOGUES,
    DELETE_DIALOGUE,
    TAKEOVER_CALL,
    FORWARD_CALL,
    START_OUTBOUND_CALL,
    GET_CONCURRENCY,
    LIST_PHONE_NUMBERS,
    LIST_VOICEPRINTS,
    SET_VOICEPRINT,
    CLEAR_VOICEPRINT,
    CHAT_TOKEN,
    AUDIT_VIDEO,
    ACTIVATE_LICENSE,
)
"""All of them, in the order in which help shows their commands."""
