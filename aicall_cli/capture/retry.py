"""What a pusher does when the queue is full: the same frame again, never another one."""

import asyncio
import logging
from collections.abc import Callable
from enum import Enum

from aicall_cli.audio.frame import AudioFrame
from aicall_cli.capture.external_stream import Completion, ExternalAudioStream
from aicall_cli.capture.push_result import PushResult

logger = logging.getLogger(__name__)

Warn = Callable[[str], None]


class RetryPolicy(Enum):
    """How long a full queue is waited for.

    ``WAIT`` until the frame is taken or the stream is removed; ``ANDROID`` and ``IOS`` as
    the samples of seed 000 do it, after which the frame is dropped.
    """

    WAIT = "wait"
    ANDROID = "android"
    IOS = "ios"

    @property
    def pauses(self) -> tuple[int, float] | None:
        """The number of pauses and their length in seconds; None without a limit."""
        return _PAUSES.get(self)


_PAUSES = {RetryPolicy.ANDROID: (20, 0.010), RetryPolicy.IOS: (20, 0.030)}


async def push_with_retry(
    stream: ExternalAudioStream,
    frame: AudioFrame,
    policy: RetryPolicy = RetryPolicy.WAIT,
    *,
    completion: Completion | None = None,
    warn: Warn = logger.warning,
) -> PushResult:
    """Push ``frame`` and, while the queue is full, push it again as ``policy`` says.

    Returns ``BUFFER_FULL`` if the frame was dropped in the end, which ``warn`` is told and
    the stream's statistics count; any other refusal at once.
    """
    result = stream.push(frame, completion)
    if result is PushResult.BUFFER_FULL and policy.pauses is None:
        return await _push_when_there_is_room(stream, frame, completion)
    count, pause = policy.pauses or (0, 0.0)
    for _ in range(count):
        if result is not PushResult.BUFFER_FULL:
            return result
        await asyncio.sleep(pause)
        result = _push_again(stream, frame, completion)
    if result is PushResult.BUFFER_FULL:
        stream.note_drop()
        warn(
            f"dropped {frame.seconds * 1000:.0f} ms of audio: stream {stream.id} was still full "
            f"(0x{result.code:08x}) after {count} retries"
        )
    return result


async def _push_when_there_is_room(
    stream: ExternalAudioStream, frame: AudioFrame, completion: Completion | None
) -> PushResult:
    while True:
        await stream.changed()
        result = _push_again(stream, frame, completion)
        if result is not PushResult.BUFFER_FULL:
            return result


def _push_again(
    stream: ExternalAudioStream, frame: AudioFrame, completion: Completion | None
) -> PushResult:
    stream.note_retry()
    return stream.push(frame, completion)
