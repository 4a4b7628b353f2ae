from aicall_cli.agent.hearing import HEARING, Hearing


def test_every_state_of_the_table_can_be_reached_and_left() -> None:
    entered = {state for state, _ in HEARING.values()}
    assert entered == set(Hearing) == {state for state, _ in HEARING}
