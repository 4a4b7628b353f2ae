"""Answers by simple rules: no network, no model, the same every time."""

import re
from collections.abc import AsyncGenerator
from typing import Final

from aicall_cli.agent.responder import Heard, to_its_end
from aicall_cli.agent.spoken_numbers import calculate

MAX_REPEATED: Final = 300
"""Characters of what was heard that are said back."""

NOT_HEARD: Final = "Sorry, I did not catch that."
_HELP: Final = (
    "I say back what I hear. I greet, I calculate, for example two plus three, "
    "and I repeat my last answer when you say: say that again."
)

_Rule = tuple[re.Pattern[str], str]


def _said(*phrases: str) -> re.Pattern[str]:
    """Match a text that is one of ``phrases``, perhaps with a few words of courtesy."""
    return re.compile(
        rf"(?:and |so |well |okay |oh )?(?:{'|'.join(phrases)})(?: there| please| now)?"
    )


# The first rule whose pattern is the whole text, in lower case and without punctuation.
_RULES: Final[tuple[_Rule, ...]] = (
    (
        _said("hello", "hi", "hey", "hello hello", "good (?:morning|afternoon|evening|day)"),
        "Hello. What can I do for you?",
    ),
    (_said("how are you(?: doing)?(?: today)?"), "I am well, thank you. What can I do for you?"),
    (
        _said("good ?bye", "bye", "bye bye", "see you(?: later)?", "good night"),
        "Goodbye. It was nice to talk to you.",
    ),
    (_said("thanks", "thank you(?: very much| so much)?", "many thanks"), "You are welcome."),
    (_said("help", "help me", "what can you do", "what can i say"), _HELP),
    (
        _said("who are you", "what are you", "what is your name", "what's your name"),
        "I am the built-in assistant of aicall.",
    ),
)
_AGAIN: Final = _said(
    "say (?:that|it) again", "repeat(?: that| it)?", "pardon", "what did you say", "come again"
)


class RulesResponder:
    """Answers one caller; remembers its last answer, to say it again."""

    def __init__(self) -> None:
        self._last = ""

    async def open(self) -> None:
        """Do nothing: rules are always ready."""

    async def reply(self, text: str, heard: Heard = to_its_end) -> AsyncGenerator[str, None]:
        """Yield the answer in one piece."""
        answer = self._answer(text)
        self._last = answer
        yield answer

    @property
    def hangs_up(self) -> bool:
        """False: hanging up is the caller's."""
        return False

    @property
    def takes_prompt(self) -> bool:
        """False: rules follow no prompt."""
        return False

    def instruct(self, prompt: str) -> None:
        """Do nothing."""

    async def close(self) -> None:
        """Do nothing."""

    def _answer(self, text: str) -> str:
        heard = _plain(text)
        if not heard:
            return NOT_HEARD
        if _AGAIN.fullmatch(heard):
            return self._last or "I have not said anything yet."
        for pattern, answer in _RULES:
            if pattern.fullmatch(heard):
                return answer
        return calculate(heard) or f"You said: {_repeated(text)}."


def _plain(text: str) -> str:
    """Return ``text`` in lower case, words and signs of arithmetic only."""
    kept = re.sub(r"[^\w\s'+*/.÷×−-]", " ", text[:MAX_REPEATED].lower())
    return " ".join(word.strip(".") for word in kept.split() if word.strip("."))


def _repeated(text: str) -> str:
    """Return ``text`` as one line that ends in a word, cut where it is too long."""
    line = " ".join(text.split())
    if len(line) > MAX_REPEATED:
        line = line[:MAX_REPEATED].rpartition(" ")[0] or line[:MAX_REPEATED]
    return line.rstrip(" .!?,;:")
