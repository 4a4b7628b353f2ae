from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import pytest

from aicall_cli.audio.format import AudioFormat, Pcm
from aicall_cli.capture.media_decoder import MediaDecoder
from aicall_cli.errors import SourceError, UsageError
from tests.capture.byte_inputs import FailingInput, MemoryInput, input_of
from tests.support.media_files import encode, encode_video, sine


@dataclass(frozen=True)
class Kind:
    container: str
    codec: str
    rate: int = 44_100
    layout: str = "stereo"
    lossless: bool = False

    @property
    def channels(self) -> int:
        return av.AudioLayout(self.layout).nb_channels


KINDS = {
    "mp3": Kind("mp3", "libmp3lame"),
    "mp3 mono 8 kHz": Kind("mp3", "libmp3lame", 8_000, "mono"),
    "mp3 22.05 kHz": Kind("mp3", "libmp3lame", 22_050, "mono"),
    "flac": Kind("flac", "flac", lossless=True),
    "flac 192 kHz": Kind("flac", "flac", 192_000, "mono", lossless=True),
    "flac 5.1": Kind("flac", "flac", 48_000, "5.1", lossless=True),
    "ogg vorbis": Kind("ogg", "vorbis"),
    "ogg opus": Kind("ogg", "libopus", 48_000),
    "m4a": Kind("ipod", "aac"),
    "m4a lossless": Kind("ipod", "alac", lossless=True),
    "aac": Kind("adts", "aac"),
    "aiff": Kind("aiff", "pcm_s16be", lossless=True),
    "au": Kind("au", "pcm_s16be", lossless=True),
    "w64": Kind("w64", "pcm_s16le", lossless=True),
    "webm": Kind("webm", "libopus", 48_000),
}


def make(path: Path, kind: Kind, seconds: float = 0.5) -> Pcm:
    samples = np.repeat(sine(440, kind.rate, seconds)[:, None], kind.channels, axis=1)
    encode(path, kind.container, kind.codec, samples, kind.rate, kind.layout)
    return samples


def all_of(decoder: MediaDecoder) -> Pcm:
    try:
        return np.concatenate(list(decoder.blocks()))
    finally:
        decoder.close()


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("streamed", [False, True])
def test_kinds(name: str, tmp_path: Path, streamed: bool) -> None:
    kind, path = KINDS[name], tmp_path / "tone"
    samples = make(path, kind)
    if streamed and name.startswith("m4a"):
        return  # its index stands behind the audio
    decoder = MediaDecoder(input_of(path, streamed=streamed))
    assert decoder.format == AudioFormat(kind.rate, kind.channels)
    heard = all_of(decoder)
    assert decoder.warnings == []
    if kind.lossless:
        assert np.array_equal(heard, samples)
        return
    # Encoders put their delay before the audio, and round it up to whole frames after it.
    assert len(heard) == pytest.approx(len(samples), abs=3_000)
    middle = heard[len(heard) // 4 : -len(heard) // 4, 0].astype(float)
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle))))
    assert spectrum.argmax() * kind.rate / len(middle) == pytest.approx(440, abs=8)
    assert np.abs(middle).max() == pytest.approx(12_000, rel=0.15)


@pytest.mark.parametrize("name", ["mp3", "flac", "m4a", "ogg opus"])
def test_the_duration_is_known_beforehand(name: str, tmp_path: Path) -> None:
    path = tmp_path / "tone"
    make(path, KINDS[name], 2.0)
    decoder = MediaDecoder(input_of(path))
    assert decoder.duration == pytest.approx(2.0, abs=0.06)
    decoder.close()


def test_a_video_without_audio(tmp_path: Path) -> None:
    path = tmp_path / "silent.mp4"
    encode_video(path)
    with pytest.raises(SourceError, match=r"silent.mp4 holds no audio track"):
        MediaDecoder(input_of(path))


@pytest.mark.parametrize("rate", [4_000, 384_000])
def test_a_rate_out_of_range(rate: int, tmp_path: Path) -> None:
    path = tmp_path / "tone.flac"
    make(path, Kind("flac", "flac", rate, "mono"))
    with pytest.raises(UsageError, match=f"tone.flac has a sample rate of {rate} Hz"):
        MediaDecoder(input_of(path))


@pytest.mark.parametrize(
    "text",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile /etc/passwd\n",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 9 RTP/AVP 0\n",
    ],
)
def test_lists_that_lead_to_other_files_and_addresses_are_not_followed(text: str) -> None:
    with pytest.raises(SourceError, match="not audio of a known kind"):
        MediaDecoder(MemoryInput(text.encode()))


@pytest.mark.parametrize("seed", range(20))
def test_garbage_is_refused_or_decoded(seed: int) -> None:
    garbage = np.random.default_rng(seed).bytes(50_000)
    with suppress(SourceError):
        all_of(MediaDecoder(MemoryInput(garbage)))


