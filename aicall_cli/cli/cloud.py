"""``aicall cloud``: the operations of Alibaba Cloud's API, built when one of them is asked for."""

from functools import cache
from typing import Any

import typer
from typer.core import TyperGroup


class _Operations(TyperGroup):
    """The commands of ``cloud_commands``, whose table nothing else has to wait for."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of the commands."""
        return _built().list_commands(ctx)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command, or None."""
        return _built().get_command(ctx, cmd_name)


cloud = typer.Typer(
    cls=_Operations,
    help="Agents of Alibaba Cloud: start, watch, steer and stop them by its API.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)


@cache
def _built() -> TyperGroup:
    from aicall_cli.cli.cloud_commands import cloud_commands

    built = typer.main.get_command(cloud_commands())
    assert isinstance(built, TyperGroup)
    return built
