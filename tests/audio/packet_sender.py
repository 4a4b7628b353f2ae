"""A sender of packets, and what of them comes out of a reorder buffer."""

from collections.abc import Sequence
from dataclasses import dataclass

from aicall_cli.audio.reorder_buffer import Packet, Ready, ReorderBuffer

WAIT = 0.020
FRAME = 960
TOC_20_MS = 9 << 3
TOC_10_MS = 8 << 3
TOC_60_MS = 11 << 3


def payload(number: int, toc: int = TOC_20_MS) -> bytes:
    return bytes([toc]) + number.to_bytes(4, "big")


@dataclass
class Sender:
    """A sender of 20 ms frames whose counters start anywhere."""

    sequence: int = 100
    timestamp: int = 5_000

    def send(self, buffer: ReorderBuffer, number: int, arrival: float = 0.0) -> None:
        """Deliver the packet of frame ``number`` to the buffer."""
        buffer.insert(
            (self.sequence + number) % 2**16,
            (self.timestamp + number * FRAME) % 2**32,
            payload(number),
            arrival,
        )


def numbers(items: Sequence[Ready]) -> list[int | None]:
    """Return the frame numbers of packets, None for gaps."""
    return [int.from_bytes(i.payload[1:], "big") if isinstance(i, Packet) else None for i in items]


def after(
    arrivals: Sequence[int], buffer: ReorderBuffer | None = None, sender: Sender | None = None
) -> list[Ready]:
    """Return what comes out when these frames arrive at time 0 and nothing is waited for after."""
    buffer = buffer or ReorderBuffer(WAIT)
    sender = sender or Sender()
    ready: list[Ready] = []
    for number in arrivals:
        sender.send(buffer, number)
        ready += buffer.pop(0.0)
    return ready + buffer.pop(WAIT)
