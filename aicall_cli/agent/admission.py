"""Whether a caller's request to join can be met, and what call it makes."""

from dataclasses import dataclass
from functools import partial

from aicall_cli.agent.base import Agent, Conversation
from aicall_cli.agent.call_options import CallOptions
from aicall_cli.agent.no_picture import NoPictureAgent
from aicall_cli.agent.options import ServeOptions
from aicall_cli.agent.registry import AgentBuilder, Registry
from aicall_cli.agent.signaling_socket import Refusal
from aicall_cli.agent.turn_settings import TurnSettings, turn_settings_of
from aicall_cli.agent.voice_settings import VoiceSettings, voice_settings_of
from aicall_cli.errors import UsageError
from aicall_cli.protocol.signaling import SIGNALING_VERSION, Join, RefusalCode, Refused


@dataclass(frozen=True, slots=True)
class Admitted:
    """What a caller that may join gets."""

    build_agent: AgentBuilder
    settings: TurnSettings


async def admit(join: Join, registry: Registry, options: ServeOptions) -> Admitted:
    """Return what call ``join`` asks for; raise Refusal with the reason."""
    if join.version != SIGNALING_VERSION:
        raise Refusal(
            Refused(
                RefusalCode.VERSION,
                f"this server speaks version {SIGNALING_VERSION}, not {join.version}",
            )
        )
    kind = registry.get(join.agent_id)
    if kind is None:
        known = tuple(sorted(registry))
        raise Refusal(Refused(RefusalCode.UNKNOWN_AGENT, "there is no agent of this name", known))
    wanted = CallOptions(join.options)
    try:
        settings = turn_settings_of(wanted, options, kind.voice_interrupt)
        voice = await voice_settings_of(wanted)
        picture = wanted.text("picture", None)
        build_agent = await kind.configure(wanted)
        wanted.finish()
    except UsageError as error:
        hint = f" ({error.hint})" if error.hint else ""
        raise Refusal(Refused(RefusalCode.BAD_OPTION, error.message + hint)) from error
    if picture is not None:
        return Admitted(partial(NoPictureAgent, picture=picture), settings)
    return Admitted(_heard_by(build_agent, voice), settings)


def _heard_by(build_agent: AgentBuilder, voice: VoiceSettings) -> AgentBuilder:
    """Return a builder of the same agent, whose voice is heard as ``voice`` says."""

    def build(conversation: Conversation) -> Agent:
        voice.apply(conversation.voice)
        return build_agent(conversation)

    return build
