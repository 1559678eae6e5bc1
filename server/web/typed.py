"""Values as they stand in a control of a form, where that differs from how a record keeps them.

Money is kept in cents and typed in whole units; moments are kept with an offset and typed on the
clock of a place. What cannot be shown so is shown as it was sent, so that it can be corrected.
"""

from datetime import datetime, tzinfo


def shown_money(value: object) -> str:
    """Return an amount of cents as people write money; what is no amount stays as it was sent."""
    if isinstance(value, bool) or not isinstance(value, int):
        return "" if value is None else str(value)
    whole, cents = divmod(value, 100)
    return f"{whole}.{cents:02d}" if cents else str(whole)


def shown_moment(value: object, zone: tzinfo) -> str:
    """Return a moment on the clock of a place, as a browser's date and time field wants it."""
    if not isinstance(value, str) or not value:
        return ""
    try:
        moment = datetime.fromisoformat(value.upper())
    except ValueError:
        return value
    if moment.tzinfo is not None:
        try:
            moment = moment.astimezone(zone)
        except OverflowError:
            return value
    form = "%Y-%m-%dT%H:%M" if not moment.second else "%Y-%m-%dT%H:%M:%S"
    return moment.strftime(form)
