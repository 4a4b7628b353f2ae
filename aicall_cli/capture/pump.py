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

    Frames that ``policy`` gives up are counted by the stream and do not end the pump; any
    other refusal does and is returned, ``OK`` otherwise. ``on_frame`` sees each frame that
    was taken. The source stays open: whoever opened it closes it.
    """
    async with aclosing(source.frames(push_ms)) as frames:
        async for frame in frames:
            result = await push_with_retry(stream, frame, policy, warn=warn)
            if result is PushResult.OK and on_frame is not None:
                on_frame(frame)
            if result not in (PushResult.OK, PushResult.BUFFER_FULL):
                return result
    await stream.drain()
    return PushResult.REMOVED if stream.closed else PushResult.OK
