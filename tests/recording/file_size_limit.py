"""A limit on how long this process's files may grow: a full disk that needs no disk."""

import contextlib
import sys
from collections.abc import Iterator

if sys.platform != "win32":
    import resource

    @contextlib.contextmanager
    def file_size_limit(size: int) -> Iterator[None]:
        """Let no write go beyond ``size`` bytes; Python ignores the signal and gets EFBIG."""
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)

else:

    def file_size_limit(size: int) -> contextlib.AbstractContextManager[None]:
        """Say that there is no such limit."""
        raise OSError(f"no limit of {size} bytes: it is one of POSIX")
