"""Whether what the extras ``agent`` and ``aec`` bring is installed, told without importing it."""

from importlib.util import find_spec

from aicall_cli.errors import UsageError

_RECOGNISER = "pocketsphinx"
_SYNTHESISER = "espeakng_loader"
_ECHO_CANCELLER = "livekit.rtc"
INSTALL_HINT = "install it: pip install 'aicall-cli[agent]'"
INSTALL_AEC_HINT = "install it: pip install 'aicall-cli[aec]', or use a headset and no 3A"


def agent_extra_available() -> bool:
    """Return whether both the recogniser's and the synthesiser's packages can be imported."""
    return find_spec(_RECOGNISER) is not None and find_spec(_SYNTHESISER) is not None


def aec_extra_available() -> bool:
    """Return whether echo cancellation's package can be imported."""
    namespace = _ECHO_CANCELLER.partition(".")[0]
    return find_spec(namespace) is not None and find_spec(_ECHO_CANCELLER) is not None


def require_echo_canceller() -> None:
    """Raise UsageError when echo cancellation is not installed."""
    if not aec_extra_available():
        raise UsageError(
            "echo cancellation, noise suppression and gain control (3A) need the package "
            "livekit, which is not installed",
            hint=INSTALL_AEC_HINT,
        )


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
