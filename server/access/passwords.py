"""Passwords: hashed with Argon2id (RFC 9106), on threads of their own, never kept or logged.

An unknown e-mail costs the same as a wrong password: a hash that nobody has is checked instead.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from server.access.rules import LEAST_PASSWORD, MOST_PASSWORD, is_password
from server.platform.errors import Invalid
from server.platform.i18n import say

T = TypeVar("T")
_THREADS: Final = 2
"""Each check takes 64 MiB for some 50 ms: more at once would let anybody use up the memory."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a password was right, and a fresh hash when the stored one is out of date."""

    is_right: bool
    fresh_hash: str | None = None


class Passwords:
    """Makes and checks hashes without holding up the event loop."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="password")
        self._nobody: str | None = None

    async def hash(self, password: str) -> str:
        """Return the hash of a new password. Raises Invalid for one that is too short or long."""
        if not is_password(password):
            raise Invalid(
                details={
                    "password": [
                        (
                            "ERR_INVALID",
                            say(
                                "must have %(least)s to %(most)s characters",
                                least=LEAST_PASSWORD,
                                most=MOST_PASSWORD,
                            ),
                        )
                    ]
                }
            )
        return await self._on_thread(self._hasher.hash, password)

    async def check(self, stored: str | None, password: str) -> Verdict:
        """Check a password against a stored hash; None, for nobody, takes as long and is wrong."""
        if len(password) > MOST_PASSWORD:
            return Verdict(is_right=False)
        if stored is None:
            if self._nobody is None:
                self._nobody = await self._on_thread(self._hasher.hash, "nobody has this password")
            await self._on_thread(self._verify, self._nobody, password)
            return Verdict(is_right=False)
        return await self._on_thread(self._verify, stored, password)

    def _verify(self, stored: str, password: str) -> Verdict:
        try:
            self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return Verdict(is_right=False)
        if self._hasher.check_needs_rehash(stored):
            return Verdict(is_right=True, fresh_hash=self._hasher.hash(password))
        return Verdict(is_right=True)

    async def _on_thread(self, fn: Callable[..., T], *args: str) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, fn, *args)

    def close(self) -> None:
        """Let the threads end."""
        self._threads.shutdown(wait=True)
