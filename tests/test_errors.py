"""The tree of errors: each has a status, a sentence and, where there is one, a next step."""

import inspect
import pickle
import re

import pytest

from aicall_cli import errors
from aicall_cli.errors import AicallError, ConnectError, OutputClosedError, gravest
from aicall_cli.exit_status import ExitStatus

CLASSES = [
    value
    for value in vars(errors).values()
    if inspect.isclass(value) and issubclass(value, AicallError)
]
_ROW = re.compile(r"^ {4}(?P<indent>[│ ]*)[├└]── (?P<name>\w+) +(?P<status>\d+) ", re.MULTILINE)


def test_the_drawn_tree_is_the_real_one() -> None:
    assert errors.__doc__ is not None
    parents = {0: "AicallError"}
    drawn = set()
    for row in _ROW.finditer(errors.__doc__):
        depth = len(row["indent"]) // 4
        parents[depth + 1] = row["name"]
        drawn.add((row["name"], parents[depth], int(row["status"])))
    real = {
        (kind.__name__, kind.__base__.__name__, int(kind.exit_status))
        for kind in CLASSES
        if kind is not AicallError and kind.__base__ is not None
    }
    assert drawn == real


@pytest.mark.parametrize("kind", CLASSES)
def test_an_error_has_a_sentence_a_next_step_and_a_status(kind: type[AicallError]) -> None:
    error = kind("no agent “echoo”", hint="Known agents: echo, assistant.")
    assert str(error) == error.message == "no agent “echoo”"
    assert error.hint == "Known agents: echo, assistant."
    assert isinstance(error.exit_status, ExitStatus)
    assert error.exit_status is not ExitStatus.OK
    assert kind("").hint is None
    assert kind.__doc__


@pytest.mark.parametrize("kind", CLASSES)
def test_an_error_comes_out_of_a_worker_process_whole(kind: type[AicallError]) -> None:
    error = pickle.loads(pickle.dumps(kind("message", hint="hint")))
    assert type(error) is kind
    assert (error.message, error.hint) == ("message", "hint")


def test_the_gravest_of_a_task_groups_errors_is_a_fault_of_ours_else_the_first() -> None:
    told, later, fault = ConnectError("nobody"), OutputClosedError("closed"), KeyError("a bug")
    assert gravest(told) is told
    assert gravest(ExceptionGroup("one", [ExceptionGroup("two", [told])])) is told
    assert gravest(ExceptionGroup("both", [told, later])) is told
    assert gravest(ExceptionGroup("deep", [told, ExceptionGroup("in", [later, fault])])) is fault
