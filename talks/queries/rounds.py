"""The rounds of a series, and those before them in it."""

from collections.abc import Iterable

from talks.models import Citation, Entry, Process, Round, Seen
from talks.models.entries import ORDER, Cursor
from talks.queries.known import MANY, know, know_briefly, reporting
from talks.record.facts import KnownEntry


def rounds_of(seen: Seen, process: Process, most: int = 60) -> list[KnownEntry]:
    """The rounds of a series by date, as `KnownEntry`s; the latest `most` of them."""
    of_process = Round.objects.visible(seen).filter(pk__in=reporting(seen, "process", [process.slug]))
    return know(seen, reversed(of_process.newest_first()[:most]))


def all_rounds(seen: Seen) -> list[KnownEntry]:
    """The latest rounds of all series, newest first; at most `MANY`."""
    return know(seen, Round.objects.visible(seen).newest_first()[:MANY])


def previous_rounds(seen: Seen, known: Iterable[KnownEntry]) -> dict[int, KnownEntry]:
    """{pk: the round before it in its series, known briefly} for those of these rounds that have one."""
    known = list(known)
    series = {one.entry.pk: one.facts["process"].value for one in known if "process" in one.facts}
    reports = Citation.objects.visible(seen).filter(field="process", value__in=set(series.values()))
    rounds = Round.objects.visible(seen).filter(pk__in=reports.values("entry"))
    held = {place[-1]: place for place in rounds.values_list(*ORDER)}
    of_series: dict[str, list[Cursor]] = {}
    for slug, pk in set(reports.values_list("value", "entry")):
        if pk in held:
            of_series.setdefault(slug, []).append(held[pk])
    before = {}
    for one in known:
        held_in_series = of_series.get(series.get(one.entry.pk, ""), [])
        earlier = [place for place in held_in_series if place < one.place]
        if earlier:
            before[one.entry.pk] = max(earlier)[-1]
    shown = know_briefly(seen, Entry.objects.visible(seen).filter(pk__in=before.values()))
    known_by_pk = {one.entry.pk: one for one in shown}
    return {pk: known_by_pk[previous] for pk, previous in before.items()}
