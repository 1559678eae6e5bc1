"""Facts about the machine and the libraries, and how much of it others were using."""

import os
import platform
import sqlite3
import ssl
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import psutil  # type: ignore[import-untyped] # it has no types

LIBRARIES = ("aiohttp", "cryptography", "sqlalchemy", "aiosqlite", "asyncpg", "orjson")


def facts() -> Mapping[str, str]:
    """Return what a reader needs to know to compare a run with another."""
    memory = psutil.virtual_memory().total
    return {
        "CPU": _cpu_model(),
        "cores": str(cores()),
        "memory": f"{memory / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "libraries": ", ".join(f"{name} {version(name)}" for name in LIBRARIES),
        "TLS": ssl.OPENSSL_VERSION,
        "SQLite": sqlite3.sqlite_version,
        "load": "{:.2f} {:.2f} {:.2f}".format(*os.getloadavg()),
    }


def _cpu_model() -> str:
    listing = Path("/proc/cpuinfo")
    if sys.platform == "linux" and listing.exists():
        for line in listing.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def cores() -> int:
    """Return how many cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1


def cpu_of(processes: Iterable[psutil.Process]) -> float:
    """Return the CPU seconds that processes have used so far."""
    return sum(sum(one.cpu_times()[:2]) for one in processes)


@dataclass(slots=True)
class Watch:
    """What the whole machine was doing between two moments."""

    _busy: float = 0.0

    def begin(self) -> None:
        """Start watching."""
        self._busy = _busy_seconds()

    def others(self, *, ours: float, wall: float) -> float:
        """Return how many cores others used, given the CPU seconds that were ours."""
        return max(0.0, (_busy_seconds() - self._busy - ours) / wall)


def _busy_seconds() -> float:
    times = psutil.cpu_times()
    idle = times.idle + getattr(times, "iowait", 0.0)
    return float(sum(times) - idle - getattr(times, "guest", 0.0))
