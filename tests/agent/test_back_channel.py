import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
import pytest

from aicall_cli.agent.back_channel import (
    MAX_SECONDS,
    BackChannel,
    BackChanneler,
    back_channels_of,
)
from aicall_cli.agent.call_options import CallOptions
from aicall_cli.audio.format import SAMPLE_RATE
from aicall_cli.errors import UsageError
from aicall_cli.protocol.speaking_config import Word
from tests.agent.conversation import FakeConversation
from tests.agent.speech_parts import FakeVoice

MHM = Word(text="mhm")
ALWAYS = BackChannel((MHM,), 1.0)


class Attentive:
    """A caller's listener, who murmurs."""

    def __init__(self, channels: tuple[BackChannel, ...]) -> None:
        self.conversation = FakeConversation()
        self.voice = FakeVoice()
        self.channeler = BackChanneler(
            channels, self.voice, self.conversation.voice, random.Random(1)
        )

    async def pause(self) -> bool:
        """Have the caller pause; return whether something is heard then."""
        self.channeler.caller_paused()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return bool((await self.conversation.speak(0.5)).any())


@asynccontextmanager
async def attentive(*channels: BackChannel) -> AsyncIterator[Attentive]:
    now = Attentive(channels)
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(now.channeler.run())
        yield now
        task.cancel()


async def test_a_word_is_heard_in_a_pause_and_nothing_else_happens() -> None:
    async with attentive(ALWAYS) as now:
        assert [await now.pause() for _ in range(3)] == [True] * 3
        assert now.conversation.did == []
        assert now.voice.said == ["mhm"]


async def test_how_often_is_a_matter_of_chance() -> None:
    channel = BackChannel((MHM, Word(text="yes", probability=0.5)), 0.5)
    async with attentive(channel) as now:
        heard = [await now.pause() for _ in range(100)]
        assert 35 < sum(heard) < 65
        assert sorted(now.voice.said) == ["mhm", "yes"]
    async with attentive(BackChannel((MHM,), 0.0)) as now:
        assert not await now.pause()


async def test_nobody_murmurs_into_its_own_answer() -> None:
    async with attentive(ALWAYS) as now:
        speech = now.conversation.voice.open(1)
        assert speech is not None
        assert not await now.pause()


async def test_another_voice_says_it_anew() -> None:
    async with attentive(ALWAYS) as now:
        await now.pause()
        now.voice.rate = 1.5
        await now.pause()
        now.voice.name = "v2"
        await now.pause()
        assert now.voice.said == ["mhm"] * 3


async def test_a_word_that_cannot_be_said_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    async with attentive(BackChannel((Word(text="unspeakable"),), 1.0)) as now:
        assert not await now.pause()
        assert "a word of attention is not said: the voice broke" in caplog.text


async def test_a_word_is_short() -> None:
    async with attentive(ALWAYS) as now:
        now.voice.seconds = 10.0
        now.channeler.caller_paused()
        heard = await now.conversation.speak(MAX_SECONDS + 1)
        assert np.count_nonzero(heard) == MAX_SECONDS * SAMPLE_RATE


def test_what_is_asked_for_is_taken_with_aicallkits_defaults() -> None:
    yes = {"Text": "yes", "Probability": 0.2}
    given: list[dict[str, Any]] = [
        {"Enabled": True, "TriggerStage": "pause_detected", "Words": [MHM.as_plain(), yes]},
        {"Enable": True, "Probability": 0, "Words": [MHM.as_plain(), {"Text": " "}]},
        {"Enabled": False, "Words": [MHM.as_plain()]},
        {"Enabled": True},
    ]
    options = CallOptions({"back_channels": json.dumps(given)})
    assert back_channels_of(options) == (
        BackChannel((MHM, Word(text="yes", probability=0.2)), 0.5),
        BackChannel((MHM,), 0.0),
    )
    options.finish()
    assert back_channels_of(CallOptions({})) == ()


@pytest.mark.parametrize("bad", ['[{"TriggerStage": "never"}]', "[1]", json.dumps([{}] * 11)])
def test_what_makes_no_sense_is_refused(bad: str) -> None:
    with pytest.raises(UsageError):
        back_channels_of(CallOptions({"back_channels": bad}))
