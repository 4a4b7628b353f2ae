"""The track that hands aiortc packets that are already encoded."""

import asyncio
from collections import deque
from typing import Never

from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError

from aicall_cli.audio.format import Pcm
from aicall_cli.audio.level import dbfs, rms
from aicall_cli.audio.opus_codec import create_encoder

_QUEUE_LIMIT = 10
"""Packets that may wait for the sender's task; it sends over UDP and never blocks."""
_QUIETEST_LEVEL = 127


class EncodedTrack(MediaStreamTrack):
    """Encodes one tick's PCM and queues the packet for aiortc's sender."""

    kind = "audio"

    def __init__(self, bitrate: int, expected_loss: int) -> None:
        super().__init__()
        self._encoder = create_encoder(bitrate=bitrate, expected_loss=expected_loss)
        self._queue: deque[tuple[bytes, int, int]] = deque()
        self._ready = asyncio.Event()
        self.dropped = 0
        """Packets given up because the sender did not take them."""

    def send(self, pcm: Pcm, timestamp: int) -> None:
        """Encode 960 samples of mono 48 kHz PCM and queue them for sending at once."""
        level = _audio_level(pcm)
        if len(self._queue) >= _QUEUE_LIMIT:
            self._queue.popleft()
            self.dropped += 1
        self._queue.append((self._encoder.encode(pcm), timestamp, level))
        self._ready.set()

    async def next_packet(self) -> tuple[bytes, int, int]:
        """Wait for the next packet: payload, RTP timestamp offset, level in −dBov.

        Raise MediaStreamError when the track was stopped, which ends aiortc's sender.
        """
        while not self._queue:
            if self.readyState != "live":
                raise MediaStreamError
            self._ready.clear()
            await self._ready.wait()
        return self._queue.popleft()

    async def recv(self) -> Never:
        """Refuse: the sender is fed by ``next_packet``."""
        raise MediaStreamError

    def stop(self) -> None:
        """End the track."""
        super().stop()
        self._ready.set()


def _audio_level(pcm: Pcm) -> int:
    """Return the level in −dBov, 0 (overload) to 127 (silence), as RFC 6464 §3 has it."""
    amplitude = rms(pcm)
    return min(max(round(-dbfs(amplitude)), 0), _QUIETEST_LEVEL) if amplitude else _QUIETEST_LEVEL
