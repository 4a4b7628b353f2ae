import pytest

from tests.cli.run_command import Runner
from tests.recording.kept_calls import keep_call

FILE = "[agents.clinic]\nserver = 'wss://clinic.example'\n[agents.echo]\n"


def _completed(
    run: Runner, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words: str
) -> list[str]:
    """Let bash complete the last of ``words``."""
    monkeypatch.setenv("_AICALL_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(len(words.split(" ")) - 1))
    monkeypatch.setenv("AICALL_CONFIG", str(run.file))
    monkeypatch.chdir(run.folder)
    with pytest.raises(SystemExit):
        run()
    return capsys.readouterr().out.split()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("aicall config get chat_", ["chat_url", "chat_model", "chat_key"]),
        ("aicall config set agents.clinic.ser", ["agents.clinic.server"]),
        ("aicall config unset agents.echo.ba", ["agents.echo.backend"]),
        ("aicall config get back", []),
        ("aicall push-file --agent-id ", ["clinic", "echo", "assistant", "script:"]),
        ("aicall call --agent-id cl", ["clinic"]),
        ("aicall rec", ["recordings"]),
        ("aicall sh", ["share"]),
        ("aicall token ", ["show", "make"]),
        ("aicall token make --n", ["--nonce"]),
        ("aicall token show ", []),
        ("aicall config get rtc_", ["rtc_app_id", "rtc_app_key"]),
        ("aicall config get agents.clinic.rtc_", []),
    ],
)
def test_names_are_completed(
    run: Runner,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    words: str,
    found: list[str],
) -> None:
    run.write(FILE)
    assert _completed(run, capsys, monkeypatch, words) == found


@pytest.mark.parametrize("command", ["show", "play", "export", "delete"])
def test_recordings_are_completed(
    run: Runner, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    folder = run.folder / "recordings"
    folder.mkdir()
    old, new = keep_call(folder, seconds=0), keep_call(folder, day=10, seconds=0)
    found = _completed(run, capsys, monkeypatch, f"aicall recordings {command} ")
    assert found == ["last", new.name, old.name]
    words = f"aicall recordings {command} {old.name[:10]}"
    assert _completed(run, capsys, monkeypatch, words) == [old.name]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("aicall config get chat_", ["chat_url", "chat_model", "chat_key"]),
        ("aicall push-file --agent-id ", ["assistant", "echo", "script:"]),
        ("aicall recordings show ", []),
    ],
)
def test_a_broken_file_completes_to_less_and_says_nothing(
    run: Runner,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    words: str,
    found: list[str],
) -> None:
    run.write("voice = \n")
    assert _completed(run, capsys, monkeypatch, words) == found


def test_without_recordings_there_is_nothing(
    run: Runner, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (run.folder / "recordings").mkdir()
    assert _completed(run, capsys, monkeypatch, "aicall recordings show l") == []
