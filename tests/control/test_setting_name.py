import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.control.setting_name import SettingName, parse_name
from aicall_cli.errors import UsageError


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("server", SettingName("server")),
        ("agents.clinic.server", SettingName("server", "clinic")),
        ("agents.clinic.v2.token", SettingName("token", "clinic.v2")),
        ("agents.Praxis Dr. Müller.backend", SettingName("backend", "Praxis Dr. Müller")),
        ("keys.talk", SettingName("talk", is_key=True)),
    ],
)
def test_a_name_is_read_and_written(text: str, name: SettingName) -> None:
    assert parse_name(text) == name
    assert str(name) == text
    assert ".".join(name.entry) == text


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("sever", "no setting 'sever'", "did you mean server?"),
        ("", "no setting ''", "there are agent_id, server"),
        ("backend", "no setting 'backend'", "there are"),
        ("agents.clinic.rtc_app_key", "no setting 'agents.clinic.rtc_app_key'", "did you mean"),
        ("agents.clinic.sever", "no setting 'agents.clinic.sever'", "did you mean server?"),
        ("agents.server", "agents.server names no setting of an agent", "agents.NAME.SETTING"),
        ("agents", "agents names no setting of an agent", "agents.NAME.SETTING"),
        ("agents.-x.server", "'-x' cannot be an agent's name", "printable"),
        (f"agents.{'x' * 65}.server", "cannot be an agent's name", "64"),
        ("agents.a\x1b[31m.server", "cannot be an agent's name", "printable"),
        ("keys.a-b", "keys.a-b names no action", "shows them"),
        ("keys", "no setting 'keys'", "there are"),
    ],
)
def test_a_name_that_is_none_is_refused_with_the_next_step(
    text: str, message: str, hint: str
) -> None:
    with pytest.raises(UsageError) as raised:
        parse_name(text)
    assert message in raised.value.message
    assert hint in (raised.value.hint or "")


def test_what_a_name_stands_for() -> None:
    assert parse_name("token").is_secret
    assert parse_name("agents.x.token").is_secret
    assert not parse_name("server").is_secret
    assert not parse_name("keys.token").is_secret
    assert parse_name("keys.talk").kind.parse("space f5") == ("space", "f5")
    assert parse_name("keys.talk").setting is None


@given(st.text(max_size=40))
def test_any_text_is_a_name_or_refused(text: str) -> None:
    assert _read_and_written(text) in (text, None)


def _read_and_written(text: str) -> str | None:
    try:
        return str(parse_name(text))
    except UsageError:
        return None
