from aicall_cli.tui.keyboard import key_names


def test_the_numbers_are_those_of_the_kitty_protocol() -> None:
    numbers = {
        57358: "caps_lock",
        57363: "menu",
        57376: "f13",
        57398: "f35",
        57399: "0",
        57408: "9",
        57409: ".",
        57413: "+",
        57414: "enter",
        57416: ",",
        57417: "left",
        57426: "delete",
        57427: "begin",
        57428: "media_play",
        57437: "media_record",
        57440: "mute_volume",
        57441: "left_shift",
        57448: "right_ctrl",
        57452: "right_meta",
        57454: "level5_shift",
    }
    assert {number: key_names.KITTY_KEYS[number] for number in numbers} == numbers
    assert sorted(key_names.KITTY_KEYS) == [*range(57358, 57364), *range(57376, 57455)]


def test_only_words_are_names() -> None:
    assert {"space", "escape", "page_up", "f1", "f35", "right_ctrl"} <= key_names.KEY_NAMES
    assert all(len(name) > 1 for name in key_names.KEY_NAMES)
