"""Any text gives a token or a UsageError: never another error, and the error is one sentence."""

from base64 import b64encode
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from aicall_cli.errors import UsageError
from aicall_cli.protocol.rtc_token import parse_rtc_token
from aicall_cli.protocol.share_token import parse_share_token
from aicall_cli.secret import Secret
from tests.fuzz.wire_text import changed_object, damaged, values
from tests.protocol.tokens import NOW, RTC, SHARE


@st.composite
def _token_texts(draw: st.DrawFn) -> str:
    """Tokens with fields changed, damaged ones, other things in base64, and plain noise."""
    kind = draw(st.integers(0, 9))
    if kind == 9:
        return draw(st.text(st.characters(), max_size=60))
    if kind == 8:
        return b64encode(draw(st.binary(max_size=60) | values().map(_encoded))).decode()
    text = b64encode(_encoded(draw(changed_object(draw(st.sampled_from([SHARE, RTC])))))).decode()
    if kind < 6:
        return text
    return draw(damaged(text)).decode("utf-8", "surrogateescape")


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _complaint(read: Callable[[], object]) -> str:
    """Return what the UsageError says that ``read`` raises; nothing where it raises none."""
    try:
        read()
    except UsageError as error:
        return error.message
    return ""


@settings(max_examples=300)
@given(_token_texts())
def test_any_text_is_a_share_token_or_a_usage_error(text: str) -> None:
    complaint = _complaint(lambda: parse_share_token(text))
    assert _is_sentence(complaint)
    if complaint:
        return
    token = parse_share_token(text)
    assert _is_sentence(_complaint(lambda: token.verify(NOW)))
    assert str(token.expiry) in str(token.expiry.utc)
    assert parse_share_token(token.encode().reveal()) == token


@settings(max_examples=300)
@given(_token_texts())
def test_any_text_is_an_rtc_token_or_a_usage_error(text: str) -> None:
    complaint = _complaint(lambda: parse_rtc_token(text))
    assert _is_sentence(complaint)
    if complaint:
        return
    token = parse_rtc_token(text)
    assert _is_sentence(_complaint(lambda: token.verify(Secret("key"), NOW)))
    assert str(token.expiry) in str(token.expiry.utc)
    assert parse_rtc_token(token.encode().reveal()) == token


def _is_sentence(complaint: str) -> bool:
    return complaint.isprintable() and len(complaint) < 120
