"""What is heard of an agent beside its answers, in real calls."""

import numpy as np
import pytest

from aicall_cli.audio.format import SAMPLE_RATE, Pcm
from aicall_cli.audio.level import dbfs, rms
from aicall_cli.backends.builtin_agent_config import builtin_settings
from aicall_cli.engine.enums import AgentState
from aicall_cli.engine.events import AgentStateChanged
from aicall_cli.errors import UsageError
from aicall_cli.protocol.agent_config import AgentConfig
from tests.integration.agent_caller import Caller, calling, serving
from tests.integration.sound import until

LISTENING = AgentStateChanged(AgentState.LISTENING)


def with_background(name: str, volume: int = 100) -> dict[str, str | float | bool]:
    config = {"AmbientSoundConfig": {"ResourceId": name, "Volume": volume}}
    return dict(builtin_settings(AgentConfig.from_plain(config), "echo").options)


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
