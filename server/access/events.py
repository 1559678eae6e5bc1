"""What access announces to the features above."""

from dataclasses import dataclass

from server.platform.events import Event


@dataclass(frozen=True, slots=True)
class StaffLeft(Event):
    """A login works here no more: it lost its last role, was disabled, or is about to go."""

    login_id: int


@dataclass(frozen=True, slots=True)
class TokensRevoked(Event):
    """Access tokens ended: whatever depends on them (push, open streams) ends as well."""

    token_ids: tuple[int, ...]
