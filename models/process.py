"""The process: what the machine is not to keep of its memory, where keys and names stand in the clear."""

from __future__ import annotations

import contextlib
import ctypes
import resource

_PR_SET_DUMPABLE = 4


def leave_no_dump() -> None:
    """No core dump of this process, whatever it dies of. What cannot be set is left: work goes on."""
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def keep_memory_private() -> None:
    """No core dump, also none that the kernel hands to a program, and no look into this process by other programs of
    the same user (ptrace). For what runs long: such a process cannot open `/dev/stdin` or `/dev/fd/3` by name. Programs
    started from it are their own again.
    """
    leave_no_dump()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
