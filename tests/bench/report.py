"""What one end of a pair saw in a window of time, as it passes between processes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

TIMESTAMP_MODULUS = 1 << 32


@dataclass(frozen=True, slots=True, kw_only=True)
class CallReport:
    """One call at one end; times in seconds on the machine's monotonic clock."""

    origin: int | None
    """RTP timestamp of media position 0; None before the first packet."""
    first_packet_at: float | None
    dropped_at: float | None
    """When the packet that was to be lost was dropped."""
    sent: list[tuple[int, float]]
    """Media position in samples, and when its PCM was handed over for sending."""
    heard: list[tuple[int, float]]
    """RTP timestamp, and when its PCM came out at this end."""
    skipped: int
    lateness_p50: float | None
    lateness_p99: float | None
    lateness_max: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndReport:
    """All calls of one process in one window."""

    seconds: float
    cpu_seconds: float
    """Processor time of all threads of the process."""
    calls: list[CallReport]

    @property
    def cpu_per_call_second(self) -> float:
        """Processor seconds for each second of each call."""
        return self.cpu_seconds / (self.seconds * len(self.calls))

    @classmethod
    def parse(cls, fields: Mapping[str, Any]) -> "EndReport":
        """Return the report that ``asdict`` and JSON made of one."""
        calls = [
            CallReport(
                **{
                    **call,
                    "sent": [(position, at) for position, at in call["sent"]],
                    "heard": [(timestamp, at) for timestamp, at in call["heard"]],
                }
            )
            for call in fields["calls"]
        ]
        return cls(seconds=fields["seconds"], cpu_seconds=fields["cpu_seconds"], calls=calls)


def latencies(sender: CallReport, receiver: CallReport) -> list[tuple[float, float]]:
    """Return (time sent, seconds until it was heard) for each frame that both ends saw."""
    if sender.origin is None:
        return []
    sent = {position % TIMESTAMP_MODULUS: at for position, at in sender.sent}
    found = []
    for timestamp, heard_at in receiver.heard:
        sent_at = sent.get((timestamp - sender.origin) % TIMESTAMP_MODULUS)
        if sent_at is not None:
            found.append((sent_at, heard_at - sent_at))
    return found
