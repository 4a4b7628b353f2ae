"""Functions by which a language model hangs up."""

import re
from collections.abc import Collection
from typing import Any, Final

from aicall_cli.agent.call_options import CallOptions
from aicall_cli.errors import UsageError
from aicall_cli.protocol.llm_config import FunctionMapping
from aicall_cli.text import escape

MAX_FUNCTIONS: Final = 10
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SHOWN: Final = 80
_PURPOSE: Final = "Ends the call. Say goodbye in the same answer."


def hangup_functions_of(options: CallOptions) -> frozenset[str]:
    """Take ``functions``, AICallKit's ``FunctionMap``; return the names of those that hang up.

    Raises UsageError on a name that OpenAI's interface does not know.
    """
    names = set()
    for item in options.objects("functions", MAX_FUNCTIONS):
        mapping = FunctionMapping.from_plain(item)
        name = mapping.match_function or ""
        if not _NAME.fullmatch(name):
            shown = escape(name, limit=_SHOWN)
            raise UsageError(
                f"option functions names a function '{shown}'",
                hint="a name is 1 to 64 of letters, digits, _ and -",
            )
        if mapping.function == "hangup":
            names.add(name)
    return frozenset(names)


def as_tools(names: Collection[str]) -> list[dict[str, Any]]:
    """Return functions without parameters, as OpenAI's interface has them."""
    nothing = {"type": "object", "properties": {}}
    return [
        {
            "type": "function",
            "function": {"name": name, "description": _PURPOSE, "parameters": nothing},
        }
        for name in sorted(names)
    ]
