"""The call of a person who talks, as the options of ``voice_options`` say it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import typer

from aicall_cli.cli.call_job import CallJob, run_call
from aicall_cli.cli.call_settings import on_command_line, remember_devices, settings_of
from aicall_cli.cli.device_choice import DeviceChoice
from aicall_cli.cli.environment import Environment
from aicall_cli.cli.input_source import InputOptions, parse_raw_format
from aicall_cli.client.agent_process import AgentProcess
from aicall_cli.client.options import CallOptions


def hold_call(
    context: typer.Context,
    call: CallOptions,
    environment: Environment,
    *,
    url: str | None,
    agent: AgentProcess | None = None,
) -> int:
    """Hold ``call`` until it is over; return its status and raise what prevents it.

    ``url`` is the address of who has the agent, or has it started; None for the built-in
    ``agent``.
    """
    options = context.params
    talk_key = options["ptt_key"]
    job = CallJob(
        call=call,
        where=urlsplit(url).netloc if url else "built-in",
        source=_source(options),
        output=options["output"],
        input_device=_device(context, "input_device"),
        output_device=_device(context, "output_device"),
        enable_3a=options["enable_3a"],
        push_to_talk=options["ptt"],
        talk_mode=options["ptt_mode"],
        keys={**settings_of(context).keys, **({"talk": (talk_key,)} if talk_key else {})},
        pre_roll_ms=options["ptt_preroll"],
        control=options["control"],
        as_json=options["as_json"],
        quiet=options["quiet"],
        timeout=options["timeout"],
    )
    opened: dict[str, str] = {}
    try:
        return run_call(job, environment, agent, opened)
    finally:
        remember_devices(context, opened)


def _source(options: Mapping[str, Any]) -> InputOptions | None:
    """Return what is pushed in the place of a microphone."""
    path, text = options["source"], options["say"]
    raw = parse_raw_format(options["rate"], options["channels"], options["sample_format"])
    return None if path is None and text is None else InputOptions(path=path, text=text, raw=raw)


def _device(context: typer.Context, name: str) -> DeviceChoice:
    return DeviceChoice(context.params[name], not on_command_line(context, name))