def test_damage_in_the_middle_ends_it_with_the_place(tmp_path: Path) -> None:
    path = tmp_path / "tone.m4a"
    make(path, KINDS["m4a"], 2.0)
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 2_000] = np.random.default_rng(1).bytes(2_000)
    decoder = MediaDecoder(MemoryInput(bytes(data)))
    with pytest.raises(SourceError, match=r"it is damaged after \d\.\d s"):
        all_of(decoder)


def test_one_damaged_packet_is_damage_too(tmp_path: Path) -> None:
    path = tmp_path / "tone.m4a"
    make(path, KINDS["m4a"], 2.0)
    with av.open(str(path), "r") as container:
        packets = [packet for packet in container.demux(audio=0) if packet.size]
        place = [(packet.pos or 0, packet.size) for packet in packets][len(packets) // 2]
    data = bytearray(path.read_bytes())
    data[place[0] : place[0] + place[1]] = b"\xff" * place[1]
    with pytest.raises(SourceError, match=r"it is damaged after 0\.9 s|it is damaged after 1\.0 s"):
        all_of(MediaDecoder(MemoryInput(bytes(data))))


def test_a_container_that_fails(tmp_path: Path) -> None:
    path = tmp_path / "tone.mp3"
    make(path, KINDS["mp3"])
    decoder = MediaDecoder(input_of(path))
    container = decoder._container

    class Failing:
        def demux(self, _: object) -> None:
            raise av.InvalidDataError(1, "Invalid data found when processing input")

    decoder._container = Failing()  # type: ignore[assignment]
    with pytest.raises(SourceError, match=r"tone.mp3 is damaged after 0\.0 s"):
        list(decoder.blocks())
    container.close()


def test_a_format_that_changes_on_the_way(tmp_path: Path) -> None:
    make(tmp_path / "first", KINDS["aac"])
    make(tmp_path / "second", Kind("adts", "aac", 48_000, "mono"))
    data = (tmp_path / "first").read_bytes() + (tmp_path / "second").read_bytes()
    with pytest.raises(SourceError, match="it changes from 44100 Hz with 2 channel"):
        all_of(MediaDecoder(MemoryInput(data)))


def test_a_header_alone(tmp_path: Path) -> None:
    path = tmp_path / "tone.flac"
    make(path, KINDS["flac"])
    data = path.read_bytes()
    with av.open(str(path), "r") as container:
        first = next(container.demux(audio=0)).pos
    assert first
    with pytest.raises(SourceError, match="it holds no audio that can be decoded"):
        all_of(MediaDecoder(MemoryInput(data[:first])))


def test_a_header_without_channels(tmp_path: Path) -> None:
    path = tmp_path / "tone.w64"
    make(path, KINDS["w64"])
    data = bytearray(path.read_bytes())
    data[66:68] = bytes(2)
    with pytest.raises(SourceError, match="it claims 0 channels"):
        MediaDecoder(MemoryInput(bytes(data)))


def test_audio_that_is_missing_in_the_middle_is_told(tmp_path: Path) -> None:
    path = tmp_path / "tone.flac"
    make(path, Kind("flac", "flac", 16_000, "mono"), 4.0)
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 1_000] = bytes(1_000)
    decoder = MediaDecoder(MemoryInput(bytes(data)))
    heard = len(all_of(decoder)) / 16_000
    assert heard < 4
    assert len(decoder.warnings) == 1
    assert decoder.warnings[0].startswith(f"it has gaps: {4 - heard:.2f} s are missing")


def test_a_file_that_was_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "tone.flac"
    make(path, KINDS["flac"], 4.0)
    data = path.read_bytes()
    decoder = MediaDecoder(MemoryInput(data[: len(data) // 2]))
    heard = len(all_of(decoder)) / 44_100
    assert heard > 1
    assert decoder.warnings == [f"it is cut off after {heard:.2f} s"]


def test_an_index_that_was_cut_off_leaves_nothing_to_decode(tmp_path: Path) -> None:
    path = tmp_path / "tone.m4a"
    make(path, KINDS["m4a"], 2.0)
    data = path.read_bytes()
    with pytest.raises(SourceError, match="it is damaged or not audio"):
        MediaDecoder(MemoryInput(data[: len(data) // 2]))


def test_an_input_that_fails_on_the_way(tmp_path: Path) -> None:
    path = tmp_path / "tone.mp3"
    make(path, KINDS["mp3"], 4.0)
    data = path.read_bytes()
    for good in (0, 10, len(data) // 2):
        with pytest.raises(SourceError, match="cannot be read: Input/output error"):
            all_of(MediaDecoder(FailingInput(data, good)))


def test_it_can_be_closed_halfway(tmp_path: Path) -> None:
    path = tmp_path / "tone.mp3"
    make(path, KINDS["mp3"], 2.0)
    decoder = MediaDecoder(input_of(path))
    blocks = decoder.blocks()
    next(blocks)
    blocks.close()
    decoder.close()
