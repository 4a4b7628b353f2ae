import pytest

from aicall_cli.audio.format import AudioFormat
from aicall_cli.capture.file_source import FileSource
from aicall_cli.capture.generated_source import GeneratedSource
from aicall_cli.capture.source import Source, push_samples
from aicall_cli.capture.source_chain import AmplifiedSource, PaddedSource, RepeatedSource
from aicall_cli.capture.spoken_source import SpokenSource
from aicall_cli.capture.stdin_source import StdinSource
from aicall_cli.errors import UsageError


@pytest.mark.parametrize(
    ("rate", "push_ms", "samples"),
    [(48_000, 20, 960), (44_100, 10, 441), (44_100, 1, 44), (8_000, 1, 8), (96_000, 40, 3_840)],
)
def test_samples_of_a_push(rate: int, push_ms: int, samples: int) -> None:
    assert push_samples(AudioFormat(rate, 2), push_ms) == samples


@pytest.mark.parametrize("push_ms", [-20, 0, 41])
def test_sizes_that_cannot_be_pushed(push_ms: int) -> None:
    with pytest.raises(UsageError, match=f"a push of {push_ms} ms is not possible"):
        push_samples(AudioFormat(48_000, 1), push_ms)


def test_everything_is_a_source_for_the_type_checker() -> None:
    kinds: list[type[Source]] = [
        AmplifiedSource,
        FileSource,
        GeneratedSource,
        PaddedSource,
        RepeatedSource,
        SpokenSource,
        StdinSource,
    ]
    for kind in kinds:
        assert kind.__doc__
