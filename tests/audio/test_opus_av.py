import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.audio.format import TICK_SAMPLES
from aicall_cli.audio.opus import OpusDecoder
from aicall_cli.audio.opus_av import FADE_SAMPLES, AvOpusDecoder, AvOpusEncoder
from aicall_cli.audio.opus_packet import OpusError, packet_samples
from tests.support.speech_like import correlation, speech_like, ticks_of

LOOKAHEAD_SAMPLES = 312


def encoded(ticks: int, encoder: AvOpusEncoder | None = None) -> list[bytes]:
    encoder = encoder or AvOpusEncoder()
    return [encoder.encode(tick) for tick in ticks_of(speech_like(ticks))]


def test_the_waveform_survives() -> None:
    decoder = AvOpusDecoder()
    heard = [decoder.decode(packet) for packet in encoded(50)]
    assert all(frame.shape == (TICK_SAMPLES,) and frame.dtype == np.int16 for frame in heard)
    assert correlation(speech_like(50), np.concatenate(heard)[LOOKAHEAD_SAMPLES:]) > 0.95


def test_its_packets_carry_fec_for_those_who_can_use_it() -> None:
    libopus = OpusDecoder()
    assert sum(libopus.carries_fec(packet) for packet in encoded(50)) >= 20
    assert not AvOpusDecoder().carries_fec(encoded(50)[-1])


def test_expected_loss_can_change_during_the_stream() -> None:
    libopus, encoder = OpusDecoder(), AvOpusEncoder(expected_loss=0)
    assert not any(libopus.carries_fec(packet) for packet in encoded(20, encoder))
    encoder.set_expected_loss(20)
    assert any(libopus.carries_fec(packet) for packet in encoded(20, encoder))


def test_bitrate_can_change_during_the_stream() -> None:
    encoder = AvOpusEncoder(bitrate=64_000)
    before = sum(map(len, encoded(50, encoder)))
    encoder.set_bitrate(16_000)
    assert sum(map(len, encoded(50, encoder))) < before / 2


def test_a_loss_repeats_the_last_frame_and_fades() -> None:
    decoder = AvOpusDecoder()
    last = [decoder.decode(packet) for packet in encoded(20)][-1]
    concealed = np.concatenate([decoder.conceal(TICK_SAMPLES) for _ in range(4)])
    assert concealed.dtype == np.int16
    assert correlation(last, concealed) > 0.95
    assert not concealed[FADE_SAMPLES:].any()


def test_a_packet_after_a_loss_makes_the_next_concealment_new() -> None:
    decoder = AvOpusDecoder()
    packets = encoded(20)
    for packet in packets:
        decoder.decode(packet)
    for _ in range(4):
        decoder.conceal(TICK_SAMPLES)
    last = decoder.decode(packets[-1])
    assert correlation(last, decoder.conceal(TICK_SAMPLES)) > 0.95


def test_a_decoder_that_heard_nothing_conceals_with_silence() -> None:
    assert not AvOpusDecoder().conceal(5_760).any()


def test_recovery_conceals() -> None:
    packets = encoded(20)
    recovering, concealing = AvOpusDecoder(), AvOpusDecoder()
    recovering.decode(packets[0])
    concealing.decode(packets[0])
    recovered = recovering.recover(packets[2], 1_920)
    assert np.array_equal(recovered, concealing.conceal(1_920))


@pytest.mark.parametrize("samples", [-120, 0, 100, 5_880])
def test_only_what_opus_can_fill_in_is_filled_in(samples: int) -> None:
    with pytest.raises(OpusError, match=str(samples)):
        AvOpusDecoder().conceal(samples)


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"bitrate": 1}, "1 bit/s"),
        ({"expected_loss": 101}, "101 %"),
        ({"complexity": 11}, "complexity 11"),
        ({"complexity": -1}, "complexity -1"),
    ],
)
def test_a_setting_that_opus_refuses_is_named(settings: dict[str, int], reason: str) -> None:
    with pytest.raises(OpusError, match=reason):
        AvOpusEncoder(**settings)


def test_only_a_whole_tick_is_encoded() -> None:
    with pytest.raises(ValueError, match="a tick is int16"):
        AvOpusEncoder().encode(np.zeros(100, np.int16))


def test_an_empty_payload_is_refused_and_does_not_end_the_stream() -> None:
    decoder = AvOpusDecoder()
    for refuse in (decoder.decode, lambda payload: decoder.recover(payload, TICK_SAMPLES)):
        with pytest.raises(OpusError, match="empty"):
            refuse(b"")
    assert decoder.decode(encoded(1)[0]).shape == (TICK_SAMPLES,)


def test_an_ffmpeg_without_opus_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str, mode: str) -> None:
        raise av.codec.codec.UnknownCodecError(name)

    monkeypatch.setattr("aicall_cli.audio.opus_av.AudioCodecContext.create", refuse)
    with pytest.raises(OpusError, match="no libopus"):
        AvOpusDecoder()


FUZZED = AvOpusDecoder()
GENUINE = encoded(1)[0]


@given(st.binary(max_size=200))
def test_any_payload_decodes_or_is_refused(payload: bytes) -> None:
    try:
        assert FUZZED.decode(payload).shape == (packet_samples(payload),)
    except OpusError:
        pass
    assert FUZZED.decode(GENUINE).shape == (TICK_SAMPLES,)
