import asyncio

import pytest

from aicall_cli.audio.format import TICK_SAMPLES
from aicall_cli.audio.frame import AudioFrame
from aicall_cli.capture.external_stream import Completion, ExternalAudioStream
from aicall_cli.capture.push_result import PushResult
from aicall_cli.capture.retry import RetryPolicy, push_with_retry
from tests.capture.streams import constant, open_stream


def full_stream() -> ExternalAudioStream:
    stream = open_stream(capacity_ms=40)
    assert stream.push(constant(0, ms=40)) is PushResult.OK
    return stream


def remember_pushes(
    stream: ExternalAudioStream, monkeypatch: pytest.MonkeyPatch
) -> list[AudioFrame]:
    pushed: list[AudioFrame] = []
    push = stream.push

    def remember(frame: AudioFrame, completion: Completion | None = None) -> PushResult:
        pushed.append(frame)
        return push(frame, completion)

    monkeypatch.setattr(stream, "push", remember)
    return pushed


@pytest.mark.parametrize("policy", RetryPolicy)
async def test_a_frame_that_is_taken_needs_no_retry(policy: RetryPolicy) -> None:
    stream = open_stream()
    assert await push_with_retry(stream, constant(1), policy) is PushResult.OK
    assert (stream.statistics.pushed, stream.statistics.retried) == (1, 0)


async def test_wait_is_woken_by_the_mixer_and_pushes_the_same_frame(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stream, frame = full_stream(), constant(7)
    pushed = remember_pushes(stream, monkeypatch)
    waiting = asyncio.ensure_future(push_with_retry(stream, frame))
    for _ in range(10):  # it does not poll
        await asyncio.sleep(1)
    assert len(pushed) == 1
    stream.pull(480)  # not room enough
    await asyncio.sleep(1)
    assert not waiting.done()
    stream.pull(480)
    assert await waiting is PushResult.OK
    assert all(each is frame for each in pushed)
    assert (stream.statistics.pushed, stream.statistics.retried) == (2, 2)


async def test_wait_ends_with_the_stream() -> None:
    stream = full_stream()
    waiting = asyncio.ensure_future(push_with_retry(stream, constant(1)))
    await asyncio.sleep(1)
    stream.close()
    assert await waiting is PushResult.REMOVED


async def test_wait_goes_on_after_clear() -> None:
    stream = full_stream()
    waiting = asyncio.ensure_future(push_with_retry(stream, constant(1)))
    await asyncio.sleep(1)
    stream.clear()
    assert await waiting is PushResult.OK


async def test_a_cancelled_wait_pushes_nothing() -> None:
    stream = full_stream()
    waiting = asyncio.ensure_future(push_with_retry(stream, constant(1)))
    await asyncio.sleep(1)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    stream.pull(1_920)
    await asyncio.sleep(1)
    assert stream.statistics.pushed == 1


@pytest.mark.parametrize(
    ("policy", "pause"), [(RetryPolicy.ANDROID, 0.010), (RetryPolicy.IOS, 0.030)]
)
async def test_20_pauses_and_then_a_counted_drop(
    policy: RetryPolicy, pause: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream, frame = full_stream(), constant(7)
    pushed = remember_pushes(stream, monkeypatch)
    warnings: list[str] = []
    start = asyncio.get_running_loop().time()
    result = await push_with_retry(stream, frame, policy, warn=warnings.append)
    assert result is PushResult.BUFFER_FULL
    assert asyncio.get_running_loop().time() - start == pytest.approx(20 * pause)
    assert len(pushed) == 21
    assert all(each is frame for each in pushed)
    statistics = stream.statistics
    assert (statistics.pushed, statistics.retried, statistics.dropped) == (1, 20, 1)
    assert warnings == [
        "dropped 20 ms of audio: stream 1 was still full (0x01070101) after 20 retries"
    ]


@pytest.mark.parametrize("policy", [RetryPolicy.ANDROID, RetryPolicy.IOS])
async def test_a_retry_that_succeeds_drops_nothing(policy: RetryPolicy) -> None:
    stream = full_stream()
    waiting = asyncio.ensure_future(push_with_retry(stream, constant(7), policy))
    await asyncio.sleep(0.1)
    stream.pull(960)
    assert await waiting is PushResult.OK
    assert stream.statistics.dropped == 0


@pytest.mark.parametrize("policy", RetryPolicy)
async def test_other_refusals_are_not_retried(policy: RetryPolicy) -> None:
    stream = open_stream()
    stream.close()
    assert await push_with_retry(stream, constant(1), policy) is PushResult.REMOVED
    assert stream.statistics.retried == 0


@pytest.mark.parametrize("policy", [RetryPolicy.ANDROID, RetryPolicy.IOS])
async def test_retrying_ends_with_the_stream(policy: RetryPolicy) -> None:
    stream = full_stream()
    waiting = asyncio.ensure_future(push_with_retry(stream, constant(1), policy))
    await asyncio.sleep(0.005)
    stream.close()
    assert await waiting is PushResult.REMOVED
    assert stream.statistics.dropped == 0


async def test_the_completion_is_that_of_the_frame_that_was_taken() -> None:
    stream, done = full_stream(), list[int]()
    waiting = asyncio.ensure_future(push_with_retry(stream, constant(1), completion=done.append))
    await asyncio.sleep(1)
    stream.pull(960)
    await waiting
    assert done == []
    stream.pull(1_920)
    await asyncio.sleep(0)
    assert done == [960]


async def test_several_waiting_frames_keep_their_order() -> None:
    stream = full_stream()
    waiting = [
        asyncio.ensure_future(push_with_retry(stream, constant(level))) for level in (1, 2, 3)
    ]
    heard = []
    for _ in range(5):
        await asyncio.sleep(1)
        heard.append(int(stream.pull(960)[0]))
    await asyncio.gather(*waiting)
    assert heard == [0, 0, 1, 2, 3]


def test_the_names_of_the_option() -> None:
    assert [policy.value for policy in RetryPolicy] == ["wait", "android", "ios"]


@pytest.mark.real_time
async def test_another_thread_pushes_through_the_loop() -> None:
    stream, loop = open_stream(capacity_ms=40), asyncio.get_running_loop()

    def capture() -> list[PushResult]:
        frames = [constant(number) for number in range(1, 6)]
        return [
            asyncio.run_coroutine_threadsafe(push_with_retry(stream, frame), loop).result(5)
            for frame in frames
        ]

    capturing = asyncio.create_task(asyncio.to_thread(capture))
    heard: list[int] = []
    while not capturing.done() or stream.queued_ms:
        heard += set(stream.pull(TICK_SAMPLES).tolist())
        await asyncio.sleep(0.001)
    assert await capturing == [PushResult.OK] * 5
    assert heard == [1, 2, 3, 4, 5]


@pytest.mark.real_time
async def test_another_thread_pushes_live_audio_without_waiting() -> None:
    stream, loop = open_stream(live=True), asyncio.get_running_loop()
    await asyncio.to_thread(lambda: loop.call_soon_threadsafe(stream.push, constant(7)))
    await asyncio.sleep(0.01)
    assert set(stream.pull(TICK_SAMPLES).tolist()) == {7}
