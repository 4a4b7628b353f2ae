"""The libopus shared library that ships inside the ``av`` wheel, found and declared for ctypes.

PyAV exposes neither in-band FEC nor concealment of the decoder, so the library is called
directly. ``av`` is located, not imported: importing it takes 0.1 s and all of FFmpeg.

The library is loaded as ``PyDLL``, which keeps the interpreter's lock during a call. A call
takes a fraction of a millisecond; giving the lock away means waiting up to a whole switch
interval (5 ms) to get it back from a busy thread, in the middle of a tick. It also makes
each call atomic, so one codec may be reached from several threads, one call after another.
"""

import ctypes
import importlib.util
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from aicall_cli.audio.opus_packet import OpusError

LibOpus = ctypes.PyDLL
"""A loaded library whose functions all have their types declared."""

_PATTERNS = (
    "../av.libs/libopus*.so*",  # Linux, as auditwheel lays it out
    ".dylibs/libopus*.dylib",  # macOS, delocate
    "../av.libs/*opus*.dll",  # Windows, delvewheel
)

_Bytes = ctypes.c_char_p
_Int = ctypes.c_int
_Pcm = ctypes.c_void_p
_State = ctypes.c_void_p

# name: (result, arguments). The ``_ctl`` functions are variadic: only their fixed arguments
# stand here, because arm64 macOS passes the variable ones differently.
_FUNCTIONS = {
    "opus_strerror": (_Bytes, [_Int]),
    "opus_get_version_string": (_Bytes, []),
    "opus_encoder_create": (_State, [ctypes.c_int32, _Int, _Int, ctypes.POINTER(_Int)]),
    "opus_encoder_ctl": (_Int, [_State, _Int]),
    "opus_encoder_destroy": (None, [_State]),
    "opus_encode": (ctypes.c_int32, [_State, _Pcm, _Int, ctypes.c_void_p, ctypes.c_int32]),
    "opus_decoder_create": (_State, [ctypes.c_int32, _Int, ctypes.POINTER(_Int)]),
    "opus_decoder_ctl": (_Int, [_State, _Int]),
    "opus_decoder_destroy": (None, [_State]),
    "opus_decode": (_Int, [_State, _Bytes, ctypes.c_int32, _Pcm, _Int, _Int]),
    "opus_packet_has_lbrr": (_Int, [_Bytes, ctypes.c_int32]),
}


def candidate_paths(package: str = "av") -> Iterator[Path]:
    """Yield where the wheel of ``package`` may have put libopus, without importing it."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        return
    directory = Path(spec.origin).parent
    for pattern in _PATTERNS:
        folder, _, name = pattern.rpartition("/")
        yield from sorted((directory / folder).resolve().glob(name))


def load(path: Path) -> LibOpus | None:
    """Load and declare the library at ``path``; None where it is none, or one that is too old."""
    try:
        library = ctypes.PyDLL(str(path))
        for name, (result, arguments) in _FUNCTIONS.items():
            function = getattr(library, name)
            function.restype = result
            function.argtypes = arguments
    except (OSError, AttributeError):
        return None
    return library


@cache
def libopus() -> LibOpus | None:
    """Return the process's one loaded libopus, or None where there is none to be found."""
    for path in candidate_paths():
        library = load(path)
        if library is not None:
            return library
    return None


def checked(library: LibOpus, result: int, doing: str) -> int:
    """Return ``result`` of a libopus call; raise OpusError with libopus's words if negative."""
    if result < 0:
        reason = library.opus_strerror(result).decode("ascii", "replace")
        raise OpusError(f"libopus could not {doing}: {reason}")
    return result
