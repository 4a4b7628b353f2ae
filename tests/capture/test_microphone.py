import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np
import pytest

from aicall_cli.audio import drift_controller
from aicall_cli.audio.format import SAMPLE_RATE, TICK_SAMPLES, Pcm
from aicall_cli.audio.level import peak
from aicall_cli.audio.tone import tone
from aicall_cli.capture.external_stream import ExternalAudioStream, ExternalAudioStreamConfig
from aicall_cli.capture.microphone import Microphone
from aicall_cli.capture.mixer import Mixer
from aicall_cli.devices.audio_device import AudioDevice
from aicall_cli.devices.device_thread import DeviceThread
from aicall_cli.devices.stream_keeper import DeviceBack, DeviceLost
from aicall_cli.errors import DeviceError
from tests.support.fake_audio import BUILT_IN, HEADSET, FakeAudio

TICK = TICK_SAMPLES
CONFIG = ExternalAudioStreamConfig(SAMPLE_RATE, 1)


class Studio:
    """A microphone in a call: 10 ms are captured at a time, and 20 ms pulled."""

    def __init__(self, fake: FakeAudio, wanted: str | None = None) -> None:
        self.fake = fake
        self.mixer = Mixer()
        self.stream: ExternalAudioStream = self.mixer.add_stream(CONFIG, live=True)
        self.thread = DeviceThread(lambda: fake)
        self.told: list[DeviceLost | DeviceBack] = []
        self.microphone = Microphone(
            self.thread,
            self.stream,
            wanted,
            on_lost=self.told.append,
            on_back=self.told.append,
            clock=asyncio.get_running_loop().time,
        )
        self.heard: list[Pcm] = []
        self.fills: list[float] = []
        self._captured = 0

    async def capture(self, age: float = 0.0) -> None:
        """Let the hardware capture the next 10 ms of a tone, and the loop take them."""
        settings = self.fake.stream.settings
        rate, samples = settings.sample_rate, settings.block_samples
        mono = tone(440, self._captured, samples, rate, 0.5)
        self._captured += samples
        self.fake.stream.capture(np.repeat(mono[:, None], settings.channels, axis=1), age)
        for _ in range(3):
            await asyncio.sleep(0)

    async def run(self, ticks: int) -> Pcm:
        """Let ticks pass and return what they sent."""
        for _ in range(ticks):
            for _ in range(2):
                await self.capture()
            self.heard.append(self.mixer.pull())
            self.fills.append(self.stream.queued_ms)
        return np.concatenate(self.heard[-ticks:])


@asynccontextmanager
async def studio(fake: FakeAudio, wanted: str | None = None) -> AsyncIterator[Studio]:
    in_call = Studio(fake, wanted)
    async with in_call.thread:
        await in_call.microphone.open()
        async with asyncio.TaskGroup() as tasks:
            watch = tasks.create_task(in_call.microphone.run())
            yield in_call
            watch.cancel()
        await in_call.microphone.close()


@pytest.mark.parametrize("device", [HEADSET, BUILT_IN])  # at 44.1 and at 48 kHz
async def test_what_is_captured_is_sent_from_a_queue_of_20_to_40_ms(device: AudioDevice) -> None:
    async with studio(FakeAudio([device])) as call:
        call.mixer.begin()
        sent = await call.run(200)
        assert all(20 <= fill <= 40 for fill in call.fills[5:])
        assert call.stream.statistics.underruns == 0
        assert call.stream.statistics.discarded_samples == 0
        assert call.microphone.statistics.refills == 1
        assert abs(np.diff(sent[TICK * 10 :].astype(int))).max() < 1000  # one unbroken tone
        assert peak(sent[TICK * 10 :]) == pytest.approx(0.5, abs=0.01)


async def test_the_drift_is_told_once_it_is_learnt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drift_controller, "LEARNING_SECONDS", 3.0)
    async with studio(FakeAudio([BUILT_IN])) as call:
        call.mixer.begin()
        await call.run(140)
        assert call.microphone.statistics.drift_ppm is None
        await call.run(20)
        assert call.microphone.statistics.drift_ppm == pytest.approx(0, abs=500)


