import json
from datetime import UTC, datetime

import pytest

from aicall_cli import clock
from aicall_cli.exit_status import ExitStatus
from aicall_cli.protocol.rtc_token import parse_rtc_token
from aicall_cli.secret import Secret
from tests.cli.run_command import Runner
from tests.control.fake_keyring import install_keyring
from tests.protocol.tokens import APP_KEY, NOW, made, rtc_text

KEY = {"AICALL_RTC_APP_KEY": APP_KEY.reveal()}
TEXT = made().encode().reveal()


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "wall_time", lambda: datetime.fromtimestamp(NOW, UTC))


def test_it_says_channel_user_and_time_left(run: Runner) -> None:
    done = run("token", "show", TEXT)
    assert (done.status, done.err) == (0, "")
    assert done.lines == [
        "app         app-1",
        "channel     room_1",
        "user        alice",
        "expires     2027-01-15 09:00:00 UTC, 1 h 0 min left",
    ]


def test_addresses_are_shown_without_credentials(run: Runner) -> None:
    text = rtc_text(gslb=["wss://me:hunter2@a.example", "ws://b.example\x1b"])
    done = run("token", "show", text)
    assert done.lines[4:] == [
        "servers     wss://***@a.example",
        r"            ws://b.example\x1b",
    ]
    shown = json.loads(run("token", "show", text, "--json").out)["gslb"]
    assert shown == ["wss://***@a.example", r"ws://b.example\x1b"]


def test_json_has_the_same(run: Runner) -> None:
    done = run("token", "show", "-", "--json", stdin=TEXT)
    assert (done.status, done.err) == (0, "")
    assert json.loads(done.out) == {
        "schema": 1,
        "app_id": "app-1",
        "channel_id": "room_1",
        "user_id": "alice",
        "nonce": "",
        "expires": "2027-01-15T09:00:00+00:00",
        "seconds_left": 3600,
        "expired": False,
        "gslb": [],
        "signed": None,
    }


def test_an_expired_one_is_shown_and_status_1(run: Runner) -> None:
    text = made(lifetime=60, now=NOW - 105).encode().reveal()
    done = run("token", "show", text)
    assert (done.status, done.err) == (ExitStatus.CHECK_FAILED, "")
    assert done.lines[3] == "expired     2027-01-15 07:59:15 UTC, 45 s ago"
    done = run("token", "show", made(lifetime=60, now=NOW - 60).encode().reveal())
    assert (done.status, done.lines[3][-7:]) == (ExitStatus.CHECK_FAILED, "0 s ago")
    done = run("token", "show", text, "--verify", variables=KEY)
    assert (done.status, done.lines[4:]) == (1, ["signature   made with this app key"])


def test_a_signature_is_checked(run: Runner) -> None:
    done = run("token", "show", TEXT, "--verify", variables=KEY)
    assert (done.status, done.lines[4:]) == (0, ["signature   made with this app key"])
    other = {"AICALL_RTC_APP_KEY": "another"}
    done = run("token", "show", TEXT, "--verify", variables=other)
    assert (done.status, done.err) == (ExitStatus.CHECK_FAILED, "")
    assert done.lines[4:] == ["signature   not made with this app key"]
    done = run("token", "show", TEXT, "--verify", "--json", variables=other)
    assert (done.status, json.loads(done.out)["signed"]) == (ExitStatus.CHECK_FAILED, False)
    done = run("token", "show", TEXT, "--verify")
    assert (done.status, done.out) == (ExitStatus.USAGE, "")
    assert "there is no app key for app-1" in done.err


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "RTC token: empty"),
        ("hunter2!", "RTC token: not base64"),
        (TEXT[:-6], "RTC token: not valid JSON"),
        (rtc_text(timestamp="hunter2"), "RTC token: timestamp is not an integer but of type str"),
    ],
)
def test_a_bad_token_is_2_in_one_sentence(run: Runner, text: str, complaint: str) -> None:
    done = run("token", "show", text)
    assert (done.status, done.out) == (ExitStatus.USAGE, "")
    first, hint = done.err.splitlines()
    assert first == f"aicall: {complaint}"
    assert hint.startswith("  ")


