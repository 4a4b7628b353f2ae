"""One request of the OpenAPI's RPC form, as it came: nothing of it is believed yet.

``POST /`` with the parameters in the query, or in a form (``application/x-www-form-urlencoded``)
as the body. Action and version stand in the headers ``x-acs-action`` and ``x-acs-version`` or
are the parameters ``Action`` and ``Version``; which of them counts depends on how it is signed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from aicall_cli.agent.control_error import ControlError

MAX_BODY: Final = 64 * 1024
"""Bytes of a request's body; its head has the same bound."""
MAX_PARAMETERS: Final = 64
_FORM: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class RpcRequest:
    """A request, its headers by lower-case name."""

    method: str
    path: str
    query: Mapping[str, str]
    form: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def parameters(self) -> dict[str, str]:
        """What the operation is told; the form adds to the query."""
        return {**self.form, **self.query}


def read_rpc_request(
    method: str, path: str, query: bytes, headers: Sequence[tuple[bytes, bytes]], body: bytes
) -> RpcRequest:
    """Read a request as a server gets it; raise ControlError for what is no such request."""
    by_name: dict[str, list[str]] = {}
    for name, value in headers:
        by_name.setdefault(name.decode("latin-1").lower(), []).append(
            value.decode("latin-1").strip()
        )
    # A header that is sent twice is signed as one (ACS3, canonical headers).
    joined = {name: ",".join(sorted(values)) for name, values in by_name.items()}
    is_form = joined.get("content-type", "").partition(";")[0].strip().lower() == _FORM
    form = _pairs(body) if is_form else {}
    return RpcRequest(method, path, _pairs(query), form, joined, body)


def _pairs(encoded: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            encoded.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MAX_PARAMETERS,
        )
    except ValueError:
        raise ControlError(
            "InvalidParameter", f"The parameters are no UTF-8, or more than {MAX_PARAMETERS}."
        ) from None
    read = dict(pairs)
    if len(read) != len(pairs):
        raise ControlError("InvalidParameter", "A parameter is supplied twice.")
    return read
