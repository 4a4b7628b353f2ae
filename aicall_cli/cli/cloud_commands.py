"""The commands of ``aicall cloud``: one for each operation, made from its row of the table."""

from collections.abc import Callable
from inspect import Parameter as Argument
from inspect import Signature
from typing import Annotated, Any, Final

import typer

from aicall_cli.cli.cloud_job import CloudOptions, run
from aicall_cli.cli.environment import Environment
from aicall_cli.cli.log import LogLevel, set_up_log
from aicall_cli.cli.options import Debug, Level, LogFile
from aicall_cli.control.cloud_kinds import Json, Truth, Whole
from aicall_cli.control.cloud_operation import Operation, Parameter
from aicall_cli.control.cloud_operations import OPERATIONS

_CONNECTION: Final = "The connection"
_GROUPS: Final = {
    "instances": "Running agents: one instance for each call.",
    "dialogues": "What was said.",
    "voiceprints": "Voices that agents know again.",
}
_COMMON: Final[dict[str, tuple[Any, Any]]] = {
    "region": (
        Annotated[
            str | None,
            typer.Option(
                "--region",
                envvar="AICALL_REGION",
                help="The agent's region. Default: cn-shanghai.",
                show_default=False,
                rich_help_panel=_CONNECTION,
            ),
        ],
        None,
    ),
    "endpoint": (
        Annotated[
            str | None,
            typer.Option(
                "--endpoint",
                envvar="AICALL_ENDPOINT",
                help="http:// or https:// address of the API. Default: the region's, "
                "https://ice.REGION.aliyuncs.com.",
                show_default=False,
                rich_help_panel=_CONNECTION,
            ),
        ],
        None,
    ),
    "timeout": (
        Annotated[
            float,
            typer.Option(
                "--timeout",
                min=0.1,
                max=600,
                help="Seconds for the connection, and for the answer.",
                rich_help_panel=_CONNECTION,
            ),
        ],
        10.0,
    ),
    "as_json": (Annotated[bool, typer.Option("--json", help="Print one JSON object.")], False),
    "log_file": (LogFile, None),
    "log_level": (Level, LogLevel.WARNING),
    "debug": (Debug, False),
}


def cloud_commands() -> typer.Typer:
    """Return the commands of every operation, those of two words in groups."""
    root = typer.Typer(rich_markup_mode="rich")
    groups: dict[str, typer.Typer] = {}
    for operation in OPERATIONS:
        *group, name = operation.command
        home = root
        if group:
            if group[0] not in groups:
                groups[group[0]] = home = typer.Typer(
                    help=_GROUPS[group[0]], no_args_is_help=True, rich_markup_mode="rich"
                )
                root.add_typer(home, name=group[0])
            home = groups[group[0]]
        home.command(name)(_command(operation))
    return root


def _command(operation: Operation) -> Callable[..., None]:
    def command(context: typer.Context, **given: Any) -> None:
        environment = context.ensure_object(Environment)
        environment.debug = given["debug"]
        set_up_log(environment, given["log_file"], given["log_level"])
        values = {it.name: given[_variable(it)] for it in operation.parameters}
        options = CloudOptions(
            given["region"], given["endpoint"], given["timeout"], as_json=given["as_json"]
        )
        raise typer.Exit(run(operation, values, options, environment))

    arguments = [Argument("context", Argument.KEYWORD_ONLY, annotation=typer.Context)]
    arguments += [
        Argument(
            _variable(parameter),
            Argument.KEYWORD_ONLY,
            annotation=_annotation(parameter),
            **({} if parameter.required else {"default": None}),
        )
        for parameter in operation.parameters
    ]
    arguments += [
        Argument(name, Argument.KEYWORD_ONLY, annotation=annotation, default=default)
        for name, (annotation, default) in _COMMON.items()
    ]
    # What typer reads a command's options from.
    vars(command)["__signature__"] = Signature(arguments)
    command.__annotations__ = {it.name: it.annotation for it in arguments}
    command.__name__ = "_".join(operation.command)
    command.__doc__ = _help(operation)
    return command


def _annotation(parameter: Parameter) -> Any:
    if parameter.argument:
        info: Any = typer.Argument(
            metavar=parameter.spelled, help=parameter.about, show_default=False
        )
        return Annotated[str, info]
    kind, name = parameter.kind, parameter.spelled
    names = [f"{name}/--no-{parameter.option}"] if isinstance(kind, Truth) else [name]
    info = typer.Option(*names, help=parameter.about, show_default=False, metavar=_metavar(kind))
    plain: Any = bool if isinstance(kind, Truth) else int if isinstance(kind, Whole) else str
    return Annotated[plain if parameter.required else plain | None, info]


def _metavar(kind: object) -> str | None:
    return "FILE|JSON" if isinstance(kind, Json) else None


def _variable(parameter: Parameter) -> str:
    # Not the option's own name, which may be one that all commands have.
    return "of_" + parameter.name.lower().replace(".", "_")


def _help(operation: Operation) -> str:
    paragraphs = [operation.about]
    paragraphs += [operation.more] if operation.more else []
    paragraphs.append(f"Asks for {operation.action}.")
    paragraphs.append("Examples:" if len(operation.examples) > 1 else "Example:")
    return "\n\n".join(paragraphs + [f"  {example}" for example in operation.examples])
