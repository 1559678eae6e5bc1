"""Who is told: the whole table."""

from itertools import product

import pytest

from server.notifications.model import NotificationType
from server.notifications.rules import Circumstances, is_told


@pytest.mark.parametrize("what", list(NotificationType))
def test_the_whole_table(what: NotificationType) -> None:
    for own, local, blocked, muted in product((False, True), repeat=4):
        about = Circumstances(
            is_own_doing=own, receiver_is_local=local, is_blocked=blocked, is_muted=muted
        )
        hears_of_own = what is NotificationType.POLL
        expected = local and not blocked and not muted and (not own or hears_of_own)
        assert is_told(what, about) is expected, about
