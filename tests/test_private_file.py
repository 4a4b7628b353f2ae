import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from aicall_cli.private_file import (
    WholeFile,
    create_private_file,
    make_private_directories,
    make_private_directory,
    write_private_file,
)
from tests.recording.file_size_limit import file_size_limit


@pytest.fixture(params=[0o000, 0o022, 0o777], ids=["open", "usual", "closed"])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.usefixtures("umask")
def test_modes_hold_whatever_the_umask_is(tmp_path: Path) -> None:
    make_private_directories(tmp_path / "a" / "b")
    create_private_file(tmp_path / "a" / "b" / "file").close()
    write_private_file(tmp_path / "a" / "whole", b"x")

    assert [_mode(tmp_path / name) for name in ("a", "a/b")] == [0o700, 0o700]
    assert [_mode(tmp_path / name) for name in ("a/b/file", "a/whole")] == [0o600, 0o600]


def test_an_existing_folder_keeps_its_mode(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o755)
    make_private_directories(shared / "mine")

    assert _mode(shared) == 0o755
    assert _mode(shared / "mine") == 0o700


def test_a_file_where_a_folder_should_be_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError):
        make_private_directories(tmp_path / "file")
    with pytest.raises(NotADirectoryError):
        make_private_directories(tmp_path / "file" / "below")
    with pytest.raises(FileExistsError):
        make_private_directory(tmp_path / "file")


def test_an_existing_file_is_neither_opened_nor_replaced(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_bytes(b"old")
    with pytest.raises(FileExistsError):
        create_private_file(taken)
    assert taken.read_bytes() == b"old"


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="link"):
        create_private_file(tmp_path / "link")
    assert not (tmp_path / "elsewhere").exists()


def test_a_file_whose_mode_cannot_be_set_is_not_left_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "chmod", refuse)
    with pytest.raises(PermissionError):
        create_private_file(tmp_path / "file")


def test_what_was_written_can_be_written_again_at_its_place(tmp_path: Path) -> None:
    with create_private_file(tmp_path / "file") as file:
        file.write(b"abcdef")
        file.seek(2)
        file.write(b"CD")
        file.seek(0, os.SEEK_END)
        file.write(b"g")
    assert (tmp_path / "file").read_bytes() == b"abCDefg"


def test_a_partial_write_is_not_taken_for_a_whole_one(tmp_path: Path) -> None:
    """At the limit of a file's size the system takes the part that fits and says so."""
    with create_private_file(tmp_path / "file") as file, file_size_limit(1000):
        file.write(b"a" * 600)
        with pytest.raises(OSError, match="too large"):
            file.write(b"b" * 600)
    assert (tmp_path / "file").stat().st_size == 1000


def test_a_document_that_the_disk_refuses_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(WholeFile, "write", refuse)
    with pytest.raises(OSError, match="No space"):
        write_private_file(tmp_path / "summary.json", b"{}")
    assert list(tmp_path.iterdir()) == []


def test_a_document_is_never_half_there_under_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[str]] = []
    real = WholeFile.write

    def watch(self: WholeFile, data: object, /) -> int:
        seen.append([path.name for path in tmp_path.iterdir()])
        return real(self, data)

    monkeypatch.setattr(WholeFile, "write", watch)
    write_private_file(tmp_path / "summary.json", b"{}")
    ((partial,),) = seen
    assert re.fullmatch(r"summary\.json\.[0-9a-f]{8}\.partial", partial)
    assert [path.name for path in tmp_path.iterdir()] == ["summary.json"]


def test_what_a_killed_process_left_is_in_nobodys_way(tmp_path: Path) -> None:
    (tmp_path / "summary.json.partial").write_bytes(b"half")
    write_private_file(tmp_path / "summary.json", b"{}")
    write_private_file(tmp_path / "summary.json", b"[]")
    assert (tmp_path / "summary.json").read_bytes() == b"[]"
