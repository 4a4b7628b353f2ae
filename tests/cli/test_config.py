import stat

import pytest

from aicall_cli.cli import config as config_module
from aicall_cli.exit_status import ExitStatus
from tests.cli.run_command import Runner, Terminal
from tests.control.fake_keyring import install_keyring, remove_keyring

FILE = """\
# Mine.
voice = "de"  # my language
[agents.clinic]
server = "wss://clinic.example"
token = "hunter2"
[keys]
talk = "f5"
"""


def test_path_is_printed_whether_or_not_it_is_there(run: Runner) -> None:
    done = run("config", "path")
    assert (done.status, done.out, done.err) == (0, f"{run.file}\n", "")


def test_get_prints_what_is_in_effect(run: Runner) -> None:
    run.write(FILE)
    assert run("config", "get", "voice").out == "de\n"
    assert run("config", "get", "voice", variables={"AICALL_VOICE": "en"}).out == "en\n"
    assert run("config", "get", "media_timeout").out == "5\n"
    assert run("config", "get", "agents.clinic.server").out == "wss://clinic.example\n"
    assert run("config", "get", "agents.clinic.voice").out == "de\n"
    assert run("config", "get", "agents.clinic.backend").out == "builtin\n"
    assert run("config", "get", "keys.talk").out == "f5\n"


@pytest.mark.parametrize("name", ["language", "token", "keys.mute"])
def test_get_of_nothing_is_1(run: Runner, name: str) -> None:
    run.write(FILE)
    done = run("config", "get", name)
    assert (done.status, done.out, done.err) == (ExitStatus.CHECK_FAILED, "", "")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("get", "vioce"), "there is no setting 'vioce'\n  did you mean voice?"),
        (("get", "agents.other.voice"), "there is no agent 'other'\n  `aicall agents` lists"),
        (("set", "vioce", "de"), "there is no setting 'vioce'"),
        (("set", "media_timeout", "soon"), "media_timeout must be a number of at least 0.5"),
        (("set", "media_timeout"), "no value for media_timeout\n  it is a number"),
        (("set", "voice", "de", "--keyring"), "voice is no secret\n  leave --keyring out"),
        (("set", "keys.jump", "f6"), "nothing named 'jump' that a key could do"),
        (("set", "keys.mute", "f5"), "F5 is given to both"),
        (("set", "keys.mute", "sausage"), "sausage"),
        (("set", "token"), "there is no value for token\n  pipe it into standard input"),
    ],
)
def test_a_mistake_is_told_in_one_sentence(
    run: Runner, arguments: tuple[str, ...], complaint: str
) -> None:
    run.write(FILE)
    done = run("config", *arguments)
    assert done.status == ExitStatus.USAGE
    assert complaint in done.err
    assert len(done.err.splitlines()) <= 2
    assert run.file.read_text(encoding="utf-8") == FILE


@pytest.mark.parametrize("command", ["show", "get voice", "set voice en", "unset voice"])
def test_broken_toml_is_2_with_its_line(run: Runner, command: str) -> None:
    run.write("voice = 'de'\ntoken = hunter2\n")
    done = run("config", *command.split())
    assert (done.status, done.out) == (ExitStatus.USAGE, "")
    assert "in line 2: " in done.err
    assert "hunter2" not in done.err
    assert len(done.err.splitlines()) == 2
    assert run("config", "path").status == ExitStatus.OK


def test_set_changes_the_file_and_says_nothing(run: Runner) -> None:
    run.write(FILE)
    for arguments in (
        ("voice", "en"),
        ("agents.clinic.push_to_talk", "yes"),
        ("keys.hang_up", "q ctrl+c"),
    ):
        done = run("config", "set", *arguments)
        assert (done.status, done.out, done.err) == (0, "", "")
    text = run.file.read_text(encoding="utf-8")
    assert text.startswith('# Mine.\nvoice = "en"  # my language\n')
    assert "push_to_talk = true" in text
    assert 'hang_up = ["q", "ctrl+c"]' in text
    assert stat.S_IMODE(run.file.stat().st_mode) == 0o600


def test_set_makes_the_file_where_there_is_none(run: Runner) -> None:
    assert run("config", "set", "voice", "de").status == 0
    assert run.file.read_text(encoding="utf-8") == 'voice = "de"\n'


def test_a_wrong_value_in_the_file_can_be_set_right(run: Runner) -> None:
    run.write("media_timeout = 'soon'\n")
    assert run("config", "show").status == ExitStatus.USAGE
    assert run("config", "set", "media_timeout", "3").status == 0
    assert run("config", "get", "media_timeout").out == "3\n"


