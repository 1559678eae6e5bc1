"""The table of contents: every feature of the application, lower ones first.

A feature comes after those whose events it answers, because reactions run in this order.
"""

from collections.abc import Sequence

from server.access.feature import FEATURE as ACCESS
from server.activity_log.feature import FEATURE as ACTIVITY_LOG
from server.admin.feature import FEATURE as ADMIN
from server.boards.feature import FEATURE as BOARDS
from server.coaching.feature import FEATURE as COACHING
from server.drafts.feature import FEATURE as DRAFTS
from server.federation.feature import FEATURE as FEDERATION
from server.importing.feature import FEATURE as IMPORTING
from server.joining.feature import FEATURE as JOINING
from server.mastodon.feature import FEATURE as MASTODON
from server.matching.feature import FEATURE as MATCHING
from server.media.feature import FEATURE as MEDIA
from server.meetings.feature import FEATURE as MEETINGS
from server.messages.feature import FEATURE as MESSAGES
from server.moderation.feature import FEATURE as MODERATION
from server.notifications.feature import FEATURE as NOTIFICATIONS
from server.participation.feature import FEATURE as PARTICIPATION
from server.people.feature import FEATURE as PEOPLE
from server.platform.feature import Feature
from server.posts.feature import FEATURE as POSTS
from server.privacy.feature import FEATURE as PRIVACY
from server.profiles.feature import FEATURE as PROFILES
from server.programmes.feature import FEATURE as PROGRAMMES
from server.reports.feature import FEATURE as REPORTS
from server.timelines.feature import FEATURE as TIMELINES
from server.vocabularies.feature import FEATURE as VOCABULARIES
from server.web.feature import FEATURE as WEB

FEATURES: Sequence[Feature] = (
    FEDERATION,
    ACTIVITY_LOG,
    VOCABULARIES,
    PEOPLE,
    ACCESS,
    MEDIA,
    NOTIFICATIONS,
    PROFILES,
    POSTS,
    TIMELINES,
    BOARDS,
    PARTICIPATION,
    IMPORTING,
    DRAFTS,
    MODERATION,
    PRIVACY,
    PROGRAMMES,
    MATCHING,
    MEETINGS,
    MESSAGES,
    COACHING,
    REPORTS,
    JOINING,
    MASTODON,
    WEB,
    ADMIN,
)
