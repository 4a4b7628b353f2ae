"""What the network did to a call so far, in plain units; what is not known is None."""

from dataclasses import dataclass

from aiortc.stats import (
    RTCInboundRtpStreamStats,
    RTCOutboundRtpStreamStats,
    RTCRemoteInboundRtpStreamStats,
    RTCStatsReport,
)

from aicall_cli.audio.format import SAMPLE_RATE


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkStatistics:
    """Counts of packets and times in seconds, seen from this end."""

    packets_sent: int
    packets_received: int
    packets_lost: int
    """Packets of the agent that never came, after reordering."""
    packets_late: int
    packets_duplicated: int
    packets_foreign: int
    """Packets of another payload type or source, dropped."""
    frames_recovered: int
    frames_concealed: int
    jitter: float | None
    """Interarrival jitter of the agent's packets (RFC 3550 §6.4.1), in seconds."""
    round_trip: float | None
    """From RTCP reports, in seconds."""
    remote_fraction_lost: float | None
    """Share (0 to 1) of our packets that the agent's last report missed."""
    remote_packets_expected: int | None
    """Our packets that had been sent by the agent's last report."""
    remote_packets_lost: int | None
    """Those of them that never came."""
    remote_jitter: float | None
    """Interarrival jitter of our packets, as the agent reported it last, in seconds."""


@dataclass(frozen=True, slots=True)
class ReportedStatistics:
    """The part of the statistics that aiortc's RTCP keeps."""

    packets_sent: int
    jitter: float | None
    round_trip: float | None
    remote_fraction_lost: float | None
    remote_packets_expected: int | None
    remote_packets_lost: int | None
    remote_jitter: float | None


def read_report(report: RTCStatsReport) -> ReportedStatistics:
    """Pick our figures from aiortc's report and convert them.

    aiortc gives jitter in clock ticks and the lost fraction in 1/256.
    """
    packets_sent = 0
    jitter = round_trip = fraction_lost = expected = lost = remote_jitter = None
    for entry in report.values():
        if isinstance(entry, RTCOutboundRtpStreamStats):
            packets_sent = entry.packetsSent
        elif isinstance(entry, RTCInboundRtpStreamStats):
            jitter = entry.jitter / SAMPLE_RATE
        elif isinstance(entry, RTCRemoteInboundRtpStreamStats):
            round_trip = entry.roundTripTime
            fraction_lost = entry.fractionLost / 256
            expected = entry.packetsReceived + entry.packetsLost
            lost, remote_jitter = entry.packetsLost, entry.jitter / SAMPLE_RATE
    return ReportedStatistics(
        packets_sent, jitter, round_trip, fraction_lost, expected, lost, remote_jitter
    )
