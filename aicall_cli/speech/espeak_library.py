"""The espeak-ng shared library of the ``espeakng-loader`` wheel, by ctypes.

Its state (the voice, the callback, the buffers) is global to the process, and none of its
functions may run while another does: only ``espeak_synthesiser`` calls this, from its one
thread. Structures and numbers are those of ``speak_lib.h`` (espeak-ng 1.52).
"""

import ctypes
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, ClassVar

import espeakng_loader
import numpy as np

from aicall_cli.audio.format import Pcm
from aicall_cli.speech.availability import INSTALL_HINT
from aicall_cli.speech.synthesiser import SynthesiserError

_OUTPUT_SYNCHRONOUS = 2
_DO_NOT_EXIT = 0x8000
"""Without it a missing data file ends the process."""
# Neither SSML (0x10) nor [[phonemes]] (0x100) is switched on: both are read out as they stand.
_UTF8 = 1
_BY_CHARACTER = 1
_EVENT_END_OF_LIST = 0
_EVENT_WORD = 1
_BUFFER_MS = 200
_RATE_PARAMETER = 1
_WORDS_PER_MINUTE = 175
"""The library's own pace."""
_OK = 0
_CONTINUE = 0


class _EventId(ctypes.Union):
    _fields_: ClassVar = [
        ("number", ctypes.c_int),
        ("name", ctypes.c_char_p),
        ("string", ctypes.c_char * 8),
    ]


class _Event(ctypes.Structure):
    _fields_: ClassVar = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),  # characters, the first is 1
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _EventId),
    ]


class _Voice(ctypes.Structure):
    _fields_: ClassVar = [
        ("name", ctypes.c_char_p),
        ("languages", ctypes.c_void_p),  # (priority byte, name, NUL)… closed by a zero priority
        ("identifier", ctypes.c_char_p),
        ("gender", ctypes.c_ubyte),
        ("age", ctypes.c_ubyte),
        ("variant", ctypes.c_ubyte),
        ("xx1", ctypes.c_ubyte),
        ("score", ctypes.c_int),
        ("spare", ctypes.c_void_p),
    ]


_SynthCallback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)

Word = tuple[int, int, int]
"""Sample at which a word begins, its first character (from 0) and its number of characters."""


