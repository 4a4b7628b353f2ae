"""Custom capture as AICallKit, Daily and Agora describe it, in real calls to a served echo."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from aicall_cli import (
    AudioFormat,
    AudioFrame,
    Call,
    CallOptions,
    ExternalAudioStream,
    ExternalAudioStreamConfig,
    FileSource,
    GeneratedSource,
    PushResult,
    RetryPolicy,
    Secret,
    SourceError,
    pump,
    push_with_retry,
)
from aicall_cli.audio.format import SAMPLE_RATE, Pcm
from aicall_cli.audio.tone import tone
from tests.integration.conftest import Server
from tests.support.fake_output import FakeOutput

MONO = AudioFormat(16_000, 1)
HERTZ = 400
FULL = 0x01070101


@dataclass
class Ears:
    """What a call sends, and what it hears."""

    sent: list[Pcm] = field(default_factory=list)
    heard: list[Pcm] = field(default_factory=list)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def caller(self, pcm: Pcm, at_sample: int) -> None:
        self.sent.append(pcm)
        self._changed.set()

    def agent(self, pcm: Pcm, at_sample: int) -> None:
        self.heard.append(pcm)
        self._changed.set()

    async def ticks(self, count: int) -> list[Pcm]:
        """Return the next ticks that are sent."""
        begin = len(self.sent)
        while len(self.sent) < begin + count:
            await self._change()
        return self.sent[begin:]

    async def echo(self) -> Pcm:
        """Return half a second of the agent's voice, from its beginning on."""
        async with asyncio.timeout(10):
            while len(loud := self._loud()) < SAMPLE_RATE // 2:
                await self._change()
        return loud

    def _loud(self) -> Pcm:
        pieces = [pcm for pcm in self.heard if level(pcm) > 500]
        return np.concatenate(pieces) if pieces else np.empty(0, np.int16)

    async def _change(self) -> None:
        self._changed.clear()
        await self._changed.wait()


def call_to(server: Server) -> tuple[Call, Ears]:
    options = CallOptions(agent_id="echo", server=server.url, token=Secret(server.token))
    call, ears = Call(options), Ears()
    call.session.add_tap(ears)
    return call, ears


def added(call: Call, audio_format: AudioFormat = MONO) -> ExternalAudioStream:
    rate, channels = audio_format.sample_rate, audio_format.channels
    return call.add_external_audio_stream(ExternalAudioStreamConfig(rate, channels))


def frame_of(audio_format: AudioFormat, start: int = 0, milliseconds: int = 40) -> AudioFrame:
    """Return a frame of a tone that goes on where the frame before it ended."""
    count = audio_format.sample_rate * milliseconds // 1000
    sine = tone(HERTZ, start * count, count, audio_format.sample_rate, 0.5)
    return AudioFrame(np.repeat(sine[:, None], audio_format.channels, axis=1), audio_format)


async def push_tone(stream: ExternalAudioStream, frames: int) -> None:
    for number in range(frames):
        result = await push_with_retry(stream, frame_of(stream.format, number))
        assert result is PushResult.OK
    await stream.drain()


def level(pcm: Pcm) -> float:
    return float(np.abs(pcm).max(initial=0))


def pitch(pcm: Pcm) -> float:
    """Return the loudest frequency in Hz."""
    spectrum = np.abs(np.fft.rfft(pcm.astype(np.float64) * np.hanning(len(pcm))))
    return float(np.argmax(spectrum)) * SAMPLE_RATE / len(pcm)


async def test_a_call_has_no_microphone_unless_one_is_asked_for(server: Server) -> None:
    call, ears = call_to(server)
    async with call:
        assert call.microphone is None
        assert level(np.concatenate(await ears.ticks(10))) == 0


async def test_a_stream_is_added_as_soon_as_there_is_a_call(server: Server) -> None:
    call, _ = call_to(server)
    first, second = added(call), added(call)
    assert 0 < first.id < second.id
    assert first.push(frame_of(MONO)) is PushResult.NOT_BEGUN
    async with call:
        assert first.push(frame_of(MONO)) is PushResult.OK
        assert second.push(frame_of(MONO)) is PushResult.OK
        assert added(call).push(frame_of(MONO)) is PushResult.OK


@pytest.mark.parametrize("audio_format", [MONO, AudioFormat(44_100, 2)], ids=["mono", "stereo"])
async def test_the_agent_hears_what_is_pushed(server: Server, audio_format: AudioFormat) -> None:
    call, ears = call_to(server)
    stream = added(call, audio_format)
    assert stream.format == audio_format
    async with call:
        await push_tone(stream, 20)
        assert pitch(await ears.echo()) == pytest.approx(HERTZ, abs=8)


async def test_frames_are_bytes_of_the_true_length(server: Server) -> None:
    call, _ = call_to(server)
    stream = added(call)
    short_read = b"\x01\x02" * 100  # as a device may return less than it was asked for
    async with call:
        frame = AudioFrame.from_bytes(short_read, MONO)
        assert (len(frame), frame.samples.shape) == (100, (100, 1))
        assert (frame.format.channels, frame.format.sample_rate) == (1, 16_000)
        assert stream.push(frame) is PushResult.OK
        assert stream.push(frame_of(AudioFormat(8_000, 1))) is PushResult.BAD_FORMAT
        assert stream.push(frame_of(MONO, milliseconds=41)) is PushResult.TOO_LONG


