import json
from pathlib import Path

import pytest

from aicall_cli.cli import recording_player
from aicall_cli.exit_status import ExitStatus
from aicall_cli.recording.export import Side
from aicall_cli.recording.stored_call import StoredCall
from tests.cli.run_command import Runner, Terminal
from tests.recording.kept_calls import keep_call

OLD, NEW = "20250309-070502-echo-aaaaaa", "20250310-070502-assistant-bbbbbb"


@pytest.fixture
def folder(run: Runner) -> Path:
    """Return ./recordings with an unfinished call and a later one, among other things."""
    folder = run.folder / "recordings"
    folder.mkdir()
    keep_call(folder, short_id="aaaaaa", finished=False)
    keep_call(folder, agent="assistant", short_id="bbbbbb", day=10)
    (folder / "samples").mkdir()
    return folder


@pytest.mark.usefixtures("folder")
def test_list_has_one_line_a_recording_and_marks_the_unfinished(run: Runner) -> None:
    done = run("recordings", "list")
    assert (done.status, done.err) == (0, "")
    assert done.lines == [
        f"{OLD}       0:03  unfinished",
        f"{NEW}  0:03  hung up     500 ms",
    ]


@pytest.mark.usefixtures("folder")
def test_list_as_json_has_one_object_a_line(run: Runner) -> None:
    old, new = map(json.loads, run("recordings", "list", "--json").lines)
    assert new == {
        "schema": 1,
        "name": NEW,
        "path": str(run.folder / "recordings" / NEW),
        "agent_id": "assistant",
        "began": "2025-03-10T07:05:02",
        "duration": 3,
        "finished": True,
        "reason": "hung_up",
        "mean_latency": 0.5,
    }
    assert (old["name"], old["finished"], old["mean_latency"]) == (OLD, False, None)


def test_no_recordings_are_an_empty_list(run: Runner) -> None:
    run.write(f"record_dir = '{run.folder}'")
    done = run("recordings", "list")
    assert (done.status, done.out, done.err) == (0, "", "")


def test_the_folder_is_the_options_the_variables_or_the_files(run: Runner) -> None:
    for number, name in enumerate(("option", "variable", "file"), start=1):
        (run.folder / name).mkdir()
        keep_call(run.folder / name, seconds=number)
    run.write(f"record_dir = '{run.folder / 'file'}'")
    variables = {"AICALL_RECORD_DIR": str(run.folder / "variable")}
    option = ("--record-dir", str(run.folder / "option"))
    assert "0:01" in run("recordings", "list", *option, variables=variables).out
    assert "0:02" in run("recordings", "list", variables=variables).out
    assert "0:03" in run("recordings", "list").out


@pytest.mark.usefixtures("folder")
def test_show_is_a_page(run: Runner) -> None:
    done = run("recordings", "show", "aaaaaa")
    assert (done.status, done.err) == (0, "")
    you, agent = done.lines[5:7]
    assert done.lines[:5] == [
        f"recording   {OLD}",
        "agent       echo",
        "began       2025-03-09 07:05:02",
        "call        3.0 s, unfinished",
        "",
    ]
    assert [len(line) for line in (you, agent)] == [80, 80]
    # The caller sounds in the first of three seconds, the agent from 1.5 s to 2 s.
    assert you[12:].count("▇") == pytest.approx(68 / 3, abs=1)
    assert agent[12:].count("▇") == pytest.approx(68 / 6, abs=1)
    assert done.lines[9:] == [
        "0:00  you   ▸ go forward",
        "0:01  agent ▸ Going for (interrupted)",
        "",
        "turn 1      500 ms from end of speech to answer",
    ]


@pytest.mark.usefixtures("folder")
def test_show_shows_the_last_one(run: Runner) -> None:
    assert run("recordings", "show").lines[0] == f"recording   {NEW}"


@pytest.mark.usefixtures("folder")
def test_show_as_json_has_all_of_it(run: Runner) -> None:
    document = json.loads(run("recordings", "show", "--json").out)
    assert document["name"] == NEW
    assert [entry["text"] for entry in document["transcript"]] == ["go forward", "Going for"]
    assert document["turns"][0]["latency"] == 0.5
    caller, agent = document["waveform"]["caller"], document["waveform"]["agent"]
    assert (len(caller), len(agent)) == (100, 100)
    assert sum(1 for loud in caller if loud) == pytest.approx(33, abs=1)
    assert sum(1 for loud in agent if loud) == pytest.approx(17, abs=1)


