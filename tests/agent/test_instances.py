import pytest

from aicall_cli.agent import instances as module
from aicall_cli.agent.control_error import ControlError
from aicall_cli.agent.instance import EXECUTING, FINISHED, ONLINE_SECONDS, Instance
from aicall_cli.agent.instances import KEPT_SECONDS, Instances
from aicall_cli.protocol.agent_config import AgentConfig


def made(instances: Instances, now: float = 0.0, config: AgentConfig | None = None) -> Instance:
    return instances.make(
        agent_id="echo",
        user_id="u1",
        config=config or AgentConfig(),
        address="ws://127.0.0.1:1/v1/call",
        now=now,
    )


def test_an_instance_is_found_by_its_id_and_its_channel() -> None:
    instances = Instances(2)
    one, other = made(instances), made(instances, 1.0)
    assert instances.find(one.instance_id, 2.0) is one
    assert instances.of_channel(other.channel_id, 2.0) is other
    assert instances.of_channel("none", 2.0) is None
    assert instances.listed(2.0) == [other, one]
    assert one.agent_user_id == f"agent-{one.instance_id}"
    assert one.session_id != other.session_id
    with pytest.raises(ControlError, match="InstanceNotFound"):
        instances.find("none", 2.0)


def test_an_instance_whose_user_does_not_come_is_over() -> None:
    instances = Instances(3)
    patient = made(instances, config=AgentConfig(user_online_timeout=100))
    usual = made(instances)
    entered = made(instances)
    entered.began = 1.0
    assert instances.executing(ONLINE_SECONDS - 0.1) == 3
    assert instances.executing(ONLINE_SECONDS) == 2
    assert (usual.status, usual.ended) == (FINISHED, ONLINE_SECONDS)
    assert patient.status == EXECUTING
    assert instances.executing(100.0) == 1
    assert instances.executing(1e6) == 1
    instances.finish(entered, 70.0)
    instances.finish(entered, 80.0)
    assert entered.ended == 70.0


def test_no_more_execute_than_can_be() -> None:
    instances = Instances(1)
    first = made(instances)
    with pytest.raises(ControlError, match=r"Throttling\.User") as caught:
        made(instances)
    assert caught.value.status == 429
    instances.finish(first, 1.0)
    made(instances, 1.0)


def test_what_is_over_is_forgotten_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    instances = Instances(5)
    old = made(instances)
    instances.finish(old, 10.0)
    made(instances, 10.0 + KEPT_SECONDS)
    assert instances.find(old.instance_id, 0.0) is old
    made(instances, 10.1 + KEPT_SECONDS)
    with pytest.raises(ControlError):
        instances.find(old.instance_id, 0.0)

    monkeypatch.setattr(module, "MAX_KEPT", 2)
    instances = Instances(5)
    late, early, running = made(instances), made(instances), made(instances)
    instances.finish(late, 2.0)
    instances.finish(early, 1.0)
    newest = made(instances, 3.0)
    assert instances.listed(3.0) == [newest, running]
