import asyncio

import pytest

from aicall_cli.audio.format import SAMPLE_RATE, AudioFormat
from aicall_cli.audio.frame import AudioFrame
from aicall_cli.capture.external_stream import ExternalAudioStreamConfig
from aicall_cli.capture.retry import push_with_retry
from aicall_cli.engine.events import UserSubtitleReceived
from tests.session.running_session import running
from tests.support.fake_backend import FakeBackend
from tests.support.speech_like import speech_like, ticks_of


async def test_what_the_caller_said_lies_where_it_is_in_the_audio() -> None:
    backend = FakeBackend()
    async with running(backend) as session:
        await asyncio.sleep(1)
        stream = session.mixer.add_stream(ExternalAudioStreamConfig(SAMPLE_RATE, 1))
        began = session.now
        for number, tick in enumerate(ticks_of(speech_like(60))):
            frame = AudioFrame(tick.reshape(-1, 1), AudioFormat(SAMPLE_RATE, 1))
            await push_with_retry(stream, frame)
            if number == 40:
                backend.tell(UserSubtitleReceived("go", False, 1))
        await stream.drain()
        until = session.now
        await asyncio.sleep(0.7)
        backend.tell(UserSubtitleReceived("go forward", True, 1))
    (entry,) = session.transcript.entries
    assert entry.started == pytest.approx(began, abs=0.15)
    assert entry.ended == pytest.approx(until, abs=0.15)
