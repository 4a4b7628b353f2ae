"""From a source into a stream."""

import logging
from collections.abc import Callable
from contextlib import aclosing

from aicall_cli.audio.frame import AudioFrame
from aicall_cli.capture.external_stream import ExternalAudioStream
from aicall_cli.capture.push_result import PushResult
from aicall_cli.capture.retry import RetryPolicy, Warn, push_with_retry
from aicall_cli.capture.source import Source

logger = logging.getLogger(__name__)

DEFAULT_PUSH_MS = 20
LEAD_MS = 100
"""How much audio the pump keeps in the queue: enough for a burst of late ticks, and half of
what fits by default, so that a full queue is the exception that AICallKit's is."""


async def pump(
    source: Source,
    stream: ExternalAudioStream,
    policy: RetryPolicy = RetryPolicy.WAIT,
    push_ms: int = DEFAULT_PUSH_MS,
    *,
    on_frame: Callable[[AudioFrame], None] | None = None,
    warn: Warn = logger.warning,
) -> PushResult:
    """Push all of ``source`` and wait until the stream has sent it.

    With ``WAIT`` the ticks set the pace and the queue is not driven to its bound; the
    policies of the vendor's samples push as these do, without looking.
    Frames that ``policy`` gives up are counted by the stream and do not end the pump; any
    other refusal does and is returned, ``OK`` otherwise. ``on_frame`` sees each frame that
    was taken. The source stays open: whoever opened it closes it.
    """
    async with aclosing(source.frames(push_ms)) as frames:
        async for frame in frames:
            if policy is RetryPolicy.WAIT:
                await _room(stream)
            result = await push_with_retry(stream, frame, policy, warn=warn)
            if result is PushResult.OK and on_frame is not None:
                on_frame(frame)
            if result not in (PushResult.OK, PushResult.BUFFER_FULL):
                return result
    await stream.drain()
    return PushResult.REMOVED if stream.closed else PushResult.OK


async def _room(stream: ExternalAudioStream) -> None:
    while stream.queued_ms > LEAD_MS and not stream.closed:
        await stream.changed()
