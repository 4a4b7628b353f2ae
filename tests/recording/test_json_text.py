import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.recording.json_text import json_text

_ANY_TEXT = st.text(st.characters(codec=None, categories=None))


def test_letters_of_any_script_stay_readable() -> None:
    assert json_text({"text": "你好, größe"}) == '{"text": "你好, größe"}'


@given(_ANY_TEXT)
def test_any_text_survives_and_is_harmless(text: str) -> None:
    written = json_text({text: [text]})
    assert json.loads(written) == {text: [text]}
    assert written.encode().decode() == written
    categories = {unicodedata.category(character) for character in written}
    assert not categories & {"Cc", "Cs", "Zl", "Zp"}
    assert not set(written) & set("\u202e\u2066\u200f")


def test_one_value_is_one_line() -> None:
    assert "\n" not in json_text({"text": "a\nb\r\u2028\u0085c"})


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_json_cannot_say_is_refused(value: float) -> None:
    with pytest.raises(ValueError):
        json_text({"value": value})


def test_figures_have_no_more_digits_than_they_mean() -> None:
    value = {"t": 0.1 + 0.2, "turns": ({"at": 1 / 3},), "late": 1.5e-7, "n": 10**12, "on": True}
    expected = (
        '{"t": 0.3, "turns": [{"at": 0.333333}], "late": 0.0, "n": 1000000000000, "on": true}'
    )
    assert json_text(value) == expected
