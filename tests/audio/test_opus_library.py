import importlib.machinery
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from aicall_cli.audio import opus_library
from aicall_cli.audio.opus_library import candidate_paths, checked, libopus, load
from aicall_cli.audio.opus_packet import OpusError


def installed_in(monkeypatch: pytest.MonkeyPatch, site: Path) -> None:
    """Make ``av`` look as if it were installed in ``site``."""
    package = site / "av"
    package.mkdir(parents=True)
    spec = importlib.machinery.ModuleSpec("av", None, origin=str(package / "__init__.py"))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)


@pytest.mark.parametrize(
    "library",
    [
        "av.libs/libopus-114e2b1a.so.0.11.1",
        "av/.dylibs/libopus.0.dylib",
        "av.libs/libopus-0-3f2b.dll",
        "av.libs/opus-3f2b.dll",
    ],
)
def test_the_library_is_found_where_each_platform_s_wheel_puts_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, library: str
) -> None:
    installed_in(monkeypatch, tmp_path)
    path = tmp_path / library
    path.parent.mkdir()
    path.touch()
    assert list(candidate_paths()) == [path]


def test_nothing_is_found_beside_an_av_without_bundled_libraries(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    installed_in(monkeypatch, tmp_path)
    assert list(candidate_paths()) == []


def test_nothing_is_found_without_av() -> None:
    assert list(candidate_paths("no_such_package_anywhere")) == []


def test_nothing_is_found_beside_a_namespace_package(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = importlib.machinery.ModuleSpec("av", None)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)
    assert list(candidate_paths()) == []


def test_a_file_that_is_no_library_is_not_loaded(tmp_path: Path) -> None:
    path = tmp_path / "libopus.so"
    path.write_bytes(b"not a library")
    assert load(path) is None


def test_a_library_without_one_of_the_functions_is_not_loaded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(opus_library._FUNCTIONS, "opus_function_of_a_later_version", (None, []))
    path = next(candidate_paths())
    assert load(path) is None


def test_the_first_library_that_loads_is_taken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "libopus.so"
    broken.touch()
    good = next(candidate_paths())
    monkeypatch.setattr(opus_library, "candidate_paths", lambda: iter([broken, good]))
    found = libopus.__wrapped__()
    assert found is not None
    assert found._name == str(good)


def test_no_library_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opus_library, "candidate_paths", lambda: iter(()))
    assert libopus.__wrapped__() is None


def test_the_process_has_one_library() -> None:
    assert libopus() is libopus()


def test_results_that_are_errors_are_raised_in_libopus_s_words() -> None:
    library = libopus()
    assert library is not None
    assert checked(library, 7, "count") == 7
    with pytest.raises(OpusError, match="libopus could not count: corrupted stream"):
        checked(library, -4, "count")


def test_finding_the_library_does_not_import_av() -> None:
    code = (
        "import sys; from aicall_cli.audio.opus_codec import create_decoder; create_decoder();"
        "sys.exit('av' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
