"""A PulseAudio server of a test's own: a speaker that can be recorded, a microphone to speak into.

The sink ``speaker`` and the source ``microphone`` are its defaults. What is played into the sink
``mouth`` is what the microphone hears. Each is also a device of its own name for PortAudio, beside
``default`` and ``pulse``, which follow the server's defaults.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psutil
import pytest

from aicall_cli.audio.format import SAMPLE_RATE, Pcm

SPEAKER = "speaker"
MOUTH = "mouth"
MICROPHONE = "microphone"

# Without rewinds a null sink works in pieces of 50 ms at most; with them it may take 2 s
# before it begins to listen to what a client asks of its latency.
_SINK_ARGUMENTS = (f"rate={SAMPLE_RATE}", "norewinds=1")
_START_SECONDS = 10.0
_END_SECONDS = 5.0
_POLL_SECONDS = 0.01
_LATENCY = "--latency-msec=10"
_PCM = (f"--rate={SAMPLE_RATE}", "--channels=1", "--format=s16le", "--raw")

_ALSA = """\
pcm.!default { type pulse hint.show on }
ctl.!default { type pulse }
pcm.speaker { type pulse device "speaker" }
pcm.mouth { type pulse device "mouth" }
pcm.microphone { type pulse device "microphone" }
"""


class Recording:
    """What a sink plays, from when this was made on."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def pcm(self) -> Pcm:
        """All so far: mono, 48 kHz."""
        data = self._path.read_bytes()
        return np.frombuffer(data[: len(data) // 2 * 2], dtype="<i2").astype(np.int16)


class PulseServer:
    """A running server; ``variables`` lead a process's PortAudio to it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        socket = folder / "native"
        (folder / "client.conf").write_text("autospawn = no\nenable-shm = no\n")
        (folder / "alsa.conf").write_text(_ALSA)
        self.variables = {
            "PULSE_SERVER": f"unix:{socket}",
            "PULSE_CLIENTCONFIG": str(folder / "client.conf"),
            "PULSE_COOKIE": str(folder / "cookie"),
            "ALSA_CONFIG_PATH": f"/usr/share/alsa/alsa.conf:{folder / 'alsa.conf'}",
        }
        self._socket = socket
        self._recordings = 0
        self._modules: dict[str, str] = {}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server with its speaker and microphone."""
        runtime = self._folder / "runtime"
        runtime.mkdir(mode=0o700, exist_ok=True)
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    "pulseaudio",
                    "-n",
                    "--daemonize=no",
                    "--exit-idle-time=-1",
                    "--use-pid-file=no",
                    "--log-target=stderr",
                    f"--load=module-native-protocol-unix socket={self._socket}",
                ],
                env={
                    "PATH": os.environ["PATH"],
                    "HOME": str(self._folder),
                    "XDG_RUNTIME_DIR": str(runtime),
                    "DBUS_SESSION_BUS_ADDRESS": "disabled:",
                },
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self._wait_until_it_answers()
        self.restore_speaker()
        self.restore_microphone()

    def stop(self) -> None:
        """End the server; whoever is connected to it loses the connection."""
        if self._process is None:
            return
        self.go_on()
        self._process.terminate()
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None
        self._modules.clear()
        self._socket.unlink(missing_ok=True)

    def add_alsa_device(self, name: str, device: str) -> None:
        """Plug in one more device that PortAudio sees, another name of a sink or source."""
        path = self._folder / "alsa.conf"
        text = path.read_text() + f'pcm.{name} {{ type pulse device "{device}" }}\n'
        # A file in its place, not the same one: ALSA looks for changes by the second.
        new = path.with_suffix(".new")
        new.write_text(text)
        new.replace(path)

    def remove_speaker(self) -> None:
        """Unplug the speaker."""
        self._unload(SPEAKER)

    def restore_speaker(self) -> None:
        """Plug the speaker in; it is the default again."""
        self._load(SPEAKER, "module-null-sink", f"sink_name={SPEAKER}", *_SINK_ARGUMENTS)
        self.control("set-default-sink", SPEAKER)

    def remove_microphone(self) -> None:
        """Unplug the microphone."""
        self._unload(MICROPHONE)
        self._unload(MOUTH)

    def restore_microphone(self) -> None:
        """Plug the microphone in; it is the default again."""
        self._load(MOUTH, "module-null-sink", f"sink_name={MOUTH}", *_SINK_ARGUMENTS)
        source = (f"source_name={MICROPHONE}", f"master={MOUTH}.monitor")
        self._load(MICROPHONE, "module-remap-source", *source)
        self.control("set-default-source", MICROPHONE)

    def remove_all(self) -> None:
        """Unplug everything: nothing is left that a stream could be moved to."""
        self.remove_microphone()
        self.remove_speaker()

    def restore_all(self) -> None:
        """Plug everything in again."""
        self.restore_speaker()
        self.restore_microphone()

    def hang(self) -> None:
        """Let the server answer nobody, and move no sample."""
        assert self._process is not None
        psutil.Process(self._process.pid).suspend()

    def go_on(self) -> None:
        """Let a server that hangs go on."""
        assert self._process is not None
        psutil.Process(self._process.pid).resume()

    def suspend_all(self, suspended: bool) -> None:
        """Let the devices be there without moving a sample, or go on."""
        for kind in ("sink", "source"):
            self.control(f"suspend-{kind}", "@DEFAULT_" + kind.upper() + "@", str(int(suspended)))

    @contextmanager
    def playing(self, sound: Path) -> Iterator[None]:
        """Play a WAV file into the microphone while the block runs, and to its end."""
        process = self._client("paplay", f"--device={MOUTH}", _LATENCY, str(sound))
        try:
            yield
            process.wait()
        finally:
            _end(process)

    def play(self, sound: Path) -> None:
        """Play a WAV file into the microphone and return at its end."""
        with self.playing(sound):
            pass

    @contextmanager
    def speaking(self) -> Iterator[subprocess.Popen[bytes]]:
        """Give a process to whose ``stdin`` mono 48 kHz PCM for the microphone is written."""
        command = ("pacat", "--playback", f"--device={MOUTH}", _LATENCY, *_PCM)
        process = self._client(*command, stdin=subprocess.PIPE)
        try:
            yield process
        finally:
            assert process.stdin is not None
            process.stdin.close()
            _end(process)

    @contextmanager
    def recording(self, sink: str = SPEAKER) -> Iterator[Recording]:
        """Record what a sink plays while the block runs; it has begun when the block does."""
        self._recordings += 1
        path = self._folder / f"recording-{self._recordings}.raw"
        with path.open("wb") as file:
            process = self._client(
                "parec", f"--device={sink}.monitor", _LATENCY, *_PCM, stdout=file.fileno()
            )
        try:
            _wait_for(lambda: path.stat().st_size > 0, f"parec of {sink} began")
            yield Recording(path)
        finally:
            process.send_signal(signal.SIGINT)
            _end(process)

    def control(self, *arguments: str) -> str:
        """Run ``pactl`` and return what it prints."""
        done = subprocess.run(
            ["pactl", *arguments],
            env={**os.environ, **self.variables},
            capture_output=True,
            text=True,
            timeout=_START_SECONDS,
            check=False,
        )
        assert done.returncode == 0, (arguments, done.stderr, self._log())
        return done.stdout.strip()

    def _client(
        self, *command: str, stdin: int = subprocess.DEVNULL, stdout: int = subprocess.DEVNULL
    ) -> subprocess.Popen[bytes]:
        environment = {**os.environ, **self.variables}
        return subprocess.Popen(command, env=environment, stdin=stdin, stdout=stdout)

    def _load(self, name: str, *module: str) -> None:
        self._modules[name] = self.control("load-module", *module)

    def _unload(self, name: str) -> None:
        self.control("unload-module", self._modules.pop(name))

    def _wait_until_it_answers(self) -> None:
        _wait_for(self._socket.exists, f"the server began: {self._log()}")
        self.control("info")

    def _log(self) -> str:
        return (self._folder / "log").read_text(errors="replace")


@pytest.fixture
def pulse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PulseServer]:
    """Return a server of this test's own, to which the test's own process connects too."""
    missing = [name for name in _PROGRAMS if shutil.which(name) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    server = PulseServer(tmp_path_factory.mktemp("pulse"))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in server.variables.items():
            patch.setenv(name, value)
        try:
            server.start()
            yield server
        finally:
            server.stop()


_PROGRAMS: Sequence[str] = ("pulseaudio", "pactl", "pacat", "paplay", "parec")


def _wait_for(condition: Callable[[], bool], what: str) -> None:
    for _ in range(round(_START_SECONDS / _POLL_SECONDS)):
        if condition():
            return
        time.sleep(_POLL_SECONDS)  # noqa: TID251 - waits for another process
    raise AssertionError(f"not in {_START_SECONDS:g} s: {what}")


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
