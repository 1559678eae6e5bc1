"""Who is told: a pure decision."""

from dataclasses import dataclass

from server.notifications.model import NotificationType


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What matters for telling one person of another's doing."""

    is_own_doing: bool
    receiver_is_local: bool
    is_blocked: bool
    is_muted: bool


def is_told(notification_type: NotificationType, about: Circumstances) -> bool:
    """Say whether the person is told. The end of a poll is told to its own author too."""
    if not about.receiver_is_local or about.is_blocked or about.is_muted:
        return False
    return not about.is_own_doing or notification_type is NotificationType.POLL
