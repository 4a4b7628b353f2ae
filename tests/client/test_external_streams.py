import numpy as np
import pytest

from aicall_cli.audio.frame import AudioFrame
from aicall_cli.capture.external_stream import ExternalAudioStreamConfig
from aicall_cli.capture.mixer import Mixer
from aicall_cli.client.external_streams import ExternalStreams
from aicall_cli.errors import UsageError
from tests.client.calls import FORMAT

CONFIG = ExternalAudioStreamConfig(FORMAT.sample_rate, FORMAT.channels)
FRAME = AudioFrame(np.zeros((960, 1), np.int16), FORMAT)


def test_a_stream_that_was_removed_is_not_kept_but_counted() -> None:
    mixer = Mixer()
    streams = ExternalStreams(mixer)
    mixer.begin()
    for _ in range(3):
        stream = streams.add(CONFIG, live=False)
        stream.push(FRAME)
        streams.remove(stream.id)
    streams.add(CONFIG, live=False).push(FRAME)
    assert streams.pushes.pushed == 4
    assert len(mixer.streams) == 1
    assert len(streams._streams) == 1


def test_a_stream_that_is_not_there_is_not_removed() -> None:
    with pytest.raises(UsageError):
        ExternalStreams(Mixer()).remove(7)


def test_a_stream_after_the_call_is_closed_and_not_kept() -> None:
    mixer = Mixer()
    mixer.close()
    streams = ExternalStreams(mixer)
    assert streams.add(CONFIG, live=True).closed
    assert not streams._streams
