"""How an assistant behaves beyond answering, as its caller's options say."""

from dataclasses import dataclass
from typing import Final

from aicall_cli.agent.back_channel import BackChannel, back_channels_of
from aicall_cli.agent.call_options import CallOptions
from aicall_cli.agent.idle_prompts import IdlePrompts, idle_prompts_of
from aicall_cli.agent.pending_prompts import PendingPrompts, pending_prompts_of
from aicall_cli.agent.portions import ANY_SIZE, PortionSize, portion_size_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """What an assistant does of its own accord."""

    greeting: str | None = None
    """What it says first."""
    wake_up_query: str | None = None
    """What it answers first, as if the caller had said it."""
    idle_prompts: IdlePrompts | None = None
    """What it says when nobody says anything."""
    pending_prompts: PendingPrompts | None = None
    """What it says while its answer is long in coming."""
    portion_size: PortionSize = ANY_SIZE
    """How much of an answer its voice gets at a time."""
    back_channels: tuple[BackChannel, ...] = ()
    """What it says when the caller pauses, without taking the turn."""
    complete_reply: bool = False
    """Whether the whole of an answer is told too, in one message (1017)."""


NO_MANNERS: Final = Manners()


def manners_of(options: CallOptions) -> Manners:
    """Take the options named as the manners are, and those beside prompts and portions.

    Raises UsageError on a bad one.

    A text of nothing but space is none.
    """
    return Manners(
        greeting=_text(options, "greeting"),
        wake_up_query=_text(options, "wake_up_query"),
        idle_prompts=idle_prompts_of(options),
        pending_prompts=pending_prompts_of(options),
        portion_size=portion_size_of(options),
        back_channels=back_channels_of(options),
        complete_reply=options.flag("complete_reply", False),
    )


def _text(options: CallOptions, name: str) -> str | None:
    text = options.text(name, None)
    return text if text is not None and text.strip() else None
