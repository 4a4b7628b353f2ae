import math

from aicall_cli.agent.sentence_hold import SentenceHold


def test_nothing_goes_on_that_is_not_held() -> None:
    hold = SentenceHold()
    assert not hold.goes_on(answer_given_up=True)
    assert not hold.let_go()
    assert hold.until == math.inf


def test_a_sentence_that_is_waited_for_goes_on_once_whatever_the_agent_does() -> None:
    for given_up in (True, False):
        hold = SentenceHold()
        hold.hold(7.0)
        hold.answered()  # something else was
        assert hold.until == 7.0
        assert hold.goes_on(given_up)
        assert hold.until == math.inf
        assert not hold.goes_on(given_up)


def test_a_sentence_that_is_waited_for_and_let_go_is_over() -> None:
    hold = SentenceHold()
    hold.hold(7.0)
    assert hold.let_go()
    assert not hold.goes_on(answer_given_up=True)


def test_a_sentence_whose_answer_is_made_goes_on_where_that_is_given_up() -> None:
    for given_up in (True, False):
        hold = SentenceHold()
        hold.hold(math.inf)
        assert hold.goes_on(given_up) is given_up
        assert not hold.goes_on(answer_given_up=True)


def test_a_sentence_whose_answer_is_heard_goes_on_no_more() -> None:
    hold = SentenceHold()
    hold.hold(math.inf)
    hold.answered()
    assert not hold.goes_on(answer_given_up=True)
    hold.hold(math.inf)
    assert not hold.let_go()
