"""Who reads a page of meetings: the party that acts, on whose clock, in which language."""

from dataclasses import dataclass

from aiohttp import web

from server.meetings.feeds import zone_of_person
from server.meetings.parties import Party
from server.meetings.times import Watch
from server.people.reader import Reader, reader_of
from server.platform.http.visitor import visitor_of
from server.platform.work import Reading


@dataclass(frozen=True, slots=True)
class Asker:
    """A request for a page of meetings, read once."""

    reader: Reader
    party: Party
    login_id: int

    @property
    def usual_zone(self) -> str:
        """The zone of the instance."""
        return self.reader.instance.settings.instance.time_zone

    @property
    def video_pattern(self) -> str:
        """The operator's service for video calls; empty for none."""
        return self.reader.instance.settings.meetings.video_pattern

    def watch(self, r: Reading) -> Watch:
        """Return the clock and language times are shown in."""
        zone = zone_of_person(r, self.party.person_id, self.login_id)
        return Watch(self.reader.translator.locale, zone or self.usual_zone)


async def asker_of(request: web.Request) -> Asker:
    """Read a request of somebody signed in."""
    reader = await reader_of(request)
    visitor = visitor_of(request)
    staff_id = visitor.login if visitor.staff_roles else None
    return Asker(reader, Party(reader.viewer.person_id, staff_id), visitor.login)
