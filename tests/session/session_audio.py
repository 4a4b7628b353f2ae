"""Both sides' audio of a session under test."""

from aicall_cli.audio.format import SAMPLE_RATE, AudioFormat, Pcm
from aicall_cli.audio.frame import AudioFrame
from aicall_cli.capture.external_stream import ExternalAudioStream, ExternalAudioStreamConfig
from aicall_cli.capture.push_result import PushResult
from aicall_cli.capture.retry import push_with_retry
from aicall_cli.session.session import Session
from tests.support.speech_like import ticks_of

FORMAT = AudioFormat(SAMPLE_RATE, 1)


class Tap:
    """Keeps both sides' audio with its position."""

    def __init__(self) -> None:
        self.said: list[tuple[int, Pcm]] = []
        self.heard: list[tuple[int, Pcm]] = []

    def caller(self, pcm: Pcm, at_sample: int) -> None:
        self.said.append((at_sample, pcm))

    def agent(self, pcm: Pcm, at_sample: int) -> None:
        self.heard.append((at_sample, pcm))


def positions(frames: list[tuple[int, Pcm]]) -> list[int]:
    return [at for at, _ in frames]


def stream_of(session: Session) -> ExternalAudioStream:
    return session.mixer.add_stream(ExternalAudioStreamConfig(SAMPLE_RATE, 1))


async def push(stream: ExternalAudioStream, pcm: Pcm) -> None:
    for tick in ticks_of(pcm):
        frame = AudioFrame(tick.reshape(-1, 1), FORMAT)
        assert await push_with_retry(stream, frame) is PushResult.OK
    await stream.drain()
