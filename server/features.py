"""The table of contents: every feature of the application, lower ones first.

A feature comes after those whose events it answers, because reactions run in this order.
"""

from collections.abc import Sequence

from server.access.feature import FEATURE as ACCESS
from server.activity_log.feature import FEATURE as ACTIVITY_LOG
from server.federation.feature import FEATURE as FEDERATION
from server.mastodon.feature import FEATURE as MASTODON
from server.media.feature import FEATURE as MEDIA
from server.moderation.feature import FEATURE as MODERATION
from server.notifications.feature import FEATURE as NOTIFICATIONS
from server.people.feature import FEATURE as PEOPLE
from server.platform.feature import Feature
from server.posts.feature import FEATURE as POSTS
from server.privacy.feature import FEATURE as PRIVACY
from server.timelines.feature import FEATURE as TIMELINES
from server.web.feature import FEATURE as WEB

FEATURES: Sequence[Feature] = (
    FEDERATION,
    ACTIVITY_LOG,
    PEOPLE,
    ACCESS,
    MEDIA,
    NOTIFICATIONS,
    POSTS,
    TIMELINES,
    MODERATION,
    PRIVACY,
    MASTODON,
    WEB,
)
