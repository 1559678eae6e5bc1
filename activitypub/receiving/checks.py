"""Who may do what: the rules that an activity has to keep, whoever signed it.

Pure, and as far as the activity itself can tell. What only the store knows (who owns the stored
object, whether a Follow was ever sent) the handlers check; they start from what holds here.
"""

from collections.abc import Callable

from activitypub.documents.activity import Activity, may_be_activity, read_embedded_activity
from activitypub.documents.names import ACTIVITY_TYPES
from activitypub.documents.origin import (
    require_activity_origin,
    require_actor_owns,
    same_origin,
    same_url,
)
from activitypub.documents.reading import id_of, type_of
from activitypub.errors import DocumentError, Refused


def check_activity(activity: Activity) -> None:
    """Raise Refused when the actor may not do this.

    400 when the activity's id is on another origin than its actor (it would suppress a genuine
    one as a duplicate); 403 when it changes what is another's.
    """
    try:
        require_activity_origin(activity.id, activity.actor)
    except DocumentError as error:
        raise Refused(
            400, "foreign_id", "The activity's id is not on the host of its actor."
        ) from error
    check = _CHECKS.get(activity.type)
    if check is not None and not check(activity):
        raise Refused(403, "not_owner", "The actor may not do this to the object.")


def _may_update(activity: Activity) -> bool:
    """Only the owner; a bare id has to be on the actor's origin and is fetched from there."""
    if activity.embedded is None:
        return _is_at_home(activity)
    try:
        require_actor_owns(activity.actor, activity.embedded)
    except DocumentError:
        return False
    return True


def _is_at_home(activity: Activity) -> bool:
    """Whether every object is on the actor's own origin, and there is one."""
    identifiers = activity.object_ids
    return bool(identifiers) and all(same_origin(one, activity.actor) for one in identifiers)


def _may_undo(activity: Activity) -> bool:
    """Only one's own activity, named by an id of one's own origin or stated in full.

    One of a type that is not known here passes by its id: nobody answers it.
    """
    embedded = read_embedded_activity(activity.document.get("object"))
    if embedded is None:
        unheard_of = activity.embedded is not None and may_be_activity(activity.embedded)
        return unheard_of and _is_at_home(activity)
    if embedded.id is not None and not same_origin(embedded.id, activity.actor):
        return False
    if embedded.actor is not None:
        return same_url(embedded.actor, activity.actor)
    return embedded.id is not None


def _may_answer(activity: Activity) -> bool:
    """A Follow is answered by whom it asks; other offers by the handlers' rules."""
    if activity.embedded is None or type_of(activity.embedded, ACTIVITY_TYPES) != "Follow":
        return activity.object_id is not None
    followed = id_of(activity.embedded.get("object"))
    return followed is None or same_url(followed, activity.actor)


def _may_move(activity: Activity) -> bool:
    """Only oneself, and to somewhere; the target's alsoKnownAs is checked once it is fetched."""
    moved = activity.object_id
    return moved is not None and same_url(moved, activity.actor) and activity.target is not None


def _may_change_collection(activity: Activity) -> bool:
    """Only a collection of one's own origin."""
    return activity.target is not None and same_origin(activity.target, activity.actor)


_CHECKS: dict[str, Callable[[Activity], bool]] = {
    "Update": _may_update,
    "Delete": _is_at_home,
    "Undo": _may_undo,
    "Accept": _may_answer,
    "Reject": _may_answer,
    "Move": _may_move,
    "Add": _may_change_collection,
    "Remove": _may_change_collection,
}
