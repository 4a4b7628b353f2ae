"""A frame holds exactly the samples it says, in the format it says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.audio.format import AudioFormat
from aicall_cli.audio.frame import AudioFrame

MONO = AudioFormat(16_000, 1)
STEREO = AudioFormat(16_000, 2)


def test_bytes_are_little_endian_and_interleaved() -> None:
    frame = AudioFrame.from_bytes(b"\x01\x00\xff\xff\x00\x80\xff\x7f", STEREO)
    assert frame.samples.tolist() == [[1, -1], [-32_768, 32_767]]
    assert frame.samples.dtype == np.int16


@given(data=st.binary(max_size=64), channels=st.integers(1, 3))
def test_whole_frames_keep_their_bytes_and_halves_are_refused(data: bytes, channels: int) -> None:
    audio_format = AudioFormat(8_000, channels)
    if len(data) % audio_format.bytes_per_frame:
        with pytest.raises(ValueError, match=f"{len(data)} bytes are not a whole number"):
            AudioFrame.from_bytes(data, audio_format)
    else:
        frame = AudioFrame.from_bytes(data, audio_format)
        assert frame.samples.astype("<i2").tobytes() == data
        assert len(frame) * audio_format.bytes_per_frame == len(data)


def test_its_length_is_true_however_short() -> None:
    frame = AudioFrame.from_bytes(bytes(2 * 37), MONO)
    assert len(frame) == 37
    assert frame.seconds == 37 / 16_000
    assert len(AudioFrame.from_bytes(b"", STEREO)) == 0


@pytest.mark.parametrize(
    "samples",
    [
        np.zeros((4, 1), np.float32),
        np.zeros((4, 1), np.int32),
        np.zeros(4, np.int16),
        np.zeros((4, 1, 1), np.int16),
    ],
)
def test_samples_of_another_kind_are_refused(samples: np.ndarray) -> None:
    with pytest.raises(ValueError, match="samples must be int16"):
        AudioFrame(samples, MONO)


def test_samples_of_other_channels_are_refused() -> None:
    with pytest.raises(ValueError, match="2 channels of samples in a 1-channel format"):
        AudioFrame(np.zeros((4, 2), np.int16), MONO)
