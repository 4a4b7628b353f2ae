"""``aicall agents``: whom one can call."""

from dataclasses import asdict, dataclass
from typing import Annotated

import typer

from aicall_cli.cli.call_agent import ASSISTANT, ECHO, likely_agent
from aicall_cli.cli.environment import Environment
from aicall_cli.control.display import shown
from aicall_cli.control.settings import Settings
from aicall_cli.recording.json_text import json_text
from aicall_cli.speech.availability import INSTALL_HINT, agent_extra_available
from aicall_cli.text import escape
from aicall_cli.tui.line_output import LineOutput

SCHEMA = 1
"""Version of the JSON objects; it grows when a field changes its meaning or goes."""
_GAP = "  "


@dataclass(frozen=True, slots=True, kw_only=True)
class CallableAgent:
    """One agent that ``--agent-id`` takes."""

    name: str
    backend: str
    agent_id: str
    """Its id on its server."""
    server: str | None
    """Without credentials; None is the built-in agent, started for the call."""
    push_to_talk: bool
    default: bool
    """Whether it is called where nobody says whom to call."""
    available: bool
    about: str


def agents(
    context: typer.Context,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a line, an agent each.")
    ] = False,
) -> None:
    """List the agents that can be called: the built-in ones and those in the settings.

    Examples:

      aicall agents

      aicall config set agents.clinic.server wss://clinic.example:8765
    """
    environment = context.ensure_object(Environment)
    settings = Settings.read(environment.variables)
    output = LineOutput(environment.stdout)
    found = _named(settings) + _built_in(settings)
    if as_json:
        for agent in found:
            output.line(json_text({"schema": SCHEMA, **asdict(agent)}))
        return
    width = max(len(escape(agent.name)) for agent in found)
    for agent in found:
        mark = " (default)" if agent.default else ""
        output.line(f"{escape(agent.name):<{width}}{_GAP}{agent.about}{mark}")


def _named(settings: Settings) -> list[CallableAgent]:
    return [_describe(settings.for_agent(name), name) for name in settings.tables.agents]


def _describe(settings: Settings, name: str) -> CallableAgent:
    server = settings.resolve("server").value
    agent_id = settings.called_id(name) or name
    push_to_talk = settings.resolve("push_to_talk").value is True
    where = f"at {shown(server)}" if server else "built in"
    parts = [where] if agent_id == name else [f"{escape(agent_id)} {where}"]
    return CallableAgent(
        name=name,
        backend=shown(settings.resolve("backend").value),
        agent_id=agent_id,
        server=shown(server) if server else None,
        push_to_talk=push_to_talk,
        default=name == _default(settings),
        available=bool(server) or agent_id != ASSISTANT or agent_extra_available(),
        about=", ".join(parts + ["push to talk"] * push_to_talk),
    )


def _built_in(settings: Settings) -> list[CallableAgent]:
    """Return the agents of this program, where no table of the same name stands before them."""
    heard = "" if agent_extra_available() else f"; {INSTALL_HINT}"
    about = {
        ASSISTANT: f"built in, recognises, answers and speaks{heard}",
        ECHO: "built in, plays back what it heard",
        "script:FILE": "built in, follows a TOML file",
    }
    return [
        CallableAgent(
            name=name,
            backend="builtin",
            agent_id=name,
            server=None,
            push_to_talk=settings.for_agent(None).resolve("push_to_talk").value is True,
            default=name == _default(settings),
            available=name != ASSISTANT or agent_extra_available(),
            about=text,
        )
        for name, text in about.items()
        if name not in settings.tables.agents
    ]


def _default(settings: Settings) -> str:
    return str(settings.for_agent(None).resolve("agent_id").value or likely_agent())