def test_a_call_without_audio_has_no_waveform(run: Runner) -> None:
    keep_call(run.folder, seconds=0)
    variables = {"AICALL_RECORD_DIR": str(run.folder)}
    done = run("recordings", "show", variables=variables)
    assert done.lines[3:6] == ["call        0.0 s, hung up", "", "0:00  you   ▸ go forward"]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("command", ["show", "play", "export", "delete"])
def test_one_that_is_not_there_is_told(run: Runner, command: str) -> None:
    more = {"export": ("x.txt",), "delete": ("--yes",)}.get(command, ())
    done = run("recordings", command, "cccccc", *more)
    assert done.status == ExitStatus.USAGE
    assert "there is no recording 'cccccc' in" in done.err
    assert "aicall recordings list" in done.err


@pytest.mark.usefixtures("folder")
def test_play_hands_over_what_was_asked_for(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    played: list[tuple[str, Side, float, str | None]] = []

    def play(call: StoredCall, side: Side, start: float, wanted: str | None) -> int:
        played.append((call.name, side, start, wanted))
        return ExitStatus.OK

    monkeypatch.setattr(recording_player, "play_recording", play)
    run("recordings", "play")
    run.write("output_device = 'file'")
    run("recordings", "play", "aaaaaa", "--side", "agent", "--from", "2.5")
    run("recordings", "play", "--output-device", "mine")
    assert played == [
        (NEW, Side.BOTH, 0.0, None),
        (OLD, Side.AGENT, 2.5, "file"),
        (NEW, Side.BOTH, 0.0, "mine"),
    ]


@pytest.mark.usefixtures("folder")
def test_export_writes_what_the_name_says(run: Runner) -> None:
    for name in ("said.srt", "both.wav"):
        done = run("recordings", "export", "last", name)
        assert (done.status, done.out, done.err) == (0, "", "")
    assert "go forward" in (run.folder / "said.srt").read_text(encoding="utf-8")
    one = run("recordings", "export", "last", "both.wav", "--side", "caller")
    assert one.status == ExitStatus.USAGE
    assert "is there already\n  choose another name, or give --force" in one.err
    size = (run.folder / "both.wav").stat().st_size
    assert (
        run("recordings", "export", "last", "both.wav", "--side", "caller", "--force").status == 0
    )
    assert (run.folder / "both.wav").stat().st_size == pytest.approx(size / 2, rel=0.01)


def test_delete_asks_and_does_nothing_without_a_yes(run: Runner, folder: Path) -> None:
    for answer in ("n\n", "\n", ""):
        done = run("recordings", "delete", "last", stdin=Terminal(answer))
        assert done.status == ExitStatus.CHECK_FAILED
        assert done.err == f"{NEW}\ndelete it for good? [y/N] "
    assert (folder / NEW).is_dir()
    assert run("recordings", "delete", "last", stdin=Terminal("y\n")).status == 0
    assert not (folder / NEW).exists()


def test_delete_takes_several_and_nothing_else(run: Runner, folder: Path) -> None:
    done = run("recordings", "delete", "aaaaaa", "last", OLD, "--yes")
    assert (done.status, done.out, done.err) == (0, "", "")
    assert [path.name for path in folder.iterdir()] == ["samples"]


def test_delete_deletes_nothing_where_one_is_not_there(run: Runner, folder: Path) -> None:
    assert run("recordings", "delete", "last", "cccccc", "--yes").status == ExitStatus.USAGE
    assert (folder / NEW).is_dir()


def test_delete_without_a_terminal_needs_yes(run: Runner, folder: Path) -> None:
    done = run("recordings", "delete", "last")
    assert done.status == ExitStatus.USAGE
    assert done.err == "aicall: nobody can be asked whether to delete\n  give --yes\n"
    assert (folder / NEW).is_dir()


def test_audio_that_cannot_be_read_is_8(run: Runner, folder: Path) -> None:
    (folder / NEW / "call.wav").write_bytes(b"broken")
    done = run("recordings", "show")
    assert done.status == ExitStatus.UNREADABLE_INPUT
    assert "call.wav is not a WAV file" in done.err
