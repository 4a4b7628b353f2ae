from dataclasses import replace

from aicall_cli.devices.audio_device import AudioDevice, Direction

DEVICE = AudioDevice(
    index=3,
    name="Headset",
    host_api="ALSA",
    input_channels=1,
    output_channels=2,
    default_sample_rate=44_100.0,
    is_default_output=True,
    low_input_latency=0.01,
    low_output_latency=0.02,
)


def test_each_direction_has_its_own_figures() -> None:
    assert DEVICE.channels(Direction.INPUT) == 1
    assert DEVICE.channels(Direction.OUTPUT) == 2
    assert not DEVICE.is_default(Direction.INPUT)
    assert DEVICE.is_default(Direction.OUTPUT)
    assert DEVICE.low_latency(Direction.INPUT) == 0.01
    assert DEVICE.low_latency(Direction.OUTPUT) == 0.02


def test_it_is_known_again_by_its_name_in_one_host_api() -> None:
    assert DEVICE.is_same(replace(DEVICE, index=7, is_default_output=False))
    assert not DEVICE.is_same(replace(DEVICE, name="Headset 2"))
    assert not DEVICE.is_same(replace(DEVICE, host_api="OSS"))
