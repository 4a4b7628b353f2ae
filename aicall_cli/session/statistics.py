"""What one call measured of itself, in plain units; what is not known is None."""

from collections.abc import Sequence
from dataclasses import dataclass

from aicall_cli.capture.stream_statistics import StreamStatistics
from aicall_cli.engine.latency import Turn
from aicall_cli.engine.quality import mos, one_way_delay, r_factor
from aicall_cli.rtc.network_statistics import NetworkStatistics
from aicall_cli.session.playout_path import PathStatistics
from aicall_cli.session.session import Session
from aicall_cli.speech.echo_canceller import ProcessingStatistics


@dataclass(frozen=True, slots=True)
class TickStatistics:
    """The uplink's ticks; lateness in seconds, None before the first tick."""

    sent: int
    skipped: int
    lateness_p50: float | None
    lateness_p99: float | None
    lateness_max: float | None


@dataclass(frozen=True, slots=True)
class CallStatistics:
    """Figures of the call so far; times in seconds."""

    duration: float
    first_packet_after: float | None
    """From the session's creation to its first packet."""
    ticks: TickStatistics
    turns: Sequence[Turn]
    mean_latency: float | None
    """Over the turns that were answered and did not overlap."""
    network: NetworkStatistics | None
    opinion_score: float | None
    """An estimate: the E-model (ITU-T G.107) on loss and delay of the agent's audio."""
    messages_ignored: int
    playout: PathStatistics | None = None
    """Of what was played; None in a call that plays nothing."""
    processing: Sequence[ProcessingStatistics] = ()
    """What 3A did, for each stream that has it."""


@dataclass(frozen=True, slots=True)
class PushStatistics:
    """Sums over all external audio streams of a call."""

    pushed: int
    retried: int
    dropped: int
    underruns: int
    high_water_ms: float


def sum_streams(streams: Sequence[StreamStatistics | PushStatistics]) -> PushStatistics:
    """Add up several streams' counts; the high-water mark is the highest of them."""
    return PushStatistics(
        pushed=sum(stream.pushed for stream in streams),
        retried=sum(stream.retried for stream in streams),
        dropped=sum(stream.dropped for stream in streams),
        underruns=sum(stream.underruns for stream in streams),
        high_water_ms=max((stream.high_water_ms for stream in streams), default=0.0),
    )


def call_statistics(session: Session, network: NetworkStatistics | None) -> CallStatistics:
    """Return the session's figures; ``network`` is what its backend says of the network."""
    return CallStatistics(
        duration=session.duration,
        first_packet_after=session.first_packet_after,
        ticks=_ticks(session),
        turns=session.turns.turns,
        mean_latency=session.turns.mean_latency,
        network=network,
        opinion_score=_opinion_score(network),
        messages_ignored=session.machine.ignored,
        playout=session.playout.statistics if session.playout else None,
        processing=session.mixer.processing,
    )


def _ticks(session: Session) -> TickStatistics:
    subscription = session.subscription
    if subscription is None:
        return TickStatistics(0, 0, None, None, None)
    lateness = subscription.lateness
    return TickStatistics(
        subscription.schedule.sent,
        subscription.schedule.skipped,
        lateness.percentile(0.5),
        lateness.percentile(0.99),
        lateness.max,
    )


def _opinion_score(network: NetworkStatistics | None) -> float | None:
    if network is None:
        return None
    expected = network.packets_received + network.packets_lost
    loss = network.frames_concealed / expected if expected else None
    return mos(r_factor(one_way_delay(network.round_trip), loss))
