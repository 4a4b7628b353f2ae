import re

import pytest

from aicall_cli.control.settings_table import SETTINGS, Setting


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=SETTINGS)
def test_each_setting_is_complete(setting: Setting) -> None:
    assert re.fullmatch("[a-z][a-z0-9_]*", setting.name)
    assert setting.variable == f"AICALL_{setting.name.upper()}"
    assert setting.about
    assert setting.is_secret == (setting.beside is not None)
    if setting.default is not None:
        assert setting.kind.check(setting.default) == setting.default


def test_each_secret_stands_beside_an_address() -> None:
    beside = {it.name: it.beside for it in SETTINGS.values() if it.is_secret}
    assert beside == {
        "token": "server",
        "app_server_token": "app_server",
        "asr_key": "asr_url",
        "chat_key": "chat_url",
        "tts_key": "tts_url",
        "rtc_app_key": "rtc_app_id",
        "serve_key_secret": "serve_key_id",
    }
    assert all(address in SETTINGS for address in beside.values())
