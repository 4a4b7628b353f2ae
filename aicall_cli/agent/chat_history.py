"""What a language model is reminded of: the latest of what was said in its call."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from aicall_cli.agent.call_options import CallOptions
from aicall_cli.agent.responder import Heard, to_its_end
from aicall_cli.errors import UsageError
from aicall_cli.protocol.llm_config import HistoryMessage

DEFAULT_TURNS: Final = 20
"""Turns, of a question and its answer, that the model is reminded of."""
MAX_TURNS: Final = 100
MAX_MESSAGE: Final = 16_000
"""Characters of one message, its end."""

Role: TypeAlias = Literal["user", "assistant"]


@dataclass(frozen=True, slots=True)
class Said:
    """One message."""

    role: Role
    text: str
    heard: Heard = to_its_end


class ChatHistory:
    """The messages of one call, the latest turns of them."""

    def __init__(
        self,
        turns: int = DEFAULT_TURNS,
        earlier: Sequence[Said] = (),
        *,
        as_heard: bool = False,
    ) -> None:
        """``earlier`` was said before the call.

        With ``as_heard``, an answer that was cut off counts as far as it was heard.
        """
        self._limit = 2 * turns + 1
        self._as_heard = as_heard
        # Twice as much, because questions without an answer in between become one.
        self._said: deque[Said] = deque(earlier, maxlen=2 * self._limit)

    def add(self, said: Said) -> None:
        """Remember ``said``; of too much, the oldest is forgotten."""
        self._said.append(said)

    def messages(self) -> list[dict[str, str]]:
        """Return them in OpenAI's form, beginning with the caller's, in turns.

        Some models insist on taking turns: a question without an answer joins the next one,
        unless that is the same sentence, which has gone on.
        """
        messages: list[dict[str, str]] = []
        for said in self._said:
            text = self._remembered(said)
            if not text:
                continue
            if messages and messages[-1]["role"] == said.role:
                before = messages.pop()["content"]
                text = text if text.startswith(before) else f"{before}\n{text}"
            messages.append({"role": said.role, "content": text[-MAX_MESSAGE:]})
        messages = messages[-self._limit :]
        return messages[1:] if messages and messages[0]["role"] != "user" else messages

    def _remembered(self, said: Said) -> str:
        heard = said.heard() if self._as_heard else None
        return said.text if heard is None else heard


def chat_history_of(options: CallOptions) -> ChatHistory:
    """Take ``history_limit``, ``history`` and ``history_as_heard``; raise UsageError.

    ``history`` is a JSON array of AICallKit's: objects with ``Role`` and ``Content``.
    """
    turns = int(options.number("history_limit", DEFAULT_TURNS, 0, MAX_TURNS))
    items = options.objects("history", 2 * MAX_TURNS)
    earlier = tuple(_said(HistoryMessage.from_plain(item)) for item in items)
    return ChatHistory(turns, earlier, as_heard=options.flag("history_as_heard", False))


def _said(message: HistoryMessage) -> Said:
    if message.role not in ("user", "assistant"):
        raise UsageError(
            f"a message of option history has the role {message.role!r}; "
            "this assistant knows user and assistant"
        )
    return Said(message.role, message.content or "")
