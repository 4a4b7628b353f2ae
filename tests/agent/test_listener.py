import asyncio

import numpy as np
import pytest

from aicall_cli.agent.listener import MAX_WAITING, Listener, ListenerHandlers
from aicall_cli.engine.limits import MAX_TEXT
from aicall_cli.speech.recogniser import RecogniserError
from tests.agent.speech_parts import FakeRecogniser

TICK = np.ones(960, np.int16)


class Hearing:
    """A listener that runs, and what it told."""

    def __init__(self, recogniser: FakeRecogniser) -> None:
        self.told: list[tuple[str, int, str]] = []
        self.listener = Listener(
            recogniser,
            ListenerHandlers(
                on_partial=lambda number, text: self.told.append(("partial", number, text)),
                on_final=lambda number, text: self.told.append(("final", number, text)),
            ),
        )

    def utter(self, sentence_id: int, ticks: int = 50) -> None:
        self.listener.begin(sentence_id)
        for _ in range(ticks):
            self.listener.hear(TICK)
        self.listener.end()


async def test_utterances_are_recognised_one_after_the_other() -> None:
    recogniser = FakeRecogniser("one", " two\n")
    hearing = Hearing(recogniser)
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(hearing.listener.run())
        hearing.utter(1)
        hearing.utter(4)  # while the first is still being recognised
        await asyncio.sleep(1)
        task.cancel()
    assert hearing.told == [("final", 1, "one"), ("final", 4, "two")]
    assert recogniser.calls == ["open", "start", "finish", "start", "finish", "close"]
    assert recogniser.samples == 16_000


async def test_partials_are_told_when_they_change() -> None:
    recogniser = FakeRecogniser("go forward")
    hearing = Hearing(recogniser)
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(hearing.listener.run())
        hearing.listener.begin(2)
        await asyncio.sleep(0.1)
        for text in ("", "go", "go ", " go", "go four"):
            recogniser.on_partial(text)
        hearing.listener.end()
        await asyncio.sleep(1)
        task.cancel()
    assert hearing.told == [
        ("partial", 2, "go"),
        ("partial", 2, "go four"),
        ("final", 2, "go forward"),
    ]


async def test_a_discarded_utterance_ends_without_a_text() -> None:
    recogniser = FakeRecogniser()
    hearing = Hearing(recogniser)
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(hearing.listener.run())
        hearing.listener.begin(1)
        hearing.listener.hear(TICK)
        await asyncio.sleep(0.1)
        recogniser.on_partial("go")
        hearing.listener.discard()
        await asyncio.sleep(0.1)
        task.cancel()
    assert hearing.told == [("partial", 1, "go"), ("final", 1, "")]
    assert recogniser.calls == ["open", "start", "cancel", "close"]


async def test_utterances_of_one_sentence_are_told_as_one() -> None:
    recogniser = FakeRecogniser("i would like to", " go forward ", "ten", "\u4f60", "\u597d")
    hearing = Hearing(recogniser)
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(hearing.listener.run())
        hearing.utter(1)
        await asyncio.sleep(1)
        hearing.listener.begin(1)
        await asyncio.sleep(0.1)
        for text in ("", "go"):
            recogniser.on_partial(text)
        hearing.listener.end()
        await asyncio.sleep(1)
        hearing.utter(2)
        for _ in range(2):
            hearing.utter(3)  # it goes on before the first part is understood
        await asyncio.sleep(1)
        task.cancel()
    assert hearing.told == [
        ("final", 1, "i would like to"),
        ("partial", 1, "i would like to go"),
        ("final", 1, "i would like to go forward"),
        ("final", 2, "ten"),
        ("partial", 3, "\u4f60"),
        ("final", 3, "\u4f60\u597d"),
    ]


async def test_what_was_said_before_a_discarded_part_stands() -> None:
    recogniser = FakeRecogniser("go forward")
    hearing = Hearing(recogniser)
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(hearing.listener.run())
        hearing.utter(1)
        hearing.listener.begin(1)
        hearing.listener.discard()
        await asyncio.sleep(1)
        task.cancel()
    assert hearing.told == [("partial", 1, "go forward"), ("final", 1, "go forward")]


async def test_a_failure_comes_out_and_the_recogniser_is_closed() -> None:
    recogniser = FakeRecogniser("fail")
    hearing = Hearing(recogniser)
    hearing.utter(1)
    with pytest.raises(RecogniserError, match="the recogniser broke"):
        await hearing.listener.run()
    assert recogniser.calls[-1] == "close"


async def test_speech_that_comes_too_fast_is_a_failure_and_not_kept() -> None:
    recogniser = FakeRecogniser("one", "two")
    hearing = Hearing(recogniser)
    hearing.utter(1, ticks=1)
    hearing.utter(2, ticks=2 * MAX_WAITING)
    assert hearing.listener._items.qsize() <= MAX_WAITING + 1
    with pytest.raises(RecogniserError, match="faster than it can be recognised"):
        await hearing.listener.run()


async def test_a_sentence_that_goes_on_for_ever_is_told_by_its_end() -> None:
    parts = ["a" * 5000, "b" * 5000]
    hearing = Hearing(FakeRecogniser(*parts))
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(hearing.listener.run())
        for _ in parts:
            hearing.utter(1)
            await asyncio.sleep(1)
        task.cancel()
    kind, number, text = hearing.told[-1]
    assert (kind, number) == ("final", 1)
    assert len(text) == MAX_TEXT
    assert text.endswith(" " + parts[1])
