import pytest

from aicall_cli.control.keyring_store import (
    delete_secret,
    keyring_available,
    read_secret,
    write_secret,
)
from aicall_cli.control.setting_name import parse_name
from aicall_cli.errors import UsageError
from aicall_cli.exit_status import ExitStatus
from aicall_cli.secret import Secret
from tests.control.fake_keyring import (
    KeyringError,
    NoKeyringError,
    install_keyring,
    remove_keyring,
)

TOKEN = parse_name("agents.clinic.token")


def test_a_secret_is_kept_under_its_settings_name(monkeypatch: pytest.MonkeyPatch) -> None:
    keyring = install_keyring(monkeypatch)
    assert keyring_available()
    write_secret(TOKEN, Secret("hunter2"))
    assert keyring.entries == {("aicall", "agents.clinic.token"): "hunter2"}
    assert read_secret(TOKEN) == Secret("hunter2")
    delete_secret(TOKEN)
    delete_secret(TOKEN)
    assert keyring.entries == {}


@pytest.mark.parametrize("kept", [{}, {("aicall", "agents.clinic.token"): ""}])
def test_an_entry_that_is_missing_is_told(
    monkeypatch: pytest.MonkeyPatch, kept: dict[tuple[str, str], str]
) -> None:
    install_keyring(monkeypatch).entries.update(kept)
    with pytest.raises(UsageError, match=r"the keyring has no agents\.clinic\.token") as raised:
        read_secret(TOKEN)
    assert "AICALL_TOKEN" in (raised.value.hint or "")


def test_a_secret_of_the_keyring_alone_is_not_told_to_go_into_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    install_keyring(monkeypatch)
    with pytest.raises(UsageError, match="the keyring has no rtc_app_key") as raised:
        read_secret(parse_name("rtc_app_key"))
    told = "set AICALL_RTC_APP_KEY, or store it: aicall config set rtc_app_key"
    assert raised.value.hint == told


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    remove_keyring(monkeypatch)
    assert not keyring_available()
    for use in (read_secret, delete_secret):
        with pytest.raises(UsageError, match="is not installed") as raised:
            use(TOKEN)
        assert raised.value.hint == "install it: pip install 'aicall-cli[keyring]'"
        assert raised.value.exit_status is ExitStatus.USAGE


@pytest.mark.parametrize(
    ("refusal", "message"),
    [
        (NoKeyringError("no backend"), "there is no keyring for agents.clinic.token here"),
        (KeyringError("it is\x1b[31m locked"), r"refuses agents.clinic.token \(it is\\x1b"),
        (KeyringError(), r"refuses agents.clinic.token \(KeyringError\)"),
    ],
)
def test_a_keyring_that_refuses_is_told(
    monkeypatch: pytest.MonkeyPatch, refusal: Exception, message: str
) -> None:
    install_keyring(monkeypatch).refusal = refusal
    with pytest.raises(UsageError, match=message) as raised:
        write_secret(TOKEN, Secret("hunter2"))
    assert raised.value.hint
    assert "hunter2" not in f"{raised.value.message} {raised.value.hint}"
