"""A call that never was: a real feed, level meter and mixer, and figures, for the views."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from aicall_cli.audio.format import TICK_SAMPLES, Pcm
from aicall_cli.capture.mixer import Mixer
from aicall_cli.client.summary import CallSummary
from aicall_cli.engine.enums import EndReason
from aicall_cli.engine.events import AgentSubtitleReceived, CallEnded, Event, UserSubtitleReceived
from aicall_cli.engine.latency import Turn
from aicall_cli.rtc.network_statistics import NetworkStatistics
from aicall_cli.session.feed import Feed, Stamped
from aicall_cli.session.session import AudioTap
from aicall_cli.session.statistics import CallStatistics, PushStatistics, TickStatistics
from aicall_cli.session.voice_activity import VoiceActivity

SILENCE = np.zeros(TICK_SAMPLES, np.int16)
LOUD = np.full(TICK_SAMPLES, 32_000, np.int16)
QUIET = np.full(TICK_SAMPLES, 320, np.int16)
"""40 dB below full scale."""

ANSWERED = Turn(0.5, 2.1, 2.72, 0.62, overlapped=False)
OVERLAPPED = Turn(4.0, 5.0, 5.2, 0.2, overlapped=True)
UNANSWERED = Turn(8.0, 9.0, None, None, overlapped=False)

STATISTICS = CallStatistics(
    duration=7.42,
    first_packet_after=0.912,
    ticks=TickStatistics(371, 0, 0.0001, 0.00041, 0.0012),
    turns=(ANSWERED,),
    mean_latency=0.62,
    network=NetworkStatistics(
        packets_sent=371,
        packets_received=370,
        packets_lost=0,
        packets_late=0,
        packets_duplicated=0,
        packets_foreign=0,
        frames_recovered=0,
        frames_concealed=0,
        jitter=0.0003,
        round_trip=0.0124,
        remote_fraction_lost=0.0,
        remote_packets_expected=371,
        remote_packets_lost=0,
        remote_jitter=0.001,
    ),
    opinion_score=4.386,
    messages_ignored=0,
)
"""A call as it should be."""

SUMMARY = CallSummary(
    agent_id="assistant",
    call_id="c-1",
    ended=CallEnded(EndReason.HUNG_UP, "hung up"),
    statistics=STATISTICS,
    pushes=PushStatistics(pushed=107, retried=12, dropped=0, underruns=0, high_water_ms=200.0),
    recording=Path("recordings/2026-01-31T10-20-30-assistant-1a2b"),
)

NOTHING_KNOWN = CallSummary(
    agent_id="assistant",
    call_id=None,
    ended=None,
    statistics=CallStatistics(
        duration=0.0,
        first_packet_after=None,
        ticks=TickStatistics(0, 0, None, None, None),
        turns=(),
        mean_latency=None,
        network=None,
        opinion_score=None,
        messages_ignored=0,
    ),
    pushes=PushStatistics(0, 0, 0, 0, 0.0),
    recording=None,
)
"""A call that broke off before anything could be measured."""


def with_turns(*turns: Turn) -> CallSummary:
    """Return ``SUMMARY`` with other turns."""
    return replace(SUMMARY, statistics=replace(STATISTICS, turns=turns))


def heard(text: str, *, end: bool = False, sentence: int = 1) -> UserSubtitleReceived:
    """Return what was heard of the caller."""
    return UserSubtitleReceived(text, end, sentence)


def said(text: str, *, end: bool = False, sentence: int = 1) -> AgentSubtitleReceived:
    """Return a piece of what the agent says."""
    return AgentSubtitleReceived(text, end, sentence)


def _nothing(at: float) -> None:
    pass


@dataclass
class FakeSession:
    """Both sides' level meters and a mixer."""

    caller: VoiceActivity = field(default_factory=lambda: VoiceActivity(_nothing, _nothing))
    agent: VoiceActivity = field(default_factory=lambda: VoiceActivity(_nothing, _nothing))
    duration: float = 0.0
    mixer: Mixer = field(default_factory=Mixer)
    taps: list[AudioTap] = field(default_factory=list)

    def add_tap(self, tap: AudioTap) -> None:
        """Keep the tap for ``tick``."""
        self.taps.append(tap)

    def tick(self, pcm: Pcm = SILENCE) -> None:
        """Let a tick be sent."""
        self.caller.hear(pcm, 0.0)
        for tap in self.taps:
            tap.caller(pcm, 0)

    def hear(self, pcm: Pcm) -> None:
        """Let a frame of the agent come."""
        self.agent.hear(pcm, 0.0)
        for tap in self.taps:
            tap.agent(pcm, 0)


@dataclass
class FakeCall:
    """Publishes what a test says."""

    summary: CallSummary = SUMMARY
    session: FakeSession = field(default_factory=FakeSession)
    feed: Feed = field(default_factory=Feed)

    def events(self) -> AsyncIterator[Stamped]:
        """Return the feed."""
        return self.feed.listen()

    def publish(self, *events: Event, at: float = 1.0) -> None:
        """Let ``events`` happen at once."""
        for event in events:
            self.feed.publish(at, event)
