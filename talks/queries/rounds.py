"""The rounds of a series, and those before them in it."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence

from talks.models import Citation, Process, Round, Seen
from talks.models.entries import ORDER, Cursor
from talks.queries.known import MANY, KnownByPk, know, known_briefly, reporting
from talks.record.facts import KnownEntry

PlacesIn = Callable[[Seen, Iterable[str]], dict[str, list[Cursor]]]  # `places_in_series` and what keeps what it gives


def rounds_of(seen: Seen, process: Process, most: int = 60) -> list[KnownEntry]:
    """The rounds of a series by date, as `KnownEntry`s; the latest `most` of them."""
    of_process = Round.objects.visible(seen).filter(pk__in=reporting(seen, "process", [process.slug]))
    return know(seen, reversed(of_process.newest_first()[:most]))


def all_rounds(seen: Seen) -> list[KnownEntry]:
    """The latest rounds of all series, newest first; at most `MANY`."""
    return know(seen, Round.objects.visible(seen).newest_first()[:MANY])


def places_in_series(seen: Seen, series: Iterable[str]) -> dict[str, list[Cursor]]:
    """{series: where its rounds stand, in order} of these series (slugs); nothing for one without a round."""
    reports = Citation.objects.visible(seen).filter(field="process", value__in=series)
    rounds = Round.objects.visible(seen).filter(citations__in=reports).order_by()
    places: dict[str, list[Cursor]] = {}
    for slug, *place in rounds.values_list("citations__value", *ORDER).distinct():
        places.setdefault(slug, []).append(tuple(place))
    return {slug: sorted(of_series) for slug, of_series in places.items()}


def neighbours(known: KnownEntry, places: Sequence[Cursor]) -> tuple[int | None, int | None]:
    """The rounds (pks) before and after one among these, which are in order; None where there is none."""
    before, after = places[: bisect_left(places, known.place)], places[bisect_right(places, known.place) :]
    return before[-1][-1] if before else None, after[0][-1] if after else None


def previous_rounds(
    seen: Seen,
    known: Iterable[KnownEntry],
    places_in: PlacesIn = places_in_series,
    know_them: KnownByPk = known_briefly,
) -> dict[int, KnownEntry]:
    """{pk: the round before it in its series, known briefly} for those of these rounds that have one."""
    series = {one: one.facts["process"].value for one in known if "process" in one.facts}
    places = places_in(seen, set(series.values()))
    before = {one.entry.pk: neighbours(one, places.get(slug, ()))[0] for one, slug in series.items()}
    shown = know_them(seen, {pk for pk in before.values() if pk})
    return {pk: shown[previous] for pk, previous in before.items() if previous}
