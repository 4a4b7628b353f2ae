"""What was said in a session's call, as ``ListAIAgentDialogues`` tells it."""

import secrets
from collections import deque
from dataclasses import dataclass
from typing import Any, Final

from aicall_cli.engine.events import AgentEvent, AgentSubtitleReceived, UserSubtitleReceived

MAX_DIALOGUES: Final = 500
"""Sentences that are kept; of more, the oldest are forgotten."""
MAX_SENTENCE: Final = 2048
"""Characters of one sentence that are kept."""
MAX_OPEN: Final = 64
"""Sentences whose end is awaited; of more, the oldest are given up."""

USER: Final = "user"
AGENT: Final = "agent"


@dataclass(frozen=True, slots=True)
class Dialogue:
    """One complete sentence of the caller's or the agent's."""

    dialogue_id: str
    round_id: str
    producer: str
    type: str
    text: str
    time: float
    """When it was complete, Unix time in seconds."""

    def fields(self) -> dict[str, Any]:
        """Return it as the OpenAPI has it."""
        return {
            "DialogueId": self.dialogue_id,
            "RoundId": self.round_id,
            "Producer": self.producer,
            "Source": "call",
            "Type": self.type,
            "Text": self.text,
            "Time": round(self.time * 1000),
        }


class DialogueLog:
    """Puts subtitles together; what was not said to its end counts as far as it was said."""

    def __init__(self, instance_id: str) -> None:
        self._instance_id = instance_id
        self._dialogues: deque[Dialogue] = deque(maxlen=MAX_DIALOGUES)
        self._said: dict[int, str] = {}
        self._broadcasts: deque[int] = deque(maxlen=MAX_OPEN)
        self.greeting = ""
        """What the agent says first, of its own accord."""

    @property
    def dialogues(self) -> list[Dialogue]:
        """What was said, in its order."""
        return list(self._dialogues)

    def delete(self, dialogue_id: str) -> bool:
        """Forget a sentence; False when there is none of this id."""
        found = [each for each in self._dialogues if each.dialogue_id == dialogue_id]
        for dialogue in found:
            self._dialogues.remove(dialogue)
        return bool(found)

    def broadcast(self, sentence_id: int) -> None:
        """The agent's next words of that sentence are nobody's answer."""
        self._broadcasts.append(sentence_id)

    def note(self, event: AgentEvent, now: float) -> None:
        """Take what the caller was told at ``now``, Unix time."""
        match event:
            case UserSubtitleReceived(text, True, sentence_id):
                self._add(USER, "normal", text, sentence_id, now)
            case AgentSubtitleReceived(text, end, sentence_id):
                said = (self._said.pop(sentence_id, "") + text)[:MAX_SENTENCE]
                if not end:
                    self._said[sentence_id] = said
                    if len(self._said) > MAX_OPEN:
                        del self._said[next(iter(self._said))]
                    return
                self._add(AGENT, self._kind(said, sentence_id), said, sentence_id, now)

    def _kind(self, said: str, sentence_id: int) -> str:
        if self.greeting and said.strip() == self.greeting.strip():
            self.greeting = ""
            return "greeting"
        if sentence_id not in self._broadcasts:
            return "normal"
        self._broadcasts.remove(sentence_id)
        return "speech"

    def _add(self, producer: str, kind: str, text: str, sentence_id: int, now: float) -> None:
        if text.strip():
            self._dialogues.append(
                Dialogue(
                    secrets.token_hex(16),
                    f"{self._instance_id}-{sentence_id}",
                    producer,
                    kind,
                    text.strip()[:MAX_SENTENCE],
                    now,
                )
            )
