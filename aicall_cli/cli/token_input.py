"""The TOKEN of a command, and the app key that signs one: what nobody else may see."""

import sys
from getpass import getpass

from aicall_cli.control.settings import Settings
from aicall_cli.errors import UsageError
from aicall_cli.secret import Secret
from aicall_cli.text import escape

_STDIN = "-"


def read_token_argument(argument: str) -> str:
    """Return a command's TOKEN; ``-`` reads it from standard input, on a terminal unseen.

    Raises UsageError for an input that is no text. Reads no more than the longest token.
    """
    from aicall_cli.protocol.token_text import MAX_TOKEN

    if argument != _STDIN:
        return argument
    if sys.stdin.isatty():
        return getpass("token: ")
    try:
        return sys.stdin.read(MAX_TOKEN + len("\r\n") + 1).strip()
    except UnicodeDecodeError:
        raise UsageError("standard input holds no text", hint="pipe the token into it") from None
    except OSError as error:
        raise UsageError(f"standard input cannot be read ({error.strerror})") from error


def find_app_key(app_id: str, settings: Settings) -> Secret:
    """Return the key of ``app_id`` from the environment or the keyring, or ask for it.

    Raises UsageError where there is none, and nobody who could be asked.
    """
    key = settings.secret("rtc_app_key", app_id)
    if key is None and sys.stdin.isatty():
        key = Secret(getpass(f"app key of {escape(app_id)}: "))
    if not key:
        raise UsageError(
            f"there is no app key for {app_id}",
            hint="set AICALL_RTC_APP_KEY, or keep it in the keyring: aicall config set rtc_app_key",
        )
    return key
