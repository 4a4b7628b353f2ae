import subprocess
import sys

import espeakng_loader
import numpy as np
import pytest

from aicall_cli.speech import espeak_library as module
from aicall_cli.speech.espeak_library import espeak_library
from aicall_cli.speech.synthesiser import SynthesiserError


def test_it_is_loaded_once() -> None:
    assert espeak_library() is espeak_library()


def test_its_voices_are_languages() -> None:
    voices = espeak_library().voices
    assert {"de", "en-gb", "en-us", "fr-fr"} <= set(voices)
    assert list(voices) == sorted(voices)


@pytest.mark.parametrize(
    ("name", "identifier"),
    [
        ("en-us", "gmw/en-US"),
        ("en_US", "gmw/en-US"),
        ("de+f3", "gmw/de+f3"),
        ("", None),
        ("+f3", None),
        ("de+", None),
        ("de+f3+f4", None),
        ("gmw/en-US", None),
        ("../../../etc/passwd", None),
        ("de+../../../etc/passwd", None),
    ],
)
def test_only_listed_voices_are_found(name: str, identifier: str | None) -> None:
    assert espeak_library().find_voice(name) == identifier


def test_every_voice_it_lists_is_found() -> None:
    library = espeak_library()
    assert [name for name in library.voices if library.find_voice(name) is None] == []


def test_speech_comes_with_the_beginnings_of_its_words() -> None:
    library = espeak_library()
    pcm, words = library.speak("one two", "gmw/en-US")
    assert pcm.dtype == np.int16
    assert 0.4 < len(pcm) / library.sample_rate < 2.0
    (one, two) = words
    assert (one[1:], two[1:]) == ((0, 3), (4, 3))
    assert one[0] < two[0] < len(pcm)


def test_a_voice_that_cannot_be_loaded_is_an_error() -> None:
    with pytest.raises(SynthesiserError, match="cannot load its voice 'nowhere'"):
        espeak_library().speak("one", "nowhere")


def test_a_pace_that_the_library_does_not_take_is_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    library = espeak_library()
    monkeypatch.setattr(library._library, "espeak_SetParameter", lambda *_: -1)
    with pytest.raises(SynthesiserError, match="350 words a minute"):
        library.speak("one", "gmw/en-US", 2.0)


def test_a_library_that_cannot_be_loaded_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(espeakng_loader, "get_library_path", lambda: "/nowhere/libespeak-ng.so")
    with pytest.raises(SynthesiserError, match=r"cannot be loaded: .*nowhere"):
        module._load()


def test_missing_voices_are_an_error_and_not_the_end_of_the_process() -> None:
    code = """
import espeakng_loader
espeakng_loader.get_data_path = lambda: "/nowhere"
from aicall_cli.speech.espeak_library import EspeakLibrary
from aicall_cli.speech.synthesiser import SynthesiserError
try:
    EspeakLibrary()
except SynthesiserError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "espeak-ng does not find its voices\n"
