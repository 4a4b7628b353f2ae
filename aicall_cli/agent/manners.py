"""How an assistant behaves beyond answering, as its caller's options say."""

from dataclasses import dataclass
from typing import Final

from aicall_cli.agent.call_options import CallOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """What an assistant does of its own accord."""

    greeting: str | None = None
    """What it says first."""
    wake_up_query: str | None = None
    """What it answers first, as if the caller had said it."""
    complete_reply: bool = False
    """Whether the whole of an answer is told too, in one message (1017)."""


NO_MANNERS: Final = Manners()


def manners_of(options: CallOptions) -> Manners:
    """Take ``greeting``, ``wake_up_query`` and ``complete_reply``; raise UsageError on a bad one.

    A text of nothing but space is none.
    """
    return Manners(
        greeting=_text(options, "greeting"),
        wake_up_query=_text(options, "wake_up_query"),
        complete_reply=options.flag("complete_reply", False),
    )


def _text(options: CallOptions, name: str) -> str | None:
    text = options.text(name, None)
    return text if text is not None and text.strip() else None
