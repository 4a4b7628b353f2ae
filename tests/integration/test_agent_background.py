"""What is heard of an agent beside its answers, in real calls."""

import numpy as np
import pytest

from aicall_cli.audio.format import SAMPLE_RATE, Pcm
from aicall_cli.audio.level import dbfs, rms
from aicall_cli.engine.enums import AgentState
from aicall_cli.engine.events import AgentStateChanged, AgentSubtitleReceived
from aicall_cli.errors import UsageError
from aicall_cli.protocol.signaling import Option
from tests.integration.agent_caller import Caller, calling, configured, serving
from tests.integration.sound import until
from tests.integration.test_agent_talks import recording

LISTENING = AgentStateChanged(AgentState.LISTENING)


def with_background(name: str, volume: int = 100) -> dict[str, Option]:
    return configured("echo", AmbientSoundConfig={"ResourceId": name, "Volume": volume})


async def heard_of(caller: Caller, seconds: float = 1.0) -> Pcm:
    """Return what is heard until there is so much of it."""
    await until(lambda: sum(len(frame.pcm) for frame in caller.heard) >= seconds * SAMPLE_RATE)
    return caller.agent_audio


def brightness(pcm: Pcm) -> float:
    """Return the share of the energy above 1 kHz."""
    power = np.abs(np.fft.rfft(pcm)) ** 2
    return float(power[np.fft.rfftfreq(len(pcm), 1 / SAMPLE_RATE) > 1000].sum() / power.sum())


async def test_a_background_sound_is_heard_while_nobody_speaks() -> None:
    async with (
        serving(agents=("echo",)) as url,
        calling(url) as alone,
        calling(url, options=with_background("rain")) as rain,
        calling(url, options=with_background("office", 50)) as office,
    ):
        silence, drops, machines = [await heard_of(one) for one in (alone, rain, office)]
        assert dbfs(rms(silence)) < -80
        assert -60 < dbfs(rms(drops)) < -50
        assert -70 < dbfs(rms(machines)) < -56
        assert brightness(drops) > 0.5 > brightness(machines)
        assert rain.states == [AgentState.LISTENING]


async def test_an_unknown_background_sound_is_refused_by_name() -> None:
    async with serving(agents=("echo",)) as url:
        with pytest.raises(UsageError, match="no background sound 'jungle'"):
            async with calling(url, options=with_background("jungle")):
                pass


async def test_a_word_of_attention_is_heard_in_a_pause_without_taking_the_turn() -> None:
    words = [{"Enabled": True, "Probability": 1, "Words": [{"Text": "mhm, yes"}]}]
    options = configured(BackChannelingConfig=words, AsrConfig={"AsrMaxSilence": 1200})
    async with serving(agents=("assistant",)) as url, calling(url, "assistant", options) as caller:
        await caller.until(LISTENING)
        caller.say(recording())
        await until(lambda: bool(caller.loudest_positions))
        assert caller.states == [AgentState.LISTENING]
        assert not [e for e in caller.events if isinstance(e, AgentSubtitleReceived)]
        assert await caller.until_final_subtitle() == "go forward ten meters"
