"""Rounds as iCalendar (RFC 5545), each on its days.

No report gives a time zone, so there are no times of day but in words: a calendar would show 14:30 wherever its reader
is. A round of which no day is reported stands on none.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import icalendar

MEDIA = "text/calendar; charset=utf-8"


@dataclass(frozen=True)
class Meeting:
    """What a calendar says of a round. `version` counts up with each change; `status` is empty where nobody says."""

    uid: str
    title: str
    first: datetime.date
    last: datetime.date
    status: str
    place: str
    words: str
    address: str
    version: int
    changed: datetime.datetime


def calendar(meetings: Iterable[Meeting], *, name: str, description: str, language: str) -> bytes:
    """The calendar of these rounds."""
    import icalendar  # noqa: PLC0415 – most processes never make one

    made = icalendar.Calendar()
    made.add("prodid", "-//peace-talks-timeline//talks//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    for key, value in (("name", name), ("x-wr-calname", name), ("description", description)):
        made.add(key, value, parameters={"language": language})
    made.add("x-wr-caldesc", description)
    for one in meetings:
        made.add_component(_event(one))
    return made.to_ical()


def _event(one: Meeting) -> "icalendar.Event":
    import icalendar  # noqa: PLC0415

    event = icalendar.Event()
    event.add("uid", one.uid)
    event.add("dtstamp", one.changed)
    event.add("last-modified", one.changed)
    event.add("sequence", one.version)
    event.add("dtstart", one.first)
    event.add("dtend", one.last + datetime.timedelta(days=1))  # the first day that is not in it
    event.add("summary", one.title)
    event.add("description", one.words)
    event.add("url", one.address)
    event.add("transp", "TRANSPARENT")  # it takes none of the reader's time
    if one.status:
        event.add("status", one.status)
    if one.place:
        event.add("location", one.place)
    return event
