import json
from datetime import UTC, datetime
from typing import Any

import pytest

from aicall_cli import clock
from aicall_cli.exit_status import ExitStatus
from tests.cli.run_command import Runner
from tests.protocol.tokens import NOW, SHARE, share_text


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "wall_time", lambda: datetime.fromtimestamp(NOW, UTC))


def test_it_says_agent_type_region_and_expiry(run: Runner) -> None:
    done = run("share", "show", share_text())
    assert (done.status, done.err) == (0, "")
    assert done.lines == [
        "agent       Reception (tmp012…)",
        "type        voice (VoiceChat)",
        "region      cn-shanghai",
        "expires     2027-01-15 09:00:00 UTC, 1 h 0 min left",
        "settings    the token has some for the agent",
        "user data   the token has some for the agent",
    ]


def test_what_it_does_not_say_is_told(run: Runner) -> None:
    absent: dict[str, Any] = dict.fromkeys(("Name", "Region", "TemplateConfig", "UserData"))
    done = run("share", "show", share_text(**absent, WorkflowType="MessageChat"))
    assert done.lines == [
        "agent       tmp012…",
        "type        unknown (MessageChat)",
        "region      –",
        "expires     2027-01-15 09:00:00 UTC, 1 h 0 min left",
    ]


def test_json_has_the_same(run: Runner) -> None:
    done = run("share", "show", share_text(), "--json")
    assert (done.status, done.err) == (0, "")
    assert json.loads(done.out) == {
        "schema": 1,
        "agent": "tmp012…",
        "name": "Reception",
        "type": "voice",
        "workflow": "VoiceChat",
        "region": "cn-shanghai",
        "expires": "2027-01-15T09:00:00+00:00",
        "seconds_left": 3600,
        "expired": False,
        "has_settings": True,
        "has_user_data": True,
    }


def test_an_expired_one_is_shown_and_status_1(run: Runner) -> None:
    text = share_text(ExpireTime="2027-01-12 22:30:00")
    done = run("share", "show", text)
    assert (done.status, done.err) == (ExitStatus.CHECK_FAILED, "")
    assert "expired     2027-01-12 22:30:00 UTC, 2 d 9 h ago" in done.lines
    done = run("share", "show", "--json", text)
    assert done.status == ExitStatus.CHECK_FAILED
    assert json.loads(done.out)["expired"] is True
    assert json.loads(done.out)["seconds_left"] == -207000


def test_a_token_from_standard_input(run: Runner) -> None:
    done = run("share", "show", "-", stdin=f"{share_text()}\n")
    assert (done.status, done.lines[0]) == (0, "agent       Reception (tmp012…)")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "share token: empty"),
        ("hunter2!", "share token: not base64"),
        (share_text()[:-6], "share token: not valid JSON"),
        (share_text(Region="hunter2/"), "share token: Region is not written as cn-shanghai is"),
    ],
)
@pytest.mark.parametrize("more", [(), ("--json",)], ids=["text", "json"])
def test_a_bad_token_is_2_in_one_sentence(
    run: Runner, text: str, complaint: str, more: tuple[str, ...]
) -> None:
    done = run("share", "show", text, *more)
    assert (done.status, done.out) == (ExitStatus.USAGE, "")
    first, hint = done.err.splitlines()
    assert first == f"aicall: {complaint}"
    assert hint.startswith("  ")
    assert "hunter2" not in done.err


def test_hostile_words_are_shown_harmlessly(run: Runner) -> None:
    done = run("share", "show", share_text(Name="\x1b[2J", WorkflowType="a\nb\u202e"))
    assert done.lines[:2] == [
        r"agent       \x1b[2J (tmp012…)",
        r"type        unknown (a b\u202e)",
    ]


def test_the_agents_id_is_not_shown(run: Runner) -> None:
    agent = SHARE["TemporaryAIAgentId"]
    for more in ((), ("--json",)):
        assert agent not in run("share", "show", share_text(), *more).out
    assert run("share", "show", share_text(TemporaryAIAgentId="abc")).lines[0].endswith("(…)")
