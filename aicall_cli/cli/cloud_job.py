"""What a command of ``aicall cloud`` does, once its options are read."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aicall_cli.cli.cloud_host import cloud_host
from aicall_cli.cli.cloud_report import print_answer, print_answer_json
from aicall_cli.cli.early_interrupt import interrupt_ends_at_once
from aicall_cli.cli.environment import Environment
from aicall_cli.cli.report import tell
from aicall_cli.control.agent_config_file import read_agent_config
from aicall_cli.control.cloud_kinds import Json
from aicall_cli.control.cloud_operation import Operation, Parameter
from aicall_cli.control.cloud_parameters import AGENT_CONFIG
from aicall_cli.control.settings import Settings
from aicall_cli.control.text_file import read_text
from aicall_cli.errors import UsageError
from aicall_cli.exit_status import ExitStatus


@dataclass(frozen=True, slots=True)
class CloudOptions:
    """The options that all of these commands have."""

    region: str | None
    endpoint: str | None
    timeout: float
    as_json: bool


def run(
    operation: Operation,
    given: Mapping[str, object],
    options: CloudOptions,
    environment: Environment,
) -> int:
    """Do ``operation`` and print what it answers; ``given`` is the command line's, by parameter.

    Raises what ``CloudApi.call`` raises, and UsageError for files that cannot be read.
    """
    values = {it.name: _read(it, given[it.name], environment) for it in operation.parameters}
    operation.query(values)  # what cannot be sent is told before anything else is done
    with interrupt_ends_at_once():
        import asyncio

        from aicall_cli.cli.signals import run_until_signal
        from aicall_cli.control.cloud_api import CloudApi, Throttled
        from aicall_cli.control.cloud_credentials import KeyChain
        from aicall_cli.control.cloud_error import UnansweredError

    settings = Settings.read(environment.variables)
    endpoint = cloud_host(settings, options.region, options.endpoint, environment)

    def on_throttled(throttled: Throttled) -> None:
        tell(
            f"aicall: {throttled.error.code}: too many requests, "
            f"trying again in {throttled.wait:.1f} s\n",
            environment,
        )

    async def call() -> int:
        api = CloudApi(
            endpoint,
            KeyChain(environment.variables),
            timeout=options.timeout,
            on_throttled=on_throttled,
        )
        try:
            answer = await api.call(operation, values)
        except (asyncio.CancelledError, UnansweredError):
            if operation.starts:
                tell(
                    "aicall: it may have been started all the same, and be billed: "
                    "see aicall cloud instances list\n",
                    environment,
                )
            raise
        (print_answer_json if options.as_json else print_answer)(operation, answer, environment)
        return ExitStatus.OK

    return run_until_signal(call)


def _read(parameter: Parameter, given: object, environment: Environment) -> object:
    """Return a value of the command line, or what the file has that it names."""
    if not isinstance(given, str):
        return given
    if parameter is AGENT_CONFIG:
        return read_agent_config(given).as_json()
    if isinstance(parameter.kind, Json):
        return given if given.lstrip()[:1] in ("{", "[") else _file(parameter, given, environment)
    return _file(parameter, given, environment).strip() if parameter.secret else given


def _file(parameter: Parameter, given: str, environment: Environment) -> str:
    path = environment.folder / Path(given).expanduser()
    try:
        return read_text(path, f"the lines of {path}")
    except FileNotFoundError:
        raise UsageError(f"{parameter.spelled}: there is no file {path}") from None
