import pytest

from aicall_cli.audio import opus_codec
from aicall_cli.audio.format import TICK_SAMPLES
from aicall_cli.audio.opus import OpusDecoder, OpusEncoder
from aicall_cli.audio.opus_av import AvOpusDecoder, AvOpusEncoder
from aicall_cli.audio.opus_codec import create_decoder, create_encoder
from tests.support.speech_like import speech_like


def test_libopus_is_taken_where_it_is() -> None:
    assert isinstance(create_encoder(), OpusEncoder)
    assert isinstance(create_decoder(), OpusDecoder)


def test_pyav_is_taken_where_libopus_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opus_codec, "opus_available", lambda: False)
    assert isinstance(create_encoder(), AvOpusEncoder)
    assert isinstance(create_decoder(), AvOpusDecoder)


@pytest.mark.parametrize("sender_has_libopus", [True, False])
@pytest.mark.parametrize("receiver_has_libopus", [True, False])
def test_each_understands_the_other(
    monkeypatch: pytest.MonkeyPatch, sender_has_libopus: bool, receiver_has_libopus: bool
) -> None:
    monkeypatch.setattr(opus_codec, "opus_available", lambda: sender_has_libopus)
    packet = create_encoder(24_000, 5, 5).encode(speech_like(1))
    monkeypatch.setattr(opus_codec, "opus_available", lambda: receiver_has_libopus)
    assert create_decoder().decode(packet).shape == (TICK_SAMPLES,)
