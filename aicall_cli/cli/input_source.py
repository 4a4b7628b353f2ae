"""Which source the options of a command name."""

from dataclasses import dataclass
from pathlib import Path

from aicall_cli.audio.raw_encoding import RawEncoding
from aicall_cli.capture.file_source import FileSource
from aicall_cli.capture.generated_source import GeneratedSource
from aicall_cli.capture.raw_format import RawFormat, parse_raw_encoding
from aicall_cli.capture.source import Source
from aicall_cli.capture.source_chain import AmplifiedSource, PaddedSource, RepeatedSource
from aicall_cli.capture.spoken_source import SpokenSource
from aicall_cli.capture.stdin_source import StdinSource
from aicall_cli.errors import UsageError

GENERATED_SECONDS = 5.0
_TONE_HZ = 440.0


@dataclass(frozen=True, slots=True, kw_only=True)
class InputOptions:
    """What is to be pushed; times in seconds.

    ``text`` is spoken; else ``path`` is a file, ``-`` for standard input, or ``tone[:HZ[:S]]``,
    ``noise[:S]``, ``silence[:S]``. With ``raw`` a file or standard input has no header.
    """

    path: str | None = None
    text: str | None = None
    raw: RawFormat | None = None
    repeat: int = 1
    gain_db: float = 0.0
    lead_silence: float = 0.0
    tail_silence: float = 0.0

    def __post_init__(self) -> None:
        if (self.path is None) == (self.text is None):
            raise UsageError(
                "there is nothing to push"
                if self.path is None
                else "INPUT and --say are two inputs",
                hint="name an audio file, - for standard input, or give --say TEXT",
            )
        if self.raw is not None and (self.path is None or _generated(self.path)):
            raise UsageError(
                f"{self.path or '--say'} has no raw samples",
                hint="leave --rate, --channels and --format out",
            )
        if self.path == "-" and self.repeat > 1:
            raise UsageError("standard input can be read only once", hint="leave --repeat out")


def parse_raw_format(
    rate: int | None, channels: int | None, encoding: str | None
) -> RawFormat | None:
    """Return what ``--rate``, ``--channels`` (1) and ``--format`` (s16le) say.

    None without any of them; raise UsageError for a format without a rate.
    """
    if rate is None:
        if channels is not None or encoding is not None:
            raise UsageError(
                "--channels and --format are for raw samples, whose rate is not given",
                hint="give --rate too, or leave them out for a file that says its own format",
            )
        return None
    return RawFormat(
        rate,
        1 if channels is None else channels,
        RawEncoding.S16LE if encoding is None else parse_raw_encoding(encoding),
    )


async def open_source(options: InputOptions) -> Source:
    """Open the source; raise SourceError or UsageError."""
    source: Source
    if options.repeat > 1:
        source = await RepeatedSource.open(lambda: _open(options), options.repeat)
    else:
        source = await _open(options)
    try:
        if options.gain_db:
            source = AmplifiedSource(source, options.gain_db)
        if options.lead_silence or options.tail_silence:
            source = PaddedSource(source, options.lead_silence, options.tail_silence)
    except UsageError:
        await source.close()
        raise
    return source


async def _open(options: InputOptions) -> Source:
    if options.text is not None:
        return await _open_spoken(options.text)
    assert options.path is not None
    if options.path == "-":
        return await StdinSource.open(options.raw)
    if _generated(options.path):
        kind, *numbers = options.path.split(":")
        return _generate(kind, [_number(text, options.path) for text in numbers])
    return await FileSource.open(Path(options.path), options.raw)


def _generated(path: str) -> bool:
    return path.split(":")[0] in ("tone", "noise", "silence")


async def _open_spoken(text: str) -> Source:
    from aicall_cli.speech.espeak_synthesiser import EspeakSynthesiser

    return await SpokenSource.open(text, EspeakSynthesiser())


def _generate(kind: str, numbers: list[float]) -> Source:
    if kind == "tone":
        frequency, seconds, *rest = [*numbers, *(_TONE_HZ, GENERATED_SECONDS)[len(numbers) :]]
        source = GeneratedSource.tone(frequency, seconds)
    else:
        seconds, *rest = numbers or [GENERATED_SECONDS]
        make = GeneratedSource.noise if kind == "noise" else GeneratedSource.silence
        source = make(seconds)
    if rest:
        raise UsageError(
            f"{kind} takes fewer numbers", hint="write tone:HZ:SECONDS or noise:SECONDS"
        )
    return source


def _number(text: str, path: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise UsageError(
            f"{path!r} is not a generated input",
            hint="write tone:HZ:SECONDS, noise:SECONDS or silence:SECONDS; a file as ./NAME",
        ) from None
