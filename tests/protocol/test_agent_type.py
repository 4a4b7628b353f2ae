from aicall_cli.protocol.agent_type import WORKFLOWS, AgentType


def test_the_vendors_numbers() -> None:
    assert {kind.name: kind.value for kind in AgentType} == {
        "VOICE": 0,
        "AVATAR": 1,
        "VISION": 2,
        "VIDEO": 3,
    }


def test_each_type_has_a_workflow() -> None:
    assert sorted(WORKFLOWS.values()) == sorted(AgentType)
