import gc

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aicall_cli.audio import opus
from aicall_cli.audio.format import TICK_SAMPLES
from aicall_cli.audio.level import rms
from aicall_cli.audio.opus import OpusDecoder, OpusEncoder, opus_available
from aicall_cli.audio.opus_packet import MAX_PACKET_SAMPLES, OpusError, packet_samples
from tests.support.speech_like import correlation, speech_like, ticks_of

LOOKAHEAD_SAMPLES = 312
"""What the encoder holds back, 6.5 ms with the application ``audio``."""

LOST = 21
"""A voiced tick of ``speech_like``."""


def encoded(ticks: int, encoder: OpusEncoder | None = None) -> list[bytes]:
    encoder = encoder or OpusEncoder()
    return [encoder.encode(tick) for tick in ticks_of(speech_like(ticks))]


def test_libopus_is_in_the_wheel_of_av() -> None:
    assert opus_available()


@pytest.mark.parametrize("bitrate", [24_000, 32_000])
def test_the_waveform_survives(bitrate: int) -> None:
    decoder = OpusDecoder()
    heard = [decoder.decode(packet) for packet in encoded(50, OpusEncoder(bitrate))]
    assert all(frame.shape == (TICK_SAMPLES,) and frame.dtype == np.int16 for frame in heard)
    arrived = np.concatenate(heard)[LOOKAHEAD_SAMPLES:]
    assert correlation(speech_like(50), arrived) > 0.95


def test_decoded_pcm_is_the_caller_s_own() -> None:
    decoder = OpusDecoder()
    packets = encoded(10)
    first = decoder.decode(packets[8])
    kept = first.copy()
    decoder.decode(packets[9])
    assert np.array_equal(first, kept)


def test_every_packet_behind_a_voiced_one_carries_it() -> None:
    decoder = OpusDecoder()
    voiced = [rms(tick) > 0.05 for tick in ticks_of(speech_like(50))]
    carriers = [decoder.carries_fec(packet) for packet in encoded(50)]
    assert sum(voiced) > 15
    assert all(
        carries for was_voiced, carries in zip(voiced, carriers[1:], strict=False) if was_voiced
    )


def test_no_loss_expected_means_no_fec() -> None:
    decoder = OpusDecoder()
    assert not any(decoder.carries_fec(p) for p in encoded(50, OpusEncoder(expected_loss=0)))


def test_expected_loss_can_change_during_the_stream() -> None:
    decoder, encoder = OpusDecoder(), OpusEncoder(expected_loss=0)
    encoded(10, encoder)
    encoder.set_expected_loss(20)
    assert any(decoder.carries_fec(packet) for packet in encoded(20, encoder))


def test_bitrate_can_change_during_the_stream() -> None:
    encoder = OpusEncoder(bitrate=64_000)
    before = sum(map(len, encoded(50, encoder)))
    encoder.set_bitrate(16_000)
    assert sum(map(len, encoded(50, encoder))) < before / 2


def test_recovery_is_nearer_to_what_was_lost_than_concealment() -> None:
    packets = encoded(40)
    intact, recovering, concealing = OpusDecoder(), OpusDecoder(), OpusDecoder()
    for packet in packets[:LOST]:
        for decoder in (intact, recovering, concealing):
            decoder.decode(packet)
    lost = intact.decode(packets[LOST])
    recovered = recovering.recover(packets[LOST + 1], TICK_SAMPLES)
    concealed = concealing.conceal(TICK_SAMPLES)
    assert recovered.shape == concealed.shape == (TICK_SAMPLES,)
    assert correlation(recovered, lost) > 0.9
    assert correlation(recovered, lost) > correlation(concealed, lost)


def test_the_packet_that_recovered_is_decoded_as_well() -> None:
    packets = encoded(40)
    decoder = OpusDecoder()
    for packet in packets[:LOST]:
        decoder.decode(packet)
    decoder.recover(packets[LOST + 1], TICK_SAMPLES)
    heard = np.concatenate([decoder.decode(packet) for packet in packets[LOST + 1 :]])
    sent = speech_like(40)[(LOST + 1) * TICK_SAMPLES :]
    assert correlation(sent, heard[LOOKAHEAD_SAMPLES:]) > 0.9


def test_recovery_from_a_packet_without_fec_conceals() -> None:
    packets = encoded(20, OpusEncoder(expected_loss=0))
    recovering, concealing = OpusDecoder(), OpusDecoder()
    for packet in packets[:10]:
        recovering.decode(packet)
        concealing.decode(packet)
    recovered = recovering.recover(packets[11], TICK_SAMPLES)
    assert np.array_equal(recovered, concealing.conceal(TICK_SAMPLES))


def test_concealment_fades_to_silence() -> None:
    decoder = OpusDecoder()
    for packet in encoded(LOST):
        decoder.decode(packet)
    first, *_, last = (decoder.conceal(TICK_SAMPLES) for _ in range(50))
    assert rms(last) < rms(first) / 10


def test_a_decoder_that_heard_nothing_conceals_with_silence() -> None:
    assert not OpusDecoder().conceal(MAX_PACKET_SAMPLES).any()


