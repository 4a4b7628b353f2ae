from aicall_cli.tui.keyboard.kitty import ANSWER_SECONDS, KittyKeyboard

ASK = "\x1b[?2004h\x1b[?u\x1b[c"
TALK = "\x1b[?1004h\x1b[>11u\x1b[?u"
WIN32 = "\x1b[?1004h\x1b[?9001h"


def talking() -> KittyKeyboard:
    keyboard = KittyKeyboard()
    keyboard.set_talk_keys(active=True)
    keyboard.begin(5.0)
    return keyboard


def test_the_terminal_is_asked_and_given_time() -> None:
    keyboard = KittyKeyboard()
    assert keyboard.begin(5.0) == ASK
    assert keyboard.deadline == 5.0 + ANSWER_SECONDS
    assert not keyboard.known
    assert keyboard.expire(5.0) == ""


def test_kitty_reports_releases_once_it_says_that_it_does() -> None:
    keyboard = talking()
    assert keyboard.flags_answered(0) == "\x1b[>1u" + TALK
    assert keyboard.supported
    assert keyboard.deadline is None
    assert not keyboard.known
    assert keyboard.attributes_answered() == ""
    assert keyboard.flags_answered(11) == ""
    assert (keyboard.known, keyboard.reports_releases) == (True, True)


def test_a_terminal_with_half_of_the_protocol_reports_none() -> None:
    keyboard = talking()
    keyboard.flags_answered(0)
    keyboard.flags_answered(1)
    assert (keyboard.known, keyboard.reports_releases) == (True, False)


def test_typing_pops_to_flag_one_and_talking_pushes_again() -> None:
    keyboard = talking()
    keyboard.flags_answered(0)
    keyboard.flags_answered(11)
    assert keyboard.set_talk_keys(active=False) == "\x1b[<u\x1b[?1004l"
    assert keyboard.set_talk_keys(active=False) == ""
    assert keyboard.flags_answered(1) == ""
    assert keyboard.reports_releases
    assert keyboard.undo == "\x1b[<1u\x1b[?2004l"
    assert keyboard.set_talk_keys(active=True) == TALK


def test_everything_is_taken_back_once() -> None:
    keyboard = talking()
    assert keyboard.undo == "\x1b[?2004l"
    keyboard.flags_answered(0)
    assert keyboard.undo == "\x1b[<2u\x1b[?1004l\x1b[?2004l"
    keyboard.undone()
    assert keyboard.undo == ""


def test_who_answers_only_the_second_question_is_offered_win32_input() -> None:
    keyboard = talking()
    assert keyboard.attributes_answered() == WIN32
    assert (keyboard.known, keyboard.reports_releases) == (True, False)
    assert keyboard.deadline is None
    assert keyboard.attributes_answered() == ""
    assert keyboard.undo == "\x1b[?9001l\x1b[?1004l\x1b[?2004l"
    assert keyboard.set_talk_keys(active=False) == "\x1b[?9001l\x1b[?1004l"
    assert keyboard.undo == "\x1b[?2004l"


def test_who_answers_nothing_is_given_up() -> None:
    keyboard = talking()
    assert keyboard.expire(5.0 + ANSWER_SECONDS) == WIN32
    assert keyboard.known
    assert keyboard.expire(10.0) == ""


def test_a_late_answer_is_taken() -> None:
    keyboard = talking()
    keyboard.expire(6.0)
    assert keyboard.flags_answered(0) == "\x1b[?9001l\x1b[?1004l\x1b[>1u" + TALK
    keyboard.flags_answered(11)
    assert keyboard.reports_releases


def test_without_talk_keys_only_what_is_ambiguous_changes() -> None:
    keyboard = KittyKeyboard()
    keyboard.begin(0.0)
    assert keyboard.flags_answered(0) == "\x1b[>1u"
    assert keyboard.set_talk_keys(active=True) == TALK
    plain = KittyKeyboard()
    plain.begin(0.0)
    assert plain.attributes_answered() == ""
    assert plain.set_talk_keys(active=True) == WIN32