async def test_before_the_call_has_begun_nothing_is_kept() -> None:
    async with studio(FakeAudio()) as call:
        await call.run(50)
        assert call.microphone.statistics.refills == 0
        assert call.stream.queued_ms == 0
        call.mixer.begin()
        await call.run(10)
        assert call.microphone.statistics.refills == 1
        assert 20 <= call.stream.queued_ms <= 40


async def test_the_pre_roll_of_a_closed_gate_is_whole() -> None:
    async with studio(FakeAudio()) as call:
        call.mixer.begin()
        await call.run(50)
        call.mixer.gate_open = False
        await call.run(200)
        assert call.stream.queued_ms == pytest.approx(200, abs=1)
        call.mixer.gate_open = True
        sent = await call.run(50)
        assert abs(np.diff(sent.astype(int))).max() < 1000
        assert call.microphone.statistics.refills == 1


async def test_while_muted_nothing_is_learnt_and_nothing_refilled() -> None:
    async with studio(FakeAudio()) as call:
        call.mixer.begin()
        await call.run(50)
        call.mixer.muted = True
        assert not (await call.run(100)).any()
        assert call.microphone.statistics.refills == 1
        call.mixer.muted = False
        await call.run(50)
        assert call.microphone.statistics.refills == 2
        assert 20 <= call.stream.queued_ms <= 40


async def test_the_stream_knows_until_when_it_was_captured() -> None:
    async with studio(FakeAudio()) as call:
        call.mixer.begin()
        await call.run(5)
        await call.capture(age=0.025)
        now = asyncio.get_running_loop().time()
        lookahead = 32 / SAMPLE_RATE
        assert call.stream.captured_until == pytest.approx(now - 0.015 - lookahead)


async def test_what_the_device_and_the_loop_lost_is_counted_over_all_devices() -> None:
    fake = FakeAudio([HEADSET, BUILT_IN])
    async with studio(fake, "headset") as call:
        call.mixer.begin()
        await call.run(5)
        shape = (fake.stream.settings.block_samples, 1)
        fake.stream.capture(np.zeros(shape, dtype=np.int16), overflowed=True)
        for _ in range(52):
            fake.stream.capture_silence()
        await asyncio.sleep(0.1)
        statistics = call.microphone.statistics
        assert (statistics.device, statistics.sample_rate) == ("Headset", 44_100)
        assert (statistics.overflows, statistics.dropped) == (1, 3)
        fake.unplug(HEADSET)
        await asyncio.sleep(0.1)
        while call.stream.queued_ms:
            call.mixer.pull()
        await call.run(5)
        statistics = call.microphone.statistics
        assert (statistics.device, statistics.sample_rate) == ("Built-in Audio", 48_000)
        assert (statistics.overflows, statistics.dropped) == (1, 3)
        assert statistics.losses == 1
        assert statistics.refills == 2
        assert statistics.latency_ms is not None


async def test_a_lost_microphone_is_silence_until_it_is_back() -> None:
    fake = FakeAudio([HEADSET])
    async with studio(fake) as call:
        call.mixer.begin()
        await call.run(20)
        fake.unplug(HEADSET)
        await asyncio.sleep(1.5)
        assert [type(event) for event in call.told] == [DeviceLost]
        assert call.microphone.device is None
        assert call.microphone.statistics.device is None
        assert call.microphone.statistics.sample_rate is None
        call.mixer.pull()
        call.mixer.pull()
        assert not call.mixer.pull().any()
        fake.plug_in(HEADSET)
        await asyncio.sleep(1.1)
        assert [type(event) for event in call.told] == [DeviceLost, DeviceBack]
        sent = await call.run(20)
        assert peak(sent) > 0.4
        assert 20 <= call.stream.queued_ms <= 40


async def test_one_that_is_not_there_is_an_error() -> None:
    call = Studio(FakeAudio(), "webcam")
    async with call.thread:
        with pytest.raises(DeviceError, match="webcam"):
            await call.microphone.open()
        assert call.microphone.latency is None
        assert call.microphone.statistics.latency_ms is None
        await call.microphone.close()
