"""Hears utterances through a recogniser, one after the other, however they arrive.

Utterances with the same sentence id are the parts of one sentence: what is told of a part is
the sentence's text so far.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from aicall_cli.audio.format import CALL_FORMAT, Pcm
from aicall_cli.audio.resampler import StreamResampler
from aicall_cli.engine.limits import MAX_TEXT
from aicall_cli.speech.recogniser import RECOGNISER_RATE, Recogniser, RecogniserError

MAX_WAITING: Final = 6000
"""Frames of 20 ms, and beginnings and ends, that may wait while the recogniser is busy."""


@dataclass(frozen=True, slots=True)
class ListenerHandlers:
    """Whom a listener tells what it understood."""

    on_partial: Callable[[int, str], None]
    """A sentence id and its text so far."""
    on_final: Callable[[int, str], None]
    """A sentence id and its final text, empty if nothing was understood or all forgotten.

    It comes again, and longer, when the sentence has gone on since.
    """


@dataclass(frozen=True, slots=True)
class _Begin:
    sentence_id: int


class _End:
    """The utterance is complete."""


class _Discard:
    """The utterance is to be forgotten."""


_Item: TypeAlias = _Begin | Pcm | _End | _Discard


class Listener:
    """Takes utterances at any time and gives them to the recogniser when that is free."""

    def __init__(self, recogniser: Recogniser, handlers: ListenerHandlers) -> None:
        self._recogniser = recogniser
        self._handlers = handlers
        self._items: asyncio.Queue[_Item] = asyncio.Queue()
        self._sentence_id = 0
        self._parts: Counter[int] = Counter()
        """How many parts of each sentence are still to be heard to their end."""
        self.said = ""
        """What the parts of the present sentence that were heard to their end say."""
        self._partial = ""
        self._resampler = StreamResampler(CALL_FORMAT, RECOGNISER_RATE)

    async def run(self) -> None:
        """Recognise until cancelled; raise UsageError or AgentError when it cannot be done."""
        try:
            await self._recogniser.open()
            while True:
                await self._take(await self._items.get())
        finally:
            await self._recogniser.close()

    def begin(self, sentence_id: int) -> None:
        """An utterance begins."""
        self._parts[sentence_id] += 1
        self._put(_Begin(sentence_id))

    def hear(self, pcm: Pcm) -> None:
        """The utterance's next samples, mono 48 kHz."""
        self._put(pcm)

    def end(self) -> None:
        """The utterance is complete; its text follows."""
        self._put(_End())

    def discard(self) -> None:
        """The utterance is to be forgotten: the sentence ends as if it had not been said."""
        self._put(_Discard())

    def _put(self, item: _Item) -> None:
        # What is over the bound is refused where it is taken: there it can be an error.
        if self._items.qsize() <= MAX_WAITING:
            self._items.put_nowait(item)

    async def _take(self, item: _Item) -> None:
        if self._items.qsize() >= MAX_WAITING:
            raise RecogniserError("speech comes faster than it can be recognised")
        match item:
            case _Begin(sentence_id):
                if sentence_id != self._sentence_id:
                    self._sentence_id = sentence_id
                    self.said = ""
                self._partial = ""
                self._resampler = StreamResampler(CALL_FORMAT, RECOGNISER_RATE)
                self._recogniser.start_utterance(self._take_partial)
            case _End():
                self._recogniser.feed(self._resampler.flush())
                self.said = _joined(self.said, await self._recogniser.finish())
                self._end_part()
            case _Discard():
                self._recogniser.cancel()
                self._end_part()
            case _:
                self._recogniser.feed(self._resampler.process(item.reshape(-1, 1)))

    def _end_part(self) -> None:
        self._parts[self._sentence_id] -= 1
        if self._parts[self._sentence_id]:
            self._take_text(self.said)
            return
        del self._parts[self._sentence_id]
        self._handlers.on_final(self._sentence_id, self.said)

    def _take_partial(self, text: str) -> None:
        if text.strip():
            self._take_text(_joined(self.said, text))

    def _take_text(self, text: str) -> None:
        if text and text != self._partial:
            self._partial = text
            self._handlers.on_partial(self._sentence_id, text)


def _joined(said: str, text: str) -> str:
    """Put together what two parts say; scripts without spaces need none between them.

    Of a sentence that goes on for ever, the end is kept: as much as a message carries.
    """
    said, text = said.strip(), text.strip()
    spaced = said and text and (said[-1].isascii() or text[0].isascii())
    return (f"{said} {text}" if spaced else said + text)[-MAX_TEXT:]
