"""The key pair that requests to a server's OpenAPI are signed with."""

from aicall_cli.agent.options import KeyPair
from aicall_cli.control.settings import Settings
from aicall_cli.errors import UsageError


def find_key_pair(settings: Settings) -> KeyPair | None:
    """Return the key pair of the environment, or of the settings and the keyring.

    None where no id is said. Raises UsageError where its secret is missing.
    """
    key_id = settings.resolve("serve_key_id").value
    if not isinstance(key_id, str):
        return None
    secret = settings.secret("serve_key_secret", key_id)
    if not secret:
        raise UsageError(
            "serve_key_id has no secret to go with it",
            hint="set AICALL_SERVE_KEY_SECRET, or keep it in the keyring:"
            " aicall config set serve_key_secret",
        )
    return KeyPair(key_id, secret)
