"""How long the measures take: in full, or only so that each is known to work."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Durations in seconds of media, and repetitions."""

    settle: float
    """Let the connection pass before a window begins."""
    latency: float
    after_loss: float
    """From a lost packet to the window that must show no delay left behind."""
    ticks: float
    cpu: float
    """In full, once through all of the recordings: a pause costs less than speech."""
    many_calls: int
    rounds: int
    """Times that ours and plain aiortc take turns where processor time is compared."""
    file: float
    starts: int
    """Starts of a command of which the median is taken."""
    calls: int
    """Whole calls of which the median is taken."""
    keys: int
    """Presses of a key of which a percentile is taken."""
    device_call: float
    """A call in virtual time with clocks of its devices that drift."""
    short_file: float
    long_file: float


FULL = Scale(
    settle=2.0,
    latency=15.0,
    after_loss=2.0,
    ticks=60.0,
    cpu=12.0,
    many_calls=16,
    rounds=3,
    file=60.0,
    starts=15,
    calls=5,
    keys=100,
    device_call=3600.0,
    short_file=60.0,
    long_file=3600.0,
)
QUICK = Scale(
    settle=0.5,
    latency=1.0,
    after_loss=0.5,
    ticks=1.0,
    cpu=1.0,
    many_calls=2,
    rounds=1,
    file=3.0,
    starts=1,
    calls=1,
    keys=3,
    device_call=180.0,
    short_file=2.0,
    long_file=20.0,
)
