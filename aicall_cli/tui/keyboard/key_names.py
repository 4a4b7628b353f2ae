"""The names of keys by the numbers and letters that terminals send for them."""

from typing import Final

CONTROL_KEYS: Final = {
    0x08: "backspace",
    0x09: "tab",
    0x0A: "enter",
    0x0D: "enter",
    0x1B: "escape",
    0x20: "space",
    0x7F: "backspace",
}
"""By their character. 0x08 is Backspace on some terminals and Ctrl-Backspace on others."""

LETTER_KEYS: Final = {
    "A": "up",
    "B": "down",
    "C": "right",
    "D": "left",
    "E": "begin",
    "F": "end",
    "H": "home",
    "P": "f1",
    "Q": "f2",
    "R": "f3",
    "S": "f4",
}
"""By the final letter of CSI and SS3."""

KEYPAD_KEYS: Final = {
    "M": "enter",
    "X": "=",
    "j": "*",
    "k": "+",
    "l": ",",
    "m": "-",
    "n": ".",
    "o": "/",
    **{chr(ord("p") + digit): str(digit) for digit in range(10)},
}
"""By the letter after SS3 in application keypad mode."""

TILDE_KEYS: Final = {
    1: "home",
    2: "insert",
    3: "delete",
    4: "end",
    5: "page_up",
    6: "page_down",
    7: "home",
    8: "end",
    **{11 + number: f"f{1 + number}" for number in range(5)},
    **{17 + number: f"f{6 + number}" for number in range(5)},
    23: "f11",
    24: "f12",
    25: "f13",
    26: "f14",
    28: "f15",
    29: "f16",
    31: "f17",
    32: "f18",
    33: "f19",
    34: "f20",
    57427: "begin",
}
"""By the number before ``~``."""


def _numbered(first: int, names: str) -> dict[int, str]:
    return dict(enumerate(names.split(), first))


KITTY_KEYS: Final = {
    **_numbered(57358, "caps_lock scroll_lock num_lock print_screen pause menu"),
    **{57376 + number: f"f{13 + number}" for number in range(23)},
    **_numbered(57399, "0 1 2 3 4 5 6 7 8 9 . / * - + enter = ,"),
    **_numbered(57417, "left right up down page_up page_down home end insert delete begin"),
    **_numbered(57428, "media_play media_pause media_play_pause media_reverse media_stop"),
    **_numbered(57433, "media_fast_forward media_rewind media_track_next media_track_previous"),
    **_numbered(57437, "media_record lower_volume raise_volume mute_volume"),
    **_numbered(57441, "left_shift left_ctrl left_alt left_super left_hyper left_meta"),
    **_numbered(57447, "right_shift right_ctrl right_alt right_super right_hyper right_meta"),
    **_numbered(57453, "level3_shift level5_shift"),
}
"""By the private-use number before ``u`` (Kitty's table of functional keys)."""

KEY_NAMES: Final = frozenset(
    name
    for table in (CONTROL_KEYS, LETTER_KEYS, TILDE_KEYS, KITTY_KEYS)
    for name in table.values()
    if len(name) > 1
)
"""Every word that names a key."""
