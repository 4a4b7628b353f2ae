import io

import pytest

from aicall_cli.tui.line_output import LineOutput, encodable


def test_a_line_is_written_and_flushed() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="utf-8")
    LineOutput(stream).line("agent ▸ 你好")
    assert raw.getvalue().decode() == "agent ▸ 你好\n"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("agent ▸ x …", "agent > x ..."),
        ("–", "-"),
        ("é你😀", "\\xe9\\u4f60\\U0001f600"),
    ],
)
def test_what_the_encoding_lacks_is_replaced(text: str, shown: str) -> None:
    assert encodable(text, "ascii") == shown


def test_what_the_encoding_has_stays() -> None:
    assert encodable("é – 你", "cp1252") == "é – \\u4f60"


def test_a_stream_says_what_it_takes() -> None:
    output = LineOutput(io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
    assert (output.takes("a"), output.takes("é")) == (True, False)
    assert LineOutput(io.StringIO()).takes("é")
