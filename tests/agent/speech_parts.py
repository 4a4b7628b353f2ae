"""A recogniser, a responder and a voice that do what a test tells them, in virtual time."""

import asyncio
from collections.abc import AsyncGenerator

import numpy as np

from aicall_cli.agent.responder import Heard, ResponderError, to_its_end
from aicall_cli.audio.format import SAMPLE_RATE, Pcm
from aicall_cli.speech.recogniser import OnPartial, RecogniserError
from aicall_cli.speech.synthesiser import SpeechChunk, SynthesiserError, WordMark


class FakeRecogniser:
    """Understands what is in ``texts``, one after the other, 0.2 s after each end."""

    def __init__(self, *texts: str) -> None:
        self.texts = list(texts)
        self.calls: list[str] = []
        self.samples = 0
        self.on_partial: OnPartial = print
        self.finish_seconds = 0.2

    async def open(self) -> None:
        self.calls.append("open")

    def start_utterance(self, on_partial: OnPartial) -> None:
        self.calls.append("start")
        self.on_partial = on_partial
        self.samples = 0

    def feed(self, pcm: Pcm) -> None:
        self.samples += len(pcm)

    async def finish(self) -> str:
        self.calls.append("finish")
        await asyncio.sleep(self.finish_seconds)
        text = self.texts.pop(0)
        if text == "fail":
            raise RecogniserError("the recogniser broke", hint="mend it")
        return text

    def cancel(self) -> None:
        self.calls.append("cancel")

    async def close(self) -> None:
        self.calls.append("close")


class FakeResponder:
    """Answers with the pieces of ``answers``, 0.1 s each; the piece "fail" is a failure."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []
        self.prompts: list[str] = []
        self.heard: list[Heard] = []
        self.hangs_up = False
        self.closed_early = 0
        self.is_open = False

    async def open(self) -> None:
        self.is_open = True

    async def reply(self, text: str, heard: Heard = to_its_end) -> AsyncGenerator[str, None]:
        self.asked.append(text)
        self.heard.append(heard)
        finished = False
        try:
            for piece in self.answers.pop(0):
                await asyncio.sleep(0.1)
                if piece == "fail":
                    raise ResponderError("no answer could be made")
                yield piece
            finished = True
        finally:
            self.closed_early += not finished

    takes_prompt = True

    def instruct(self, prompt: str) -> None:
        self.prompts.append(prompt)

    async def close(self) -> None:
        self.is_open = False


class FakeVoice:
    """Speaks each text in chunks of ``seconds`` each, a word a chunk."""

    def __init__(self, seconds: float = 0.1, name: str = "v1") -> None:
        self.seconds = seconds
        self.name = name
        self.said: list[str] = []
        self.rate = 1.0
        self.is_open = False

    async def open(self) -> None:
        self.is_open = True

    async def synthesise(self, text: str) -> AsyncGenerator[SpeechChunk, None]:
        self.said.append(text)
        if "unspeakable" in text:
            raise SynthesiserError("the voice broke")
        start = 0
        for word in text.split(" "):
            end = start + len(word)
            pcm = np.full(round(self.seconds * SAMPLE_RATE), 1000, np.int16)
            yield SpeechChunk(pcm, (WordMark(0.0, start, end),) if word else ())
            start = end + 1
            await asyncio.sleep(0)

    async def close(self) -> None:
        self.is_open = False
