"""Which agents a server offers."""

from functools import partial
from pathlib import Path
from typing import Final

from aicall_cli.agent.assistant_kind import assistant_available, assistant_kind
from aicall_cli.agent.call_options import CallOptions
from aicall_cli.agent.echo import configure_echo
from aicall_cli.agent.options import ServeOptions
from aicall_cli.agent.registry import AgentBuilder, AgentKind, Registry
from aicall_cli.agent.script import ScriptAgent
from aicall_cli.agent.script_file import read_script
from aicall_cli.agent.script_steps import Script
from aicall_cli.errors import UnknownAgentError
from aicall_cli.speech.availability import require_synthesiser
from aicall_cli.speech.espeak_synthesiser import DEFAULT_VOICE, EspeakSynthesiser

ECHO: Final = "echo"
ASSISTANT: Final = "assistant"
SCRIPT_PREFIX: Final = "script:"


def build_registry(options: ServeOptions) -> Registry:
    """Return the agents of ``options.agents``; raise UsageError when one is not to be had.

    Call it outside of the loop: files are read.
    """
    return {name: _find(name, options) for name in options.agents or _defaults(options)}


def _defaults(options: ServeOptions) -> tuple[str, ...]:
    return (ASSISTANT, ECHO) if assistant_available(options) else (ECHO,)


def _find(name: str, options: ServeOptions) -> AgentKind:
    if name == ECHO:
        return AgentKind(configure_echo, voice_interrupt=False)
    if name == ASSISTANT:
        return assistant_kind(options)
    if name.startswith(SCRIPT_PREFIX):
        return _script(read_script(Path(name.removeprefix(SCRIPT_PREFIX))))
    raise UnknownAgentError(
        f"there is no agent {name!r}", hint=f"there are {ASSISTANT}, {ECHO} and {SCRIPT_PREFIX}FILE"
    )


def _script(script: Script) -> AgentKind:
    if script.speaks:
        require_synthesiser()
    make_voice = partial(EspeakSynthesiser, script.voice or DEFAULT_VOICE)

    async def configure(options: CallOptions) -> AgentBuilder:
        return partial(ScriptAgent, script=script, make_voice=make_voice)

    return AgentKind(configure, script.voice_interrupt)