def test_a_variable_that_stands_before_the_file_is_told(run: Runner) -> None:
    done = run("config", "set", "voice", "de", variables={"AICALL_VOICE": "en"})
    assert done.status == 0
    assert done.err == "aicall: warning: AICALL_VOICE is set and stands before the file\n"


def test_a_secret_is_read_from_what_is_piped_in(run: Runner) -> None:
    done = run("config", "set", "agents.clinic.token", stdin="hunter2\nmore\n")
    assert (done.status, done.out, done.err) == (0, "", "")
    assert 'token = "hunter2"' in run.file.read_text(encoding="utf-8")
    assert run("config", "get", "agents.clinic.token").out == "***\n"


def test_a_secret_is_asked_for_on_a_terminal(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def answer(prompt: str) -> str:
        asked.append(prompt)
        return "hunter2"

    monkeypatch.setattr(config_module, "getpass", answer)
    assert run("config", "set", "token", stdin=Terminal()).status == 0
    assert asked == ["token: "]
    assert run.file.read_text(encoding="utf-8") == 'token = "hunter2"\n'


def test_without_standard_input_there_is_no_secret(
    run: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("config", "set", "token", stdin="\n").status == ExitStatus.USAGE
    assert not run.file.exists()


def test_a_secret_goes_to_the_keyring_and_stays_there(
    run: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring = install_keyring(monkeypatch)
    assert run("config", "set", "agents.clinic.token", "hunter2", "--keyring").status == 0
    assert keyring.entries == {("aicall", "agents.clinic.token"): "hunter2"}
    assert run.file.read_text(encoding="utf-8") == "[agents.clinic]\ntoken = {keyring = true}\n"
    assert run("config", "set", "agents.clinic.token", "hunter3").status == 0
    assert keyring.entries == {("aicall", "agents.clinic.token"): "hunter3"}
    assert "hunter" not in run.file.read_text(encoding="utf-8")
    assert run("config", "get", "agents.clinic.token").out == "*** (keyring)\n"


def test_a_secret_leaves_the_keyring(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    keyring = install_keyring(monkeypatch)
    run("config", "set", "token", "hunter2", "--keyring")
    assert run("config", "set", "token", "hunter2", "--no-keyring").status == 0
    assert keyring.entries == {}
    assert run.file.read_text(encoding="utf-8") == 'token = "hunter2"\n'
    run("config", "set", "token", "hunter2", "--keyring")
    assert run("config", "unset", "token").status == 0
    assert keyring.entries == {}
    assert run.file.read_text(encoding="utf-8") == ""


def test_without_the_extra_nothing_is_written(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    remove_keyring(monkeypatch)
    done = run("config", "set", "token", "hunter2", "--keyring")
    assert done.status == ExitStatus.USAGE
    assert "pip install 'aicall-cli[keyring]'" in done.err
    assert "hunter2" not in done.err
    assert not run.file.exists()


def test_unset_takes_a_setting_out(run: Runner) -> None:
    run.write(FILE)
    assert run("config", "unset", "voice").status == 0
    assert run("config", "unset", "agents.clinic.token").status == 0
    assert run("config", "unset", "keys.talk").status == 0
    text = run.file.read_text(encoding="utf-8")
    assert text == '# Mine.\n[agents.clinic]\nserver = "wss://clinic.example"\n[keys]\n'


def test_unset_takes_a_whole_agent_out(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    keyring = install_keyring(monkeypatch)
    run.write(FILE)
    run("config", "set", "agents.clinic.v2.token", "hunter2", "--keyring")
    assert run("config", "unset", "agents.clinic").status == 0
    assert run("config", "unset", "agents.clinic.v2").status == 0
    assert keyring.entries == {}
    assert "clinic" not in run.file.read_text(encoding="utf-8")


def test_unset_repairs_a_file_with_an_unknown_name(run: Runner) -> None:
    run.write("vioce = 'de'\n[agents.clinic]\nvioce = 'de'\n")
    assert run("config", "unset", "vioce").status == 0
    assert run("config", "unset", "agents.clinic.vioce").status == 0
    assert run("config", "show").status == 0


@pytest.mark.parametrize("name", ["voice", "agents.clinic.voice", "agents", "keys.talk", "a.b.c"])
def test_unset_of_what_is_not_there_is_1(run: Runner, name: str) -> None:
    done = run("config", "unset", name)
    assert (done.status, done.out, done.err) == (ExitStatus.CHECK_FAILED, "", "")
    assert not run.file.exists()
