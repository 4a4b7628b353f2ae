"""What the parser's tests do not say: forms that are almost keys."""

import pytest

from aicall_cli.tui.keyboard.csi_keys import decode_csi
from aicall_cli.tui.keyboard.key_event import KeyEvent, KeyKind, Modifiers, ParsedInput


@pytest.mark.parametrize(
    ("parameters", "final", "item"),
    [
        ("97;1:9", "u", KeyEvent("a", text="a")),  # an event of a later version
        ("97;0", "u", KeyEvent("a", text="a")),  # modifiers are 1 + bits; some send bits
        ("97;1;27:65", "u", KeyEvent("a", text="A")),  # text without its controls
        ("97;1:3;97", "u", KeyEvent("a", kind=KeyKind.RELEASE)),
        ("97;9", "u", KeyEvent("a", Modifiers.SUPER)),
        ("", "A", KeyEvent("up")),
        ("1", "A", KeyEvent("up")),
        ("1;1:3", "Z", KeyEvent("tab", Modifiers.SHIFT, KeyKind.RELEASE)),
        ("2", "A", None),
        ("24;80", "R", None),
        ("27;2", "~", None),
        ("1", "I", None),
        ("1;2", "x", None),
        ("?x", "u", None),
        ("?1", "h", None),
    ],
)
def test_forms(parameters: str, final: str, item: ParsedInput | None) -> None:
    assert decode_csi(parameters, final) == item
