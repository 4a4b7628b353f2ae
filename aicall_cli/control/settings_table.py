"""The one table of settings: what may stand in the settings file and in variables.

A setting is named alike everywhere: ``media_timeout`` in the file (also in an agent's table),
``AICALL_MEDIA_TIMEOUT`` in the environment, ``--media-timeout`` on the command line.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from aicall_cli.control.kinds import (
    Choice,
    Folder,
    KeyringSecret,
    Kind,
    Number,
    SecretText,
    Text,
    Texts,
    Truth,
    Value,
)

BACKENDS: Final = ("builtin",)
"""The kinds of agent that can be called."""
CALL: Final = "call"
"""The command that most settings are of, and with it all that call."""
_PREFIX: Final = "AICALL_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting: its name, what it may be, and what it is where nobody says."""

    name: str
    kind: Kind
    about: str
    default: Value | None = None
    parameter: str = ""
    """The parameter of a command that it is the default of, where that has another name."""
    beside: str | None = None
    """Of a secret, the setting with the address or the app that it is for, and for no other."""
    of_assistant: bool = False
    """Whether only an assistant can have it."""
    for_agents: bool = False
    """Whether it makes sense in an agent's table only."""
    command: str = CALL
    """The command that it is a setting of; an agent's table has those of calls."""

    @property
    def variable(self) -> str:
        """The variable of the environment."""
        return _PREFIX + self.name.upper()

    @property
    def is_secret(self) -> bool:
        """Whether it must never be shown."""
        return isinstance(self.kind, SecretText)


def _server(part: str, does: str) -> tuple[Setting, ...]:
    return (
        Setting(name=f"{part}_url", kind=Text(), about=f"OpenAI-compatible server that {does}"),
        Setting(name=f"{part}_model", kind=Text(), about="its model"),
        Setting(name=f"{part}_key", kind=SecretText(), about="its key", beside=f"{part}_url"),
    )


_ALL: Final = (
    Setting(name="agent_id", kind=Text(), about="whom to call"),
    Setting(
        name="backend",
        kind=Choice(BACKENDS),
        about="kind of agent",
        default=BACKENDS[0],
        for_agents=True,
    ),
    Setting(name="server", kind=Text(), about="ws:// or wss:// address of a running aicall serve"),
    Setting(name="token", kind=SecretText(), about="the server's token", beside="server"),
    Setting(name="app_server", kind=Text(), about="application server that starts the agent"),
    Setting(
        name="app_server_token",
        kind=SecretText(),
        about="the user's token for it",
        beside="app_server",
    ),
    Setting(name="user_id", kind=Text(), about="who is calling", default="caller"),
    Setting(name="ice_server", kind=Texts(), about="stun: and turn: servers"),
    Setting(name="agent_option", kind=Texts(), about="settings of the agent, NAME=VALUE"),
    Setting(
        name="media_timeout",
        kind=Number(0.5),
        about="seconds without a packet after which the call is lost",
        default=5.0,
    ),
    Setting(name="voice", kind=Text(), about="the assistant's voice", of_assistant=True),
    Setting(name="language", kind=Text(), about="what the caller speaks", of_assistant=True),
    *_server("asr", "recognises"),
    *_server("chat", "answers"),
    *_server("tts", "speaks"),
    Setting(name="input_device", kind=Text(), about="microphone: index or part of its name"),
    Setting(name="output_device", kind=Text(), about="speaker: index or part of its name"),
    Setting(name="enable_3a", kind=Truth(), about="echo cancellation, noise suppression, gain"),
    Setting(
        name="push_to_talk", kind=Truth(), about="push to talk", default=False, parameter="ptt"
    ),
    Setting(name="ptt_key", kind=Text(), about="the talk key"),
    Setting(name="ptt_mode", kind=Choice(("hold", "toggle")), about="hold the talk key or press"),
    Setting(
        name="ptt_preroll",
        kind=Number(0, 200, whole=True),
        about="milliseconds of audio before the talk key that are sent",
        default=200,
    ),
    Setting(name="record", kind=Truth(), about="record calls", default=True),
    Setting(name="record_dir", kind=Folder(), about="folder of recordings"),
    Setting(
        name="rtc_app_id",
        kind=Text(),
        about="ARTC application that tokens are made for",
        parameter="app_id",
        command="token make",
    ),
    Setting(
        name="rtc_app_key",
        kind=KeyringSecret(),
        about="its app key, which the keyring keeps",
        beside="rtc_app_id",
        command="token make",
    ),
    Setting(
        name="serve_key_id",
        kind=Text(),
        about="access key id that aicall serve's OpenAPI knows",
        command="serve",
    ),
    Setting(
        name="serve_key_secret",
        kind=KeyringSecret(),
        about="its access key secret, which the keyring keeps",
        beside="serve_key_id",
        command="serve",
    ),
    Setting(name="region", kind=Text(), about="Alibaba Cloud's region", command="cloud"),
    Setting(
        name="endpoint", kind=Text(), about="http or https address of its API", command="cloud"
    ),
)

SETTINGS: Final[Mapping[str, Setting]] = {setting.name: setting for setting in _ALL}
"""Every setting by its name, in the order in which they are shown."""
OF_AGENTS: Final = tuple(name for name, setting in SETTINGS.items() if setting.command == CALL)
"""The names of what an agent's table can have."""
