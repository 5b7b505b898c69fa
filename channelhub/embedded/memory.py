"""How much memory this machine, or the container we are in, has."""

import os
from pathlib import Path

LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def megabytes() -> int:
    """The machine's memory or the container's limit, whichever is less."""
    sizes = [os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")]
    texts = [limit.read_text().strip() for limit in map(Path, LIMITS) if limit.exists()]
    return min(sizes + [int(text) for text in texts if text.isdigit()]) // 1024**2
