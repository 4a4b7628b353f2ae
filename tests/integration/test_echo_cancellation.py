"""A call through a loudspeaker: the agent's own voice comes back into the microphone."""

import asyncio
import itertools
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from aicall_cli.audio.format import CALL_FORMAT, SAMPLE_RATE, TICK_SAMPLES, TICK_SECONDS, Pcm
from aicall_cli.audio.frame import AudioFrame
from aicall_cli.capture.external_stream import ExternalAudioStream, ExternalAudioStreamConfig
from aicall_cli.client.call import Call
from aicall_cli.client.options import CallOptions
from aicall_cli.engine.enums import InterruptedReason
from aicall_cli.engine.events import SpeakingInterrupted
from aicall_cli.playout.null_output import NullOutput
from aicall_cli.speech.echo_canceller import load
from tests.integration.agent_caller import TOKEN, serving
from tests.integration.test_agent_talks import recording, script
from tests.support.echo_path import EchoPath, decibels
from tests.support.speech_like import ticks_of

# Once and for all: the library's threads and files are the process's, not a test's.
load()

LEARNING_SECONDS = 3.0
"""What the canceller has to learn the room, from the agent's first word on."""
NEAR_AFTER = 7.0
"""When the caller speaks, in seconds from the agent's first word on."""
TALKS = """
voice_interrupt = true
[[step]]
after = "call_begin"
say = "Good afternoon. This is the voice of the agent, and it is going to read a longer text, so \
that an echo canceller has something to learn from. The quick brown fox jumps over the lazy dog, \
and then it rests for a while under the old tree by the river. Nobody answers, so the fox goes on."
"""


@dataclass
class Room(NullOutput):
    """A loudspeaker and a microphone on one table, and a caller who speaks at some time."""

    stream: ExternalAudioStream
    near: list[Pcm]
    path: EchoPath = field(default_factory=EchoPath)
    heard: list[Pcm] = field(default_factory=list)
    """What the microphone heard, tick by tick."""
    said: list[Pcm] = field(default_factory=list)
    """What of it the caller said."""
    played: list[Pcm] = field(default_factory=list)
    sent: list[Pcm] = field(default_factory=list)
    """What the agent is sent, tick by tick."""
    all_said: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        super().__init__()

    @property
    def began(self) -> int | None:
        """The tick in which the agent's first word is played."""
        return next((n for n, pcm in enumerate(self.played) if np.abs(pcm).max() > 500), None)

    def write(self, pcm: Pcm) -> None:
        super().write(pcm)
        self.path.play(pcm)
        self.played.append(pcm)
        self.said.append(self._near())
        self.heard.append(self.path.hear(self.said[-1]))
        for block in self.heard[-1].reshape(2, -1, 1):
            self.stream.push(AudioFrame(block, CALL_FORMAT))

    def caller(self, pcm: Pcm, at_sample: int) -> None:
        self.sent.append(pcm)

    def agent(self, pcm: Pcm, at_sample: int) -> None:
        """What is heard of the agent is what is played."""

    def _near(self) -> Pcm:
        began = self.began
        if began is None or len(self.played) - began < NEAR_AFTER / TICK_SECONDS:
            return np.zeros(TICK_SAMPLES, np.int16)
        if not self.near:
            self.all_said.set()
            return np.zeros(TICK_SAMPLES, np.int16)
        return self.near.pop(0)

    @property
    def near_began(self) -> int:
        return next(n for n, pcm in enumerate(self.said) if pcm.any())


async def call_in_a_room(folder: Path, enable_3a: bool) -> tuple[Room, list[float], Call]:
    """Let the agent talk and the caller interrupt it; return also when it was interrupted."""
    interruptions: list[float] = []
    agent = script(folder, TALKS)
    async with (
        serving(agents=(agent,)) as url,
        Call(CallOptions(agent_id=agent, server=url, token=TOKEN)) as call,
    ):
        config = ExternalAudioStreamConfig(SAMPLE_RATE, 1, enable_3a=enable_3a)
        near = ticks_of(recording()[: 2 * SAMPLE_RATE])
        room = Room(call.add_external_audio_stream(config, live=True), near)
        call.session.add_tap(room)
        call.session.play_into(room)
        events = call.events()
        async with asyncio.timeout(30):
            async for stamped in events:
                if isinstance(stamped.event, SpeakingInterrupted):
                    assert stamped.event.reason is InterruptedReason.BY_VOICE
                    assert room.began is not None
                    interruptions.append((len(room.played) - room.began) * TICK_SECONDS)
                    break
        if enable_3a:
            await room.all_said.wait()
    return room, interruptions, call


async def test_without_3a_the_agent_interrupts_itself(tmp_path: Path) -> None:
    _, (interrupted,), call = await call_in_a_room(tmp_path, enable_3a=False)
    assert interrupted < NEAR_AFTER
    assert call.summary.statistics.processing == ()


async def test_with_3a_the_echo_is_gone_and_the_caller_is_heard(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], pytestconfig: pytest.Config
) -> None:
    room, (interrupted,), call = await call_in_a_room(tmp_path, enable_3a=True)
    # The agent was not disturbed by itself, and was by the caller.
    assert NEAR_AFTER < interrupted < NEAR_AFTER + 1.5
    began, near_began = room.began, room.near_began
    assert began is not None

    def reduction(first: int, last: int) -> float:
        loud = [n for n in range(first, last) if decibels(room.heard[n]) > 40]
        heard, sent = ([side[n] for n in loud] for side in (room.heard, room.sent))
        return decibels(np.concatenate(heard)) - decibels(np.concatenate(sent))

    seconds = [began + round(at / TICK_SECONDS) for at in (0, 1, LEARNING_SECONDS)]
    learning = [reduction(*pair) for pair in itertools.pairwise(seconds)]
    learnt = reduction(seconds[-1], near_began)
    near_ticks = (near_began, near_began + 100)
    levels = [(decibels(room.said[n]), decibels(room.sent[n])) for n in range(*near_ticks)]
    voiced = [(said, sent) for said, sent in levels if said > 50]
    gain = float(np.median([sent - said for said, sent in voiced]))
    survived = float(np.mean([sent - said > -15 for said, sent in voiced]))
    report = (
        f"echo reduced by {learning[0]:.1f} dB in second 1, {learning[1]:.1f} dB in seconds 2-3, "
        f"{learnt:.1f} dB from then on; of the caller's voice {survived:.0%} passed, "
        f"at {gain:+.1f} dB"
    )
    with capsys.disabled():
        pytestconfig.get_terminal_writer().line(f"\n{report}")
    assert learnt >= 20, report
    assert survived >= 0.7, report
    assert -6 < gain < 20, report  # the gain control may raise it
    (processing,) = call.summary.statistics.processing
    assert processing.applied.echo_cancellation
    assert processing.delay == 0.0
    assert processing.processed == pytest.approx(len(room.heard) * TICK_SECONDS, abs=1.0)