class EspeakLibrary:
    """The one instance of the library; get it by ``espeak_library()``."""

    def __init__(self) -> None:
        self._library = _load()
        data = str(espeakng_loader.get_data_path()).encode()
        rate = self._library.espeak_Initialize(_OUTPUT_SYNCHRONOUS, _BUFFER_MS, data, _DO_NOT_EXIT)
        if rate <= 0:
            raise SynthesiserError("espeak-ng does not find its voices", hint=INSTALL_HINT)
        self.sample_rate = int(rate)
        """Of all speech, in Hz."""
        self._identifiers = self._best_by_language()
        self._variants = {identifier.removeprefix("!v/") for identifier in self._list_variants()}
        self._pieces: list[bytes] = []
        self._words: list[Word] = []
        # ctypes does not keep a callback alive; the library keeps its address for ever.
        self._callback = _SynthCallback(self._receive)
        self._library.espeak_SetSynthCallback(self._callback)

    @property
    def voices(self) -> Sequence[str]:
        """The languages it speaks, as codes: ``de``, ``en-us``, …"""
        return sorted(self._identifiers)

    def find_voice(self, name: str) -> str | None:
        """Return the identifier of a voice named ``language`` or ``language+variant``.

        Only what the library lists is found: the name may come from a peer, and espeak-ng
        would take it for the path of a file.
        """
        language, plus, variant = name.partition("+")
        identifier = self._identifiers.get(language.replace("_", "-").lower())
        if identifier is None or (plus and variant not in self._variants):
            return None
        return identifier + plus + variant

    def speak(self, text: str, identifier: str, rate: float = 1.0) -> tuple[Pcm, list[Word]]:
        """Return ``text`` as int16 ``(n,)`` at ``sample_rate``, and where its words begin.

        It is spoken at ``rate`` times the library's own pace.
        """
        if self._library.espeak_SetVoiceByName(identifier.encode()) != _OK:
            raise SynthesiserError(f"espeak-ng cannot load its voice {identifier!r}")
        words_per_minute = round(rate * _WORDS_PER_MINUTE)
        if self._library.espeak_SetParameter(_RATE_PARAMETER, words_per_minute, 0) != _OK:
            raise SynthesiserError(f"espeak-ng cannot speak at {words_per_minute} words a minute")
        data = text.encode()
        self._pieces, self._words = [], []
        status = self._library.espeak_Synth(
            data, len(data) + 1, 0, _BY_CHARACTER, 0, _UTF8, None, None
        )
        if status != _OK:
            raise SynthesiserError(f"espeak-ng failed to speak (its error {status})")
        return np.frombuffer(b"".join(self._pieces), np.int16), self._words

    def _receive(self, samples: Any, count: int, events: Any) -> int:
        if count > 0:
            self._pieces.append(ctypes.string_at(samples, 2 * count))
        index = 0
        while (event := events[index]).type != _EVENT_END_OF_LIST:
            if event.type == _EVENT_WORD:
                self._words.append((event.sample, event.text_position - 1, event.length))
            index += 1
        return _CONTINUE

    def _best_by_language(self) -> dict[str, str]:
        best: dict[str, tuple[int, str]] = {}
        for voice in _listed(self._library.espeak_ListVoices(None)):
            identifier = voice.identifier.decode()
            for priority, language in _languages(voice):
                best[language] = min(
                    best.get(language, (priority, identifier)), (priority, identifier)
                )
        return {language: identifier for language, (_, identifier) in best.items()}

    def _list_variants(self) -> Iterator[str]:
        wanted = ctypes.create_string_buffer(b"variant")
        query = _Voice(languages=ctypes.addressof(wanted))
        for voice in _listed(self._library.espeak_ListVoices(ctypes.byref(query))):
            yield voice.identifier.decode()


@cache
def espeak_library() -> EspeakLibrary:
    """Load the library once a process; call it from the thread that owns it."""
    return EspeakLibrary()


def _load() -> ctypes.CDLL:
    try:
        library = ctypes.CDLL(espeakng_loader.get_library_path())
    except OSError as error:
        message = f"espeak-ng's library cannot be loaded: {error}"
        raise SynthesiserError(message, hint=INSTALL_HINT) from error
    library.espeak_Initialize.argtypes = (
        ctypes.c_int, ctypes.c_int, ctypes.c_char_p, ctypes.c_int,
    )  # fmt: skip
    library.espeak_SetSynthCallback.argtypes = (_SynthCallback,)
    library.espeak_SetSynthCallback.restype = None
    library.espeak_SetVoiceByName.argtypes = (ctypes.c_char_p,)
    library.espeak_SetParameter.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_int)
    library.espeak_ListVoices.argtypes = (ctypes.POINTER(_Voice),)
    library.espeak_ListVoices.restype = ctypes.POINTER(ctypes.POINTER(_Voice))
    library.espeak_Synth.argtypes = (
        ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint, ctypes.c_int, ctypes.c_uint,
        ctypes.c_uint, ctypes.POINTER(ctypes.c_uint), ctypes.c_void_p,
    )  # fmt: skip
    return library


def _listed(voices: Any) -> Iterator[Any]:
    """Yield the voices of a list that a null pointer closes."""
    index = 0
    while voices[index]:
        yield voices[index].contents
        index += 1


def _languages(voice: Any) -> Iterator[tuple[int, str]]:
    """Yield (priority, language) of a voice; the lowest priority is the language's best."""
    address = voice.languages
    while priority := ctypes.string_at(address, 1)[0]:
        language = ctypes.string_at(address + 1)
        yield priority, language.decode().lower()
        address += 1 + len(language) + 1
