"""Whether what the extra ``agent`` brings is installed, told without importing any of it."""

from importlib.util import find_spec

from aicall_cli.errors import UsageError

_RECOGNISER = "pocketsphinx"
_SYNTHESISER = "espeakng_loader"
INSTALL_HINT = "install it: pip install 'aicall-cli[agent]'"


def agent_extra_available() -> bool:
    """Return whether both the recogniser's and the synthesiser's packages can be imported."""
    return find_spec(_RECOGNISER) is not None and find_spec(_SYNTHESISER) is not None


def require_recogniser() -> None:
    """Raise UsageError when the local recogniser is not installed."""
    _require(_RECOGNISER, "speech recognition")


def require_synthesiser() -> None:
    """Raise UsageError when the local synthesiser is not installed."""
    _require(_SYNTHESISER, "a voice")


def _require(package: str, what: str) -> None:
    if find_spec(package) is None:
        message = f"{what} needs the package {package}, which is not installed"
        raise UsageError(message, hint=INSTALL_HINT)
