"""What only an owner of an account may do: be seen further, be called differently, invite.

Everybody owns their own account. A colleague who is an editor of an organisation writes for it.
"""

from aiohttp import web

from server.access.members import role_of
from server.access.service import OWNER
from server.platform.errors import NotAllowed
from server.platform.http.visitor import visitor_of
from server.platform.i18n import say
from server.platform.instance import instance_of


async def owns(request: web.Request) -> bool:
    """Tell whether the login of a request owns the person it acts for."""
    visitor = visitor_of(request)
    role = await instance_of(request).read(role_of, visitor.person, visitor.login)
    return role == OWNER


async def require_owner(request: web.Request) -> None:
    """Raise NotAllowed for anybody but an owner."""
    if not await owns(request):
        raise NotAllowed(say("Only an owner of this account can do that."))
