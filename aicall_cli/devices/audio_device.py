"""One input or output of the machine, as PortAudio knows it."""

from dataclasses import dataclass
from enum import Enum


class Direction(Enum):
    """Which way a device is used."""

    INPUT = "input"
    OUTPUT = "output"


@dataclass(frozen=True, slots=True)
class AudioDevice:
    """A device of one listing; ``index`` holds only until the next one.

    ``name`` is the system's and may be whatever a device calls itself: escape it before a
    terminal sees it. Latencies are in seconds.
    """

    index: int
    name: str
    host_api: str
    input_channels: int
    output_channels: int
    default_sample_rate: float
    is_default_input: bool = False
    is_default_output: bool = False
    low_input_latency: float = 0.0
    low_output_latency: float = 0.0

    def channels(self, direction: Direction) -> int:
        """Return how many channels there are at most; 0 for a device of the other kind."""
        return self.input_channels if direction is Direction.INPUT else self.output_channels

    def is_default(self, direction: Direction) -> bool:
        """Return whether the system uses it where no device was chosen."""
        if direction is Direction.INPUT:
            return self.is_default_input
        return self.is_default_output

    def low_latency(self, direction: Direction) -> float:
        """Return the seconds of buffering that PortAudio thinks low."""
        if direction is Direction.INPUT:
            return self.low_input_latency
        return self.low_output_latency

    def is_same(self, other: "AudioDevice") -> bool:
        """Return whether this is ``other`` of an earlier listing: it has the same name."""
        return (self.name, self.host_api) == (other.name, other.host_api)
