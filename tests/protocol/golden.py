"""Wire messages that are kept as files, under ``tests/golden``."""

from pathlib import Path

_GOLDEN = Path(__file__).parent.parent / "golden"


def golden(protocol: str, name: str) -> bytes:
    """Return the bytes of one message."""
    return (_GOLDEN / protocol / f"{name}.json").read_bytes()


def golden_names(protocol: str) -> set[str]:
    """Return the names of all messages of a protocol."""
    return {path.stem for path in (_GOLDEN / protocol).glob("*.json")}
