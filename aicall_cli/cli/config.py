"""``aicall config``: where the settings are, what they say, and changing them."""

import sys
from getpass import getpass
from pathlib import Path
from typing import Annotated

import typer

from aicall_cli.cli.completion import complete_setting
from aicall_cli.cli.environment import Environment
from aicall_cli.cli.report import show_warning
from aicall_cli.cli.settings_list import print_settings, print_settings_json
from aicall_cli.control.display import shown
from aicall_cli.control.kinds import Value
from aicall_cli.control.setting_name import KEYS, SettingName, parse_name
from aicall_cli.control.settings import Settings
from aicall_cli.control.settings_file import read_settings, settings_path
from aicall_cli.errors import UsageError
from aicall_cli.exit_status import ExitStatus
from aicall_cli.tui.line_output import LineOutput

config = typer.Typer(
    help="Settings: defaults of options, named agents, keys.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)

Name = Annotated[
    str,
    typer.Argument(
        metavar="NAME",
        help="A setting as `aicall config show` lists them, agents.AGENT.SETTING or keys.ACTION.",
        autocompletion=complete_setting,
        show_default=False,
    ),
]


@config.command("path")
def path(context: typer.Context) -> None:
    """Print where the settings file is, or would be.

    Example:

      $EDITOR "$(aicall config path)"
    """
    environment = context.ensure_object(Environment)
    LineOutput(environment.stdout).line(str(settings_path(environment.variables)))


@config.command("show")
def show(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show every setting, its value and who says so. Secrets are never shown.

    Examples:

      aicall config show

      aicall config show --json
    """
    environment = context.ensure_object(Environment)
    settings = Settings.read(environment.variables)
    output = LineOutput(environment.stdout)
    (print_settings_json if as_json else print_settings)(settings, output)


@config.command("get")
def get(context: typer.Context, name: Name) -> None:
    """Print the value in effect; status 1 where there is none. A secret is only said to be there.

    Examples:

      aicall config get media_timeout

      aicall config get agents.clinic.server
    """
    environment = context.ensure_object(Environment)
    settings = Settings.read(environment.variables)
    value = _in_effect(settings, parse_name(name))
    if value is None:
        raise typer.Exit(ExitStatus.CHECK_FAILED)
    LineOutput(environment.stdout).line(shown(value))


@config.command("set")
def set_(
    context: typer.Context,
    name: Name,
    value: Annotated[
        str | None,
        typer.Argument(
            metavar="VALUE",
            help="Its value; a secret is better left out: it is then asked for, or read from "
            "standard input.",
            show_default=False,
        ),
    ] = None,
    keyring: Annotated[
        bool | None,
        typer.Option(
            "--keyring/--no-keyring",
            help="Keep a secret in the system's keyring, or in the file. Default: where it is.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Change one setting in the file, which keeps its comments and is yours alone to read.

    Examples:

      aicall config set input_device "USB Headset"

      aicall config set agents.clinic.server wss://clinic.example:8765

      aicall config set agents.clinic.token --keyring

      aicall config set keys.talk f5
    """
    from aicall_cli.control.settings_store import store

    environment = context.ensure_object(Environment)
    setting = parse_name(name)
    if keyring and not setting.is_secret:
        raise UsageError(f"{setting} is no secret", hint="leave --keyring out")
    file = settings_path(environment.variables)
    read = _read_value(setting, value)
    if setting.is_key:
        _check_keys(file, setting.key, read)
    store(file, setting, read, keyring=keyring)
    about = setting.setting
    if about is not None and environment.variables.get(about.variable):
        show_warning(f"{about.variable} is set and stands before the file", environment)


@config.command("unset")
def unset(context: typer.Context, name: Name) -> None:
    """Take one setting out of the file, or with agents.NAME a whole agent; status 1 if not there.

    Examples:

      aicall config unset voice

      aicall config unset agents.clinic
    """
    from aicall_cli.control.settings_store import entry_of, forget

    file = settings_path(context.ensure_object(Environment).variables)
    if not forget(file, entry_of(name, file)):
        raise typer.Exit(ExitStatus.CHECK_FAILED)


def _check_keys(file: Path, action: str, keys: Value) -> None:
    """Raise UsageError for an action or a key that there is not, or one that is taken."""
    from aicall_cli.tui.keyboard.key_map import create_key_map

    others = read_settings(file).get(KEYS, {})
    create_key_map({**(others if isinstance(others, dict) else {}), action: keys})


def _in_effect(settings: Settings, name: SettingName) -> Value | None:
    if name.is_key:
        return settings.keys.get(name.key)
    if name.agent is not None and name.agent not in settings.tables.agents:
        raise UsageError(f"there is no agent {name.agent!r}", hint="`aicall agents` lists them")
    return settings.for_agent(name.agent).resolve(name.key).value


def _read_value(name: SettingName, text: str | None) -> Value:
    if text is None:
        if not name.is_secret:
            raise UsageError(f"there is no value for {name}", hint=f"it is {name.kind.meaning}")
        text = _ask(name)
    try:
        return name.kind.parse(text)
    except ValueError as error:
        raise UsageError(f"{name} {error}") from None


def _ask(name: SettingName) -> str:
    """Read a secret where nobody sees it, or the first line of what is piped in."""
    if sys.stdin.isatty():
        return getpass(f"{name}: ")
    text = sys.stdin.readline().rstrip("\r\n")
    if not text:
        raise UsageError(f"there is no value for {name}", hint="pipe it into standard input")
    return text