async def test_a_full_queue_says_so_with_the_vendors_code(server: Server) -> None:
    call, _ = call_to(server)
    stream = added(call)
    async with call:
        results = [stream.push(frame_of(MONO)) for _ in range(6)]
        assert results[:5] == [PushResult.OK] * 5
        assert results[5] is PushResult.BUFFER_FULL
        assert results[5].code == FULL


@pytest.mark.parametrize("policy", RetryPolicy, ids=lambda policy: policy.value)
async def test_the_same_frame_is_pushed_again(server: Server, policy: RetryPolicy) -> None:
    call, _ = call_to(server)
    stream = added(call)
    async with call:
        for number in range(8):
            frame = frame_of(MONO, number)
            assert await push_with_retry(stream, frame, policy) is PushResult.OK
        await stream.drain()
        figures = stream.statistics
        assert figures.pushed == 8
        assert figures.retried > 0
        assert figures.dropped == 0


async def test_a_removed_stream_is_not_heard_any_more(server: Server) -> None:
    call, ears = call_to(server)
    stream = added(call)
    async with call:
        assert stream.push(frame_of(MONO)) is PushResult.OK
        call.remove_external_audio_stream(stream.id)
        assert stream.push(frame_of(MONO)) is PushResult.REMOVED
        assert level(np.concatenate(await ears.ticks(5))) == 0


async def test_volumes_are_what_is_sent_and_what_the_caller_hears(server: Server) -> None:
    call, ears = call_to(server)
    config = ExternalAudioStreamConfig(16_000, 1, publish_volume=50, playout_volume=25)
    stream, speaker = call.add_external_audio_stream(config), FakeOutput()
    async with call:
        call.session.play_into(speaker)
        call.controls.set_agent_audio(False)
        sent = asyncio.create_task(ears.ticks(12))
        await push_tone(stream, 5)
        loud = max(level(pcm) for pcm in await sent)
        assert loud == pytest.approx(0.5 * 0.5 * 32_767, rel=0.05)
        aside = max(level(pcm) for pcm in [pcm for _, pcm in speaker.written])
        assert aside == pytest.approx(0.5 * 0.25 * 32_767, rel=0.05)
        stream.set_publish_volume(0)
        stream.set_playout_volume(0)
        sent, played = asyncio.create_task(ears.ticks(5)), len([pcm for _, pcm in speaker.written])
        await push_tone(stream, 2)
        assert max(level(pcm) for pcm in await sent) == 0
        assert max(level(pcm) for pcm in [pcm for _, pcm in speaker.written][played + 1 :]) == 0


async def test_a_completion_tells_how_much_was_written(server: Server) -> None:
    call, _ = call_to(server)
    stream = added(call)
    written: list[int] = []
    async with call:
        for number in range(3):
            await push_with_retry(stream, frame_of(MONO, number), completion=written.append)
        await stream.drain()
        assert written == [640] * 3
        assert stream.push(frame_of(MONO), written.append) is PushResult.OK
        call.remove_external_audio_stream(stream.id)
        await asyncio.sleep(0)
        assert written[3:] == [0]


async def test_streams_are_heard_together(server: Server) -> None:
    """A track beside another one: as Daily mixes a custom track with the microphone."""
    call, ears = call_to(server)
    streams = [added(call), added(call)]
    async with call:
        sent = asyncio.create_task(ears.ticks(8))
        for stream in streams:
            stream.set_publish_volume(40)
        await asyncio.gather(*(push_tone(stream, 3) for stream in streams))
        loud = max(level(pcm) for pcm in await sent)
        assert loud == pytest.approx(2 * 0.5 * 0.4 * 32_767, rel=0.1)


async def test_a_live_stream_is_never_full(server: Server) -> None:
    """A microphone of one's own: what it captured cannot wait, so its oldest audio goes."""
    call, _ = call_to(server)
    config = ExternalAudioStreamConfig(16_000, 1)
    stream = call.add_external_audio_stream(config, live=True)
    async with call:
        results = [stream.push(frame_of(MONO, number)) for number in range(10)]
        assert results == [PushResult.OK] * 10
        assert stream.statistics.discarded_samples > 0


async def test_music_beside_the_voice_is_a_stream_of_its_own(
    server: Server, tmp_path: Path
) -> None:
    """Its beginning, end, stop and failure are those of the coroutine that pushes it."""
    call, ears = call_to(server)
    stream, begun = added(call, AudioFormat(48_000, 1)), asyncio.Event()
    async with call:
        music = GeneratedSource.tone(HERTZ, 0.4)
        playing = asyncio.create_task(pump(music, stream, on_frame=lambda _: begun.set()))
        await begun.wait()
        call.controls.set_muted(True)
        await ears.ticks(1)
        paused = stream.taken
        await ears.ticks(5)
        assert stream.taken == paused
        assert not playing.done()
        call.controls.set_muted(False)
        assert await playing is PushResult.OK
        assert stream.statistics.pushed_samples == 0.4 * SAMPLE_RATE

        endless = asyncio.create_task(pump(GeneratedSource.tone(HERTZ), stream))
        await ears.ticks(2)
        assert endless.cancel()
        with pytest.raises(asyncio.CancelledError):
            await endless
        with pytest.raises(SourceError):
            await FileSource.open(tmp_path / "no.wav")
        assert not call.session.is_over