def test_what_is_made_is_printed_and_verified(run: Runner) -> None:
    arguments = ("token", "make", "room_1", "alice", "--app-id", "app-1")
    done = run(*arguments, variables=KEY)
    assert (done.status, done.out, done.err) == (0, f"{TEXT}\n", "")
    assert run("token", "show", "-", "--verify", stdin=done.out, variables=KEY).status == 0
    done = run(*arguments, "--lifetime", "86400", "--nonce", "AK-1", "--json", variables=KEY)
    said = json.loads(done.out)
    assert (said["seconds_left"], said["nonce"], said["app_id"]) == (86400, "AK-1", "app-1")
    parse_rtc_token(said["token"]).verify(APP_KEY, NOW)


def test_the_vendors_vector(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    then = datetime.fromtimestamp(1699423634 - 60, UTC)
    monkeypatch.setattr(clock, "wall_time", lambda: then)
    variables = {"AICALL_RTC_APP_ID": "abc", "AICALL_RTC_APP_KEY": "abckey"}
    done = run("token", "make", "abcChannel", "abcUser", "--lifetime", "60", variables=variables)
    signature = "3c9ee8d9f8734f0b7560ed8022a0590659113955819724fc9345ab8eedf84f31"
    assert parse_rtc_token(done.out).signature == Secret(signature)


def test_app_and_key_are_settings(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    keyring = install_keyring(monkeypatch)
    assert run("config", "set", "rtc_app_id", "app-1").status == 0
    assert run("config", "set", "rtc_app_key", stdin=APP_KEY.reveal()).status == 0
    assert keyring.entries == {("aicall", "rtc_app_key"): APP_KEY.reveal()}
    assert run("token", "make", "room_1", "alice").out == f"{TEXT}\n"
    done = run("token", "make", "room_1", "alice", "--app-id", "app-2")
    assert (done.status, done.out) == (ExitStatus.USAGE, "")
    assert "there is no app key for app-2" in done.err


def test_a_key_in_the_file_is_refused(run: Runner) -> None:
    run.write("rtc_app_key = 'hunter2'\n")
    done = run("token", "make", "room_1", "alice", "--app-id", "app-1")
    assert done.status == ExitStatus.USAGE
    assert "rtc_app_key must be kept in the keyring" in done.err
    assert "hunter2" not in done.err


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("room_1", "alice", "--lifetime", "86401"), "a token cannot expire 86401 s from now"),
        (("room_1", "alice", "--lifetime", "0"), "a token cannot expire 0 s from now"),
        (("room 1", "alice"), "'room 1' cannot be a channel id"),
        (("room_1", ""), "'' cannot be a user id"),
        (("room_1", "alice", "--app-id", "a/b"), "'a/b' cannot be an app id"),
        (("room_1", "alice", "--nonce", "a b"), "'a b' cannot be a nonce"),
        (("room_1", "alice", "--app-key", "hunter2"), "No such option: --app-key"),
        (("room_1", "alice", "--app-key=hunter2"), "No such option: --app-key"),
    ],
)
def test_what_cannot_be_made_is_told(
    run: Runner, arguments: tuple[str, ...], complaint: str
) -> None:
    variables = {"AICALL_RTC_APP_ID": "app-1", "AICALL_RTC_APP_KEY": "hunter2"}
    if "--app-id" in arguments:
        del variables["AICALL_RTC_APP_ID"]
    done = run("token", "make", *arguments, variables=variables)
    assert (done.status, done.out) == (ExitStatus.USAGE, "")
    assert done.err.startswith(f"aicall: {complaint}")
    assert "hunter2" not in done.err


def test_without_an_app_there_is_no_token(run: Runner) -> None:
    done = run("token", "make", "room_1", "alice", variables=KEY)
    assert done.status == ExitStatus.USAGE
    assert done.err == (
        "aicall: there is no app id\n  give --app-id, or: aicall config set rtc_app_id ID\n"
    )


def test_neither_key_nor_signature_nor_token_is_shown(run: Runner) -> None:
    token = made()
    for arguments in (
        ("show", TEXT),
        ("show", TEXT, "--json"),
        ("show", TEXT, "--verify"),
        ("show", TEXT + "!"),
        ("show", TEXT[4:]),
    ):
        done = run("token", *arguments, variables=KEY)
        for secret in (APP_KEY.reveal(), token.signature.reveal(), TEXT, TEXT[4:]):
            assert secret not in done.out + done.err
