"""The keys by which requests to the cloud are signed, and where they are found.

First the variables, then the places of the package ``alibabacloud-credentials`` in the order of
its own chain: OIDC role, profile of the ``aliyun`` command, credentials file, role of the machine,
URL. Its chain would ask for a machine's role for seconds where the machine is not of the cloud.
"""

import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final, Protocol

from aicall_cli.control.cloud_log import quieten_libraries
from aicall_cli.errors import CredentialError, UsageError
from aicall_cli.secret import Secret

KEY_ID: Final = "ALIBABA_CLOUD_ACCESS_KEY_ID"
KEY_SECRET: Final = "ALIBABA_CLOUD_ACCESS_KEY_SECRET"
SECURITY_TOKEN: Final = "ALIBABA_CLOUD_SECURITY_TOKEN"
INSTALL_HINT: Final = "install it: pip install 'aicall-cli[aicallkit]'"
_PACKAGES: Final = ("alibabacloud_credentials", "alibabacloud_tea_openapi")
_MACHINE: Final = "EcsRamRoleCredentialsProvider"
_PLACES: Final = (
    "OIDCRoleArnCredentialsProvider",
    "CLIProfileCredentialsProvider",
    "ProfileCredentialsProvider",
    _MACHINE,
    "URLCredentialsProvider",
)
_METADATA: Final = "100.100.100.200", 80
"""Where a machine of the cloud asks for its role; elsewhere nobody is there."""
_METADATA_SECONDS: Final = 0.3
"""It is on the machine's own host."""


@dataclass(frozen=True, slots=True)
class CloudKeys:
    """A key pair, of a role with a token that expires."""

    key_id: Secret
    secret: Secret
    token: Secret | None = None

    def __post_init__(self) -> None:
        for secret in self.secrets():
            value = secret.reveal()
            if not value.isascii() or not value.isprintable() or " " in value:
                raise UsageError(
                    "the access key has characters that no HTTP header can carry",
                    hint=f"see {KEY_ID}, {KEY_SECRET} and {SECURITY_TOKEN}",
                )

    def secrets(self) -> Iterator[Secret]:
        """Yield what must never be shown; the id too, which tells whose account it is."""
        yield self.key_id
        yield self.secret
        if self.token is not None:
            yield self.token


class KeySource(Protocol):
    """Where keys come from."""

    def find(self) -> CloudKeys:
        """Return keys that are valid now; may block. Raises CredentialError or UsageError."""
        ...


@dataclass(slots=True)
class KeyChain:
    """The places where keys are conventionally kept.

    Asked before each request: a role's keys are renewed by the chain. Not to be asked by two
    threads at once.
    """

    variables: Mapping[str, str]
    _place: Any = field(default=None, init=False, repr=False)
    """The library's provider that had some."""

    def find(self) -> CloudKeys:
        """Return the variables' keys, or those of the first place that has some."""
        key_id, secret = self.variables.get(KEY_ID), self.variables.get(KEY_SECRET)
        if key_id and secret:
            return _keys(key_id, secret, self.variables.get(SECURITY_TOKEN))
        if key_id or secret:
            missing = KEY_SECRET if key_id else KEY_ID
            raise UsageError(f"{missing} is not set, but its other half is", hint="set both")
        return self._of_chain()

    def _of_chain(self) -> CloudKeys:
        require_extra()
        quieten_libraries()
        try:
            found = self._place.get_credentials() if self._place else self._first()
        except Exception:  # noqa: BLE001 - whatever a provider raises, and its text may quote keys
            found = None
        if found is None:
            raise CredentialError(
                "there are no credentials for Alibaba Cloud",
                hint=f"set {KEY_ID} and {KEY_SECRET} (of a role {SECURITY_TOKEN} too), or make a "
                "profile: aliyun configure",
            )
        return _keys(
            found.get_access_key_id(), found.get_access_key_secret(), found.get_security_token()
        )

    def _first(self) -> Any:
        """Return what the first place has that has any; it alone is asked from then on."""
        library = import_module("alibabacloud_credentials.provider")
        for name in _PLACES:
            if name == _MACHINE and not self._may_have_role():
                continue
            try:
                place = getattr(library, name)()
                found = place.get_credentials()
            except Exception:  # noqa: BLE001 - as above
                continue
            if found and found.get_access_key_id() and found.get_access_key_secret():
                self._place = place
                return found
        return None

    def _may_have_role(self) -> bool:
        """Whether it is said that this machine has a role, or it looks like one of the cloud."""
        if self.variables.get("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "").lower() == "true":
            return False
        if self.variables.get("ALIBABA_CLOUD_ECS_METADATA"):
            return True
        try:
            with socket.create_connection(_METADATA, _METADATA_SECONDS):
                return True
        except OSError:
            return False


def aicallkit_extra_available() -> bool:
    """Return whether the extra ``aicallkit`` is installed, without importing it."""
    return all(find_spec(package) is not None for package in _PACKAGES)


def require_extra() -> None:
    """Raise UsageError where the extra ``aicallkit`` is not installed."""
    for package in _PACKAGES:
        if find_spec(package) is None:
            name = package.replace("_", "-")
            message = f"the cloud's API needs the package {name}, which is not installed"
            raise UsageError(message, hint=INSTALL_HINT)


def _keys(key_id: str, secret: str, token: str | None) -> CloudKeys:
    return CloudKeys(
        Secret(key_id.strip()), Secret(secret.strip()), Secret(token.strip()) if token else None
    )
