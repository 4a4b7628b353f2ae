"""The external audio streams of one call, those that are gone among them."""

from aicall_cli.capture.external_stream import ExternalAudioStream, ExternalAudioStreamConfig
from aicall_cli.capture.mixer import Mixer
from aicall_cli.session.statistics import PushStatistics, sum_streams


class ExternalStreams:
    """Adds streams to ``mixer`` and removes them; what was pushed is counted to the end."""

    def __init__(self, mixer: Mixer) -> None:
        self._mixer = mixer
        self._streams: dict[int, ExternalAudioStream] = {}
        self._removed = sum_streams([])

    def add(self, config: ExternalAudioStreamConfig, live: bool) -> ExternalAudioStream:
        """Add a stream; one that the mixer does not take is closed."""
        stream = self._mixer.add_stream(config, live)
        if not stream.closed:
            self._streams[stream.id] = stream
        return stream

    def remove(self, stream_id: int) -> None:
        """Remove a stream; raise UsageError when there is none of this id."""
        self._mixer.remove_stream(stream_id)
        removed = self._streams.pop(stream_id, None)
        if removed is not None:
            self._removed = sum_streams([self._removed, removed.statistics])

    @property
    def pushes(self) -> PushStatistics:
        """What was pushed into all of them."""
        return sum_streams([self._removed, *(it.statistics for it in self._streams.values())])