@pytest.mark.parametrize("samples", [-120, 0, 100, 5_880])
def test_only_what_opus_can_fill_in_is_filled_in(samples: int) -> None:
    decoder = OpusDecoder()
    with pytest.raises(OpusError, match=str(samples)):
        decoder.conceal(samples)
    with pytest.raises(OpusError, match=str(samples)):
        decoder.recover(encoded(1)[0], samples)


@pytest.mark.parametrize(
    "pcm",
    [
        np.zeros(959, np.int16),
        np.zeros(1, np.int16),
        np.zeros((960, 1), np.int16),
        np.zeros(960, np.float32),
    ],
)
def test_only_a_whole_tick_is_encoded(pcm: np.ndarray) -> None:
    with pytest.raises(ValueError, match="a tick is int16"):
        OpusEncoder().encode(pcm)


def test_a_tick_may_lie_in_a_stereo_array() -> None:
    stereo = np.repeat(speech_like(1)[:, np.newaxis], 2, axis=1)
    assert OpusEncoder().encode(stereo[:, 0]) == OpusEncoder().encode(speech_like(1))


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"bitrate": 0}, "bitrate to 0"),
        ({"expected_loss": 101}, "expected loss to 101"),
        ({"complexity": 11}, "complexity to 11"),
    ],
)
def test_a_setting_that_opus_refuses_is_named(settings: dict[str, int], reason: str) -> None:
    with pytest.raises(OpusError, match=reason):
        OpusEncoder(**settings)


def test_an_empty_payload_is_refused() -> None:
    decoder = OpusDecoder()
    with pytest.raises(OpusError, match="empty"):
        decoder.decode(b"")
    with pytest.raises(OpusError, match="empty"):
        decoder.recover(b"", TICK_SAMPLES)
    assert not decoder.carries_fec(b"")


def test_a_cut_packet_is_refused_and_the_next_is_heard() -> None:
    decoder = OpusDecoder()
    packets = encoded(20)
    with pytest.raises(OpusError, match="corrupted stream"):
        decoder.decode(b"\xff")
    heard = np.concatenate([decoder.decode(packet) for packet in packets])
    assert correlation(speech_like(20), heard[LOOKAHEAD_SAMPLES:]) > 0.9


FUZZED = OpusDecoder()
"""One for all examples: garbage must not spoil the decoder for what comes after."""
GENUINE = encoded(20)[-1]


@given(st.binary(max_size=200), st.integers(1, 48))
@example(b"\x03", 8)
@example(b"\xff\xff\xff", 8)
@example(bytes([9 << 3 | 3, 6]) + bytes(20), 48)
def test_any_payload_decodes_or_is_refused(payload: bytes, grains: int) -> None:
    try:
        assert FUZZED.recover(payload, grains * 120).shape == (grains * 120,)
    except OpusError:
        pass
    try:
        assert FUZZED.decode(payload).shape == (packet_samples(payload),)
    except OpusError:
        pass
    assert FUZZED.carries_fec(payload) in (True, False)
    assert FUZZED.decode(GENUINE).shape == (TICK_SAMPLES,)


@given(st.integers(0, len(GENUINE) * 8 - 1))
def test_any_flipped_bit_decodes_or_is_refused(bit: int) -> None:
    damaged = bytearray(GENUINE)
    damaged[bit // 8] ^= 1 << bit % 8
    try:
        assert len(FUZZED.decode(bytes(damaged))) <= MAX_PACKET_SAMPLES
    except OpusError:
        pass


class CountingLibrary:
    """libopus whose destroyed states are counted."""

    def __init__(self) -> None:
        self.real = opus._required_library()
        self.destroyed: list[int] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self.real, name)

    def opus_encoder_destroy(self, state: int) -> None:
        self.destroyed.append(state)
        self.real.opus_encoder_destroy(state)

    def opus_decoder_destroy(self, state: int) -> None:
        self.destroyed.append(state)
        self.real.opus_decoder_destroy(state)


@pytest.mark.parametrize("codec", [OpusEncoder, OpusDecoder])
def test_a_codec_s_state_is_freed_once_with_its_owner(
    monkeypatch: pytest.MonkeyPatch, codec: type[OpusEncoder | OpusDecoder]
) -> None:
    library = CountingLibrary()
    monkeypatch.setattr(opus, "libopus", lambda: library)
    owner = codec()
    assert library.destroyed == []
    del owner
    gc.collect()
    assert len(library.destroyed) == 1


def test_an_encoder_that_refuses_a_setting_is_freed(monkeypatch: pytest.MonkeyPatch) -> None:
    library = CountingLibrary()
    monkeypatch.setattr(opus, "libopus", lambda: library)
    with pytest.raises(OpusError):
        OpusEncoder(complexity=11)
    gc.collect()
    assert len(library.destroyed) == 1


def test_without_libopus_there_is_no_codec(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opus, "libopus", lambda: None)
    assert not opus_available()
    for codec in (OpusEncoder, OpusDecoder):
        with pytest.raises(OpusError, match="not found"):
            codec()
