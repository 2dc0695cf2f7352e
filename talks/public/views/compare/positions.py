"""Positions of parties side by side, issue by issue."""

from collections import Counter

from django.utils.translation import gettext

from talks import queries
from talks.models import Issue, Process, Seen
from talks.models.translated import alphabetically
from talks.public.forms.compare import PositionsForm
from talks.public.pages import numbered_page, reads, render_page
from talks.public.views.compare.shared import PARTIES, pair_of, parties_in_columns
from talks.record import track
from talks.record.comparison import row, shared, then_and_now
from talks.record.facts import folded
from talks.record.reported import reported_in

CELLS = 80  # on one page of positions
TURNS = 20  # on one page of positions then and now, each of which can hold two


@reads(PositionsForm)
def compare_positions(request, form):
    """Each party's latest stated position on each issue, and how many issues each two of them address.

    Of many parties those stand there that the reader chooses, else those that address most issues. Beside an earlier
    day, only what changed since has a row.
    """
    standing = queries.standing(form.seen, **form.filters)
    earlier = queries.standing(form.then_seen, **form.filters) if form.then_seen else None
    held = {*standing.latest, *(earlier.latest if earlier else ())}
    everyone, parties = parties_in_columns(form, Counter(party for _, party in held))
    shown = {party.pk for party in parties}
    held = [(issue, party) for issue, party in held if party in shown]
    issues = list(alphabetically(Issue.objects.filter(pk__in={issue for issue, _ in held})))
    table = _turned(form, issues, parties, earlier, standing) if earlier else _table(form, issues, parties, standing)
    context = {
        "parties": parties,
        "all_parties": everyone,
        "most": _points_shown(form, parties),
        "pair": pair_of(form, [party.slug for party in parties]),
        **table,
        "shared": [] if earlier else shared(held, parties),
        "all_series": Process.objects.visible(form.seen).order_by("start", "slug"),
        "series": form.filters["process"],
        "then": form.then_seen and form.then_seen.day,
        "can_turn": True,
    }
    return render_page(request, "compare/positions.html", form, context)


def _table(form, issues, parties, standing):
    """A page of issues, each with the position of every party."""
    page = _page(form, issues, CELLS, parties)
    rows = _position_rows(form, form.seen, page, parties, standing)
    return {"page": page, "rows": [(row.about, _across(row.cells)) for row in rows], "unchanged": []}


def _turned(form, issues, parties, earlier, standing):
    """A page of the issues on which positions changed since the earlier day, and the others by name."""
    rows = _positions_turned(form, issues, parties, earlier, standing)
    page = _page(form, [row for row in rows if any(row.sayings)], TURNS, parties)
    unchanged = [row.about for row in rows if not any(row.sayings)]
    return {"page": page, "rows": [(row.about, row.cells) for row in page], "unchanged": unchanged}


def _page(form, rows, cells, parties):
    """The page of these rows that the form asks for: so many as have about so many cells."""
    size, number = cells // max(len(parties), 1), form.cleaned_data.get("page") or 1
    return numbered_page(rows, number, size, gettext("This list has no such page."))


def _position_rows(form, seen: Seen, issues, parties, standing):
    """A `Row` for each issue: the position of each party on it, by what `queries.standing` found."""
    asked = [(issue.pk, party.pk) for issue in issues for party in parties]
    shown = [key for key in asked if key in standing.latest]
    positions = queries.positions_of(seen, standing, shown, form.knowing(queries.know_headings), form.demands_of)
    return [
        row("positions", issue, [positions.get((issue.pk, party.pk)) for party in parties], _demands)
        for issue in issues
    ]


def _positions_turned(form, issues, parties, earlier, standing):
    """The same `Row`s of what was known on the earlier day and is known now, side by side."""
    before = _position_rows(form, form.then_seen, issues, parties, earlier)
    now = _position_rows(form, form.seen, issues, parties, standing)
    return then_and_now(before, now, form.then_seen.day, reported_in)


def _points_shown(form, parties):
    """How many points of a proposal stand in a cell: the page must not grow too long, but any can be what changed.

    None for all.
    """
    return None if form.then_seen else 1 if len(parties) > PARTIES else 2


def _demands(paper):
    """Which proposal a position is from, and its demands in the words of each article."""
    return paper.known.entry.pk, [[folded(text.value) for text in point.provision.texts] for point in paper.points]


def _across(papers):
    """The `Cell`s of an issue; a joint paper lies across its parties, where these are neighbours."""
    held = {}
    for number, paper in enumerate(papers):
        if paper:
            held.setdefault(paper, []).append(number)
    return track.cells(list(held.items()), len(papers))[0] if held else []
